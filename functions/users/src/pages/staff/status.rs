//! Staff's form that disables or enables a user. Refuses what was not confirmed or has no reason.

use super::super::{edited_from, go};
use super::USERS;
use super::user::UserPage;
use crate::domain::Rejection;
use crate::domain::user_status::{MAX_REASON, Reason};
use crate::http::status::editor;
use crate::service::{Error, Users, WantedStatus};
use ::pages::{Typed, TypedForm};
use chassis::http::{Response, Unmet};
use chassis::{Call, Problem};
use events::ids::UserId;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct StatusForm {
    /// `disabled` or `enabled`.
    status: String,
    reason: String,
    /// Not empty if the change is meant.
    confirmed: String,
    /// The version of the user that the page showed.
    version: u64,
}

impl StatusForm {
    /// `None` if it says neither: a form that lost the field must not enable anybody.
    fn is_disabled(&self) -> Option<bool> {
        match self.status.as_str() {
            "disabled" => Some(true),
            "enabled" => Some(false),
            _ => None,
        }
    }
}

impl Typed for StatusForm {
    fn is_typed(field: &str) -> bool {
        field == "reason"
    }
}

pub(super) async fn replace(app: Arc<Users>, mut call: Call<TypedForm<StatusForm>>) -> Result<Response, Problem> {
    let id: UserId = call.param("id")?;
    let TypedForm { fields: form, card_numbers } = call.body.clone();
    edited_from(&mut call, form.version)?;
    let reason = form.reason.parse::<Reason>().ok().filter(|_| !form.confirmed.is_empty());
    let refusal = match reason.zip(form.is_disabled()) {
        None => None,
        Some((reason, is_disabled)) => {
            let wanted = WantedStatus { is_disabled, reason };
            match app.set_status(id, wanted, editor(&call)?, &call.precondition()?, &call.context()).await {
                Ok(_) => return Ok(go(&app, 303, &format!("{USERS}/{id}?saved=status"), [])),
                Err(error) => Some(error),
            }
        }
    };
    let mut page = UserPage::again(&app, &call, id).await?;
    page.typed_reason.clone_from(&form.reason);
    let words = &page.t.staff.status;
    let errors = &mut page.status_errors;
    let status = match refusal {
        None => {
            if card_numbers.held_in("reason") {
                errors.add("reason", &words.reason, &page.page.words.card_number);
            } else if form.reason.trim().is_empty() {
                errors.add("reason", &words.reason, &page.t.errors.missing);
            } else if form.reason.trim().chars().count() > MAX_REASON {
                errors.add("reason", &words.reason, page.t.errors.too_long.with("most", MAX_REASON));
            } else if form.reason.parse::<Reason>().is_err() {
                errors.add("reason", &words.reason, &page.t.errors.illegible);
            }
            // A form without a status was not made by the page, which asks once more.
            if form.confirmed.is_empty() || form.is_disabled().is_none() {
                errors.add("confirmed", &page.t.staff.user.confirm_label, &page.t.staff.user.not_confirmed);
            }
            422
        }
        Some(Error::Rejected(Rejection::OwnStatus)) => {
            errors.add("reason", &words.reason, &words.own);
            422
        }
        Some(Error::Rejected(Rejection::AdminStatus)) => {
            errors.add("reason", &words.reason, &words.admin);
            422
        }
        Some(Error::Unmet(Unmet::Changed(_))) => {
            errors.add("reason", &words.reason, &words.overtaken);
            412
        }
        Some(error) => return Err(error.into()),
    };
    ::pages::html(status, &page)
}
