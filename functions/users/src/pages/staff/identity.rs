//! Staff's forms that tie a user to an identity at the company's provider, or to none any more. Refuses what was not confirmed.

use super::super::{edited_from, go};
use super::USERS;
use super::identity_part::IdentityPart;
use super::user::UserPage;
use crate::domain::Rejection;
use crate::domain::identity::ProviderIdentity;
use crate::service::{Error, Users};
use ::pages::{Typed, TypedForm};
use chassis::http::{Response, Unmet};
use chassis::{Call, Problem};
use events::ids::UserId;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct IdentityForm {
    subject: String,
    /// Not empty if the change is meant.
    confirmed: String,
    /// The version of the user that the page showed.
    version: u64,
}

impl Typed for IdentityForm {
    fn is_typed(field: &str) -> bool {
        field == "subject"
    }
}

type Sent = Call<TypedForm<IdentityForm>>;

pub(super) async fn replace(app: Arc<Users>, mut call: Sent) -> Result<Response, Problem> {
    let id: UserId = call.param("id")?;
    let TypedForm { fields: form, card_numbers } = call.body.clone();
    edited_from(&mut call, form.version)?;
    let issuer = IdentityPart::of(&app).issuer.ok_or_else(Problem::not_found)?;
    let identity = ProviderIdentity::new(&issuer, &form.subject);
    let refusal = match &identity {
        Ok(identity) if !form.confirmed.is_empty() => {
            let me = call.caller.identity()?.user;
            match app.tie_identity(id, identity.clone(), me, &call.precondition()?, &call.context()).await {
                Ok(_) => return Ok(go(&app, 303, &format!("{USERS}/{id}?saved=identity"), [])),
                Err(error) => Some(error),
            }
        }
        _ => None,
    };
    let mut page = UserPage::again(&app, &call, id).await?;
    page.identity.subject.clone_from(&form.subject);
    let (words, errors) = (&page.t.staff.identity, &mut page.identity.errors);
    let status = match refusal {
        None => {
            if card_numbers.held_in("subject") {
                errors.add("subject", &words.subject, &page.page.words.card_number);
            } else if form.subject.trim().is_empty() {
                errors.add("subject", &words.subject, &page.t.errors.missing);
            } else if identity.is_err() {
                errors.add("subject", &words.subject, &page.t.errors.illegible);
            }
            if form.confirmed.is_empty() {
                errors.add("confirmed", &page.t.staff.user.confirm_label, &page.t.staff.user.not_confirmed);
            }
            422
        }
        Some(Error::Rejected(Rejection::IdentityTaken)) => {
            errors.add("subject", &words.subject, &words.taken);
            409
        }
        Some(Error::Unmet(Unmet::Changed(_))) => {
            errors.add("subject", &words.subject, &words.overtaken);
            412
        }
        Some(error) => return Err(error.into()),
    };
    ::pages::html(status, &page)
}

pub(super) async fn remove(app: Arc<Users>, mut call: Sent) -> Result<Response, Problem> {
    let id: UserId = call.param("id")?;
    let form = call.body.fields.clone();
    edited_from(&mut call, form.version)?;
    let refusal = if form.confirmed.is_empty() {
        None
    } else {
        match app.untie_identity(id, &call.precondition()?, &call.context()).await {
            Ok(_) => return Ok(go(&app, 303, &format!("{USERS}/{id}?saved=no-identity"), [])),
            Err(error) => Some(error),
        }
    };
    let mut page = UserPage::again(&app, &call, id).await?;
    let (label, errors) = (&page.t.staff.user.confirm_label, &mut page.identity.removal_errors);
    let status = match refusal {
        None => {
            errors.add("confirmed", label, &page.t.staff.user.not_confirmed);
            422
        }
        Some(Error::Unmet(Unmet::Changed(_))) => {
            errors.add("confirmed", label, &page.t.staff.identity.overtaken);
            412
        }
        Some(error) => return Err(error.into()),
    };
    ::pages::html(status, &page)
}
