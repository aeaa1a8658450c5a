//! The form that replaces a user's roles. Refuses to lose what a colleague changed meanwhile, and to change anything that was
//! not confirmed.

use super::super::ways::by_renewal;
use super::super::{edited_from, go};
use super::USERS;
use super::user::UserPage;
use crate::domain::Rejection;
use crate::domain::roles::Roles;
use crate::service::{Error, Users};
use ::pages::Form;
use chassis::http::{Response, Unmet};
use chassis::{Call, Problem};
use events::ids::UserId;
use events::users::Role;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct RolesForm {
    /// Each role is chosen if it is not empty.
    customer: String,
    support: String,
    fulfillment: String,
    catalog: String,
    finance: String,
    admin: String,
    /// Not empty if the change is meant.
    confirmed: String,
    /// The version of the user that the page showed.
    version: u64,
}

impl RolesForm {
    fn roles(&self) -> Roles {
        let sent = |role: &Role| match role {
            Role::Customer => &self.customer,
            Role::Support => &self.support,
            Role::Fulfillment => &self.fulfillment,
            Role::Catalog => &self.catalog,
            Role::Finance => &self.finance,
            Role::Admin => &self.admin,
        };
        Role::ALL.into_iter().filter(|role| !sent(role).is_empty()).collect()
    }
}

pub(super) async fn replace(app: Arc<Users>, mut call: Call<Form<RolesForm>>) -> Result<Response, Problem> {
    let (id, me): (UserId, UserId) = (call.param("id")?, call.caller.identity()?.user);
    let Form(form) = call.body.clone();
    edited_from(&mut call, form.version)?;
    let chosen = form.roles();
    if chosen.is_empty() || form.confirmed.is_empty() {
        let mut page = shown_again(&app, &call, id, chosen).await?;
        let words = &page.t.staff.user;
        if page.chosen.is_empty() {
            page.errors.add("roles", &words.roles, &words.no_role);
        }
        if form.confirmed.is_empty() {
            page.errors.add("confirmed", &words.confirm_label, &words.not_confirmed);
        }
        return ::pages::html(422, &page);
    }
    match app.give_roles(id, chosen.clone(), me, &call.precondition()?, &call.context()).await {
        Ok(_) => {
            let page = format!("{USERS}/{id}?saved=roles");
            // Whoever changed their own roles gets a token that has them.
            Ok(go(&app, 303, &if id == me { by_renewal(&page) } else { page }, []))
        }
        Err(Error::Rejected(Rejection::OwnAdminRole)) => {
            let mut page = shown_again(&app, &call, id, chosen).await?;
            page.errors.add("admin", &page.t.staff.roles.admin, &page.t.staff.user.own_admin);
            ::pages::html(422, &page)
        }
        Err(Error::Rejected(Rejection::EmailNotVerified)) => {
            let mut page = shown_again(&app, &call, id, chosen).await?;
            page.errors.add("roles", &page.t.staff.user.roles, &page.t.staff.user.unverified);
            ::pages::html(409, &page)
        }
        Err(Error::Unmet(Unmet::Changed(_))) => {
            let mut page = shown_again(&app, &call, id, chosen).await?;
            page.is_overtaken = true;
            ::pages::html(412, &page)
        }
        Err(error) => Err(error.into()),
    }
}

/// The user's page as it is now, with what was chosen.
async fn shown_again<B, Q>(app: &Users, call: &Call<B, Q>, id: UserId, chosen: Roles) -> Result<UserPage, Problem> {
    let mut page = UserPage::again(app, call, id).await?;
    page.chosen = chosen;
    Ok(page)
}
