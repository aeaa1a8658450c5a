//! `/staff/users/{id}`: one user with the sessions, and a user's name for other pages, which know an id alone. Shows what one
//! may change to those who may.

use super::super::words::Words;
use super::identity_part::IdentityPart;
use super::role_changes::{self, Changed};
use super::sessions::Sessions;
use super::{USERS, badges, in_words, word_of};
use crate::domain::roles::Roles;
use crate::domain::user::User;
use crate::service::{Error, Users};
use ::pages::{Errors, Page, Phrase};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, NoQuery, Problem};
use events::ids::{ApiKeyId, UserId};
use events::users::{Permission, Role};
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
    /// Whether the visitor may end sessions of others.
    ends_sessions: bool,
    /// Whether the visitor may give and take roles.
    gives_roles: bool,
    pub(super) saved: Option<&'static Phrase>,
    /// Whether a colleague changed the user while the form was filled in.
    pub(super) is_overtaken: bool,
    pub(super) errors: Errors,
    pub(super) sessions: Sessions,
    /// Of the form that removes the second factor.
    pub(super) factor_errors: Errors,
    /// As typed.
    pub(super) reason: String,
    /// By which the user signs in at the company's provider.
    pub(super) identity: IdentityPart,
    /// Of the form that disables or enables the user.
    pub(super) status_errors: Errors,
    pub(super) typed_reason: String,
    /// Who changed the status last: the text of a link to them.
    status_by: String,
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
    /// The name of a machine's key.
    key: Option<String>,
}

pub(super) async fn show(app: Arc<Users>, call: Call<NoBody, UserQuery>) -> Result<Response, Problem> {
    let mut page = UserPage::load(&app, &call, call.param("id")?, call.query.cursor.as_deref()).await?;
    let words = &page.t.staff;
    page.saved = match call.query.saved.as_str() {
        "roles" => Some(&words.user.saved),
        "session" => Some(&words.sessions.ended),
        "status" => Some(&words.status.saved),
        "sessions" => Some(&words.sessions.all_ended),
        "identity" => Some(&words.identity.tied),
        "no-identity" => Some(&words.identity.untied),
        "factors" => Some(&words.factors.removed),
        _ => None,
    };
    ::pages::html(200, &page)
}

/// A machine is called what its key is. The id alone, where there is no such user or key: what names one keeps its id for ever.
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
    let key = match id.parse::<ApiKeyId>() {
        Ok(key) => match app.api_key(key).await {
            Ok(key) => Some(key.name.as_str().to_owned()),
            Err(Error::NotFound) => None,
            Err(error) => return Err(error.into()),
        },
        Err(_) => None,
    };
    ::pages::fragment(&NameFragment { page, id, user, key })
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
        let status_by = match user.status_change.as_ref().and_then(|change| change.actor.user()) {
            Some(by) => app
                .users([by].into())
                .await?
                .remove(&by)
                .map_or_else(|| by.to_string(), |by| by.name.as_str().to_owned()),
            None => String::new(),
        };
        let page = Page::new(app, call, user.name.as_str());
        Ok(Self {
            changes: role_changes::read(app, &page, t, &user).await?,
            page,
            t,
            chosen: user.roles.clone(),
            user,
            ends_sessions: call.caller.may(Permission::UsersWrite),
            gives_roles: call.caller.may(Permission::RolesWrite),
            saved: None,
            is_overtaken: false,
            errors: Errors::default(),
            sessions,
            factor_errors: Errors::default(),
            reason: String::new(),
            identity: IdentityPart::of(app),
            status_errors: Errors::default(),
            typed_reason: String::new(),
            status_by,
        })
    }

    /// The same in answer to a form, which is refused: its links lead to a page that can be opened again.
    pub(super) async fn again<B, Q>(app: &Users, call: &Call<B, Q>, id: UserId) -> Result<Self, Problem> {
        let mut page = Self::load(app, call, id, None).await?;
        page.page.path = format!("{USERS}/{id}");
        Ok(page)
    }

    /// Where there is no provider and never was one for this user, nothing is said of it.
    const fn shows_identity(&self) -> bool {
        self.identity.issuer.is_some() || self.user.identity.is_some()
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

    /// Every role, with what it allows.
    fn choices(&self) -> [Choice; Role::ALL.len()] {
        Role::ALL.map(|role| {
            let (_, label, hint) = word_of(self.t, role);
            Choice { field: role.name(), label, hint, is_chosen: self.chosen.contains(&role) }
        })
    }
}
