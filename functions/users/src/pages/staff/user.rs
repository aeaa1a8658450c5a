//! `/staff/users/{id}`: one user, and a user's name for other pages, which know an id alone. Shows what an admin may change to admins.

use super::super::words::Words;
use super::{badges, in_words, is_admin};
use crate::domain::user::{Roles, User};
use crate::service::{Error, Users};
use ::pages::{Errors, Page, Phrase};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, NoQuery, Problem};
use events::ids::UserId;
use events::users::Role;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct UserQuery {
    /// Not empty if a change was made a moment ago.
    saved: String,
}

#[derive(Template)]
#[template(path = "staff_user.html")]
pub(super) struct UserPage {
    pub(super) page: Page,
    pub(super) t: &'static Words,
    user: User,
    /// The roles in the form.
    pub(super) chosen: Roles,
    is_admin: bool,
    is_saved: bool,
    /// Whether a colleague changed the user while the form was filled in.
    pub(super) is_overtaken: bool,
    pub(super) errors: Errors,
}

/// A role to choose.
struct Choice {
    field: &'static str,
    label: &'static Phrase,
    hint: &'static Phrase,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "staff_user_name.html")]
struct NameFragment {
    page: Page,
    /// As sent.
    id: String,
    user: Option<User>,
}

pub(super) async fn show(app: Arc<Users>, call: Call<NoBody, UserQuery>) -> Result<Response, Problem> {
    let mut page = UserPage::of(&app, &call, app.user(call.param("id")?).await?);
    page.is_saved = !call.query.saved.is_empty();
    ::pages::html(200, &page)
}

/// The id alone, where there is no such user: what names one keeps its id for ever.
pub(super) async fn name(app: Arc<Users>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    let page = Page::new(&*app, &call, "");
    let id: String = call.param("id")?;
    let user = match id.parse::<UserId>() {
        Ok(id) => match app.user(id).await {
            Ok(user) => Some(user),
            Err(Error::NotFound) => None,
            Err(error) => return Err(error.into()),
        },
        Err(_) => None,
    };
    ::pages::fragment(&NameFragment { page, id, user })
}

impl UserPage {
    pub(super) fn of<B, Q>(app: &Users, call: &Call<B, Q>, user: User) -> Self {
        let t = Words::of(Page::locale(app, call));
        let page = Page::new(app, call, user.name.as_str());
        Self {
            page,
            t,
            chosen: user.roles.clone(),
            user,
            is_admin: is_admin(call),
            is_saved: false,
            is_overtaken: false,
            errors: Errors::default(),
        }
    }

    fn badges(&self) -> Vec<(&'static str, &'static Phrase)> {
        badges(self.t, &self.user.roles)
    }

    fn present(&self) -> String {
        in_words(self.t, &self.user.roles)
    }

    fn wanted(&self) -> String {
        in_words(self.t, &self.chosen)
    }

    fn choices(&self) -> [Choice; 3] {
        let words = &self.t.staff.roles;
        [
            (Role::Customer, "customer", &words.customer, &words.customer_hint),
            (Role::Staff, "staff", &words.staff, &words.staff_hint),
            (Role::Admin, "admin", &words.admin, &words.admin_hint),
        ]
        .map(|(role, field, label, hint)| Choice {
            field,
            label,
            hint,
            is_chosen: self.chosen.contains(&role),
        })
    }
}
