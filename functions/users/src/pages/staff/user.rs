//! `/staff/users/{id}`: one user with the sessions, and a user's name for other pages, which know an id alone. Shows what an admin may
//! change to admins.

use super::super::words::Words;
use super::role_changes::{self, Changed};
use super::sessions::Sessions;
use super::{USERS, badges, in_words, is_admin};
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
    /// What was changed a moment ago; empty if nothing was.
    saved: String,
    /// Where the page of sessions before ended.
    cursor: Option<String>,
}

#[derive(Template)]
#[template(path = "staff_user.html")]
pub(super) struct UserPage {
    pub(super) page: Page,
    pub(super) t: &'static Words,
    user: User,
    /// Of the roles, newest first.
    changes: Vec<Changed>,
    /// The roles in the form.
    pub(super) chosen: Roles,
    is_admin: bool,
    saved: Option<&'static Phrase>,
    /// Whether a colleague changed the user while the form was filled in.
    pub(super) is_overtaken: bool,
    pub(super) errors: Errors,
    pub(super) sessions: Sessions,
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
    let mut page = UserPage::load(&app, &call, call.param("id")?, call.query.cursor.as_deref()).await?;
    let words = &page.t.staff;
    page.saved = match call.query.saved.as_str() {
        "roles" => Some(&words.user.saved),
        "session" => Some(&words.sessions.ended),
        "sessions" => Some(&words.sessions.all_ended),
        _ => None,
    };
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
    /// The user as of now, with a page of the sessions.
    pub(super) async fn load<B, Q>(
        app: &Users,
        call: &Call<B, Q>,
        id: UserId,
        cursor: Option<&str>,
    ) -> Result<Self, Problem> {
        let t = Words::of(Page::locale(app, call));
        let (user, sessions) = Sessions::read(app, call, id, cursor).await?;
        let page = Page::new(app, call, user.name.as_str());
        Ok(Self {
            changes: role_changes::read(app, &page, t, &user).await?,
            page,
            t,
            chosen: user.roles.clone(),
            user,
            is_admin: is_admin(call),
            saved: None,
            is_overtaken: false,
            errors: Errors::default(),
            sessions,
        })
    }

    /// The same in answer to a form, which is refused: its links lead to a page that can be opened again.
    pub(super) async fn again<B, Q>(app: &Users, call: &Call<B, Q>, id: UserId) -> Result<Self, Problem> {
        let mut page = Self::load(app, call, id, None).await?;
        page.page.path = format!("{USERS}/{id}");
        Ok(page)
    }

    fn badges(&self) -> Vec<(&'static str, &'static Phrase)> {
        badges(self.t, &self.user.roles)
    }

    /// Whether the form is of use: without a verified address no role is added.
    fn is_open_to_change(&self) -> bool {
        self.user.is_verified() || self.user.is_privileged()
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
