//! The sessions of a user that have not ended, and an admin's forms that end one or all of them. Refuses to end what was not confirmed,
//! and to show a token.

use super::super::go;
use super::super::session::by_recheck;
use super::USERS;
use super::user::UserPage;
use crate::domain::session::Session;
use crate::domain::user::User;
use crate::http::user_sessions::{list_of, place};
use crate::service::{Error, Users};
use ::pages::{Errors, Form, Page};
use chassis::http::Response;
use chassis::{Call, Problem, cursor};
use events::ids::{SessionId, UserId};
use serde::Deserialize;
use std::sync::Arc;

/// A page of the sessions.
pub(super) struct Sessions {
    pub(super) list: Vec<Session>,
    /// The link to older ones; empty if there are none.
    pub(super) next: String,
    /// The visitor's own session.
    own: Option<SessionId>,
    /// To choose one: the id, and when it began.
    pub(super) choices: Vec<(String, String, String)>,
    /// The id in the form.
    pub(super) chosen: String,
    /// Of the form that ends one.
    pub(super) errors: Errors,
    /// Of the form that ends all.
    pub(super) errors_of_all: Errors,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct EndForm {
    /// The session; empty if all are to end.
    session: String,
    /// Not empty if it is meant.
    confirmed: String,
}

impl Sessions {
    pub(super) async fn read<B, Q>(
        app: &Users,
        call: &Call<B, Q>,
        id: UserId,
        cursor: Option<&str>,
    ) -> Result<(User, Self), Problem> {
        let (after, limit) = place(id, cursor, None)?;
        let (user, found) = app.sessions(id, after, limit, call.now).await?;
        let page = Page::new(app, call, "");
        let next = found.next.map(|next| {
            let cursor = cursor::encode(&list_of(id), &next);
            page.href(&format!("{USERS}/{id}?cursor={cursor}"))
        });
        let choice =
            |session: &Session| (session.id.to_string(), page.instant(session.created_at), session.id.to_string());
        let sessions = Self {
            choices: found.items.iter().map(choice).collect(),
            list: found.items,
            next: next.unwrap_or_default(),
            own: call.caller.identity().ok().map(|identity| identity.session),
            chosen: String::new(),
            errors: Errors::default(),
            errors_of_all: Errors::default(),
        };
        Ok((user, sessions))
    }

    /// Whether it is the one in which the visitor reads this.
    pub(super) fn is_own(&self, session: &Session) -> bool {
        self.own == Some(session.id)
    }
}

pub(super) async fn end(app: Arc<Users>, call: Call<Form<EndForm>>) -> Result<Response, Problem> {
    let id: UserId = call.param("id")?;
    let Form(form) = call.body.clone();
    let chosen = form.session.parse::<SessionId>().ok();
    let gone = match chosen.filter(|_| !form.confirmed.is_empty()) {
        None => false,
        Some(session) => match app.end_session(id, session, &call.context()).await {
            Ok(()) => return ended(&app, &call, id, "session"),
            Err(Error::NotFound) => true,
            Err(error) => return Err(error.into()),
        },
    };
    let mut page = UserPage::again(&app, &call, id).await?;
    let words = &page.t.staff.sessions;
    if gone {
        page.sessions.errors.add("session", &words.which, &words.gone);
    } else if chosen.is_none() {
        page.sessions.errors.add("session", &words.which, &words.none_chosen);
    }
    if form.confirmed.is_empty() {
        page.sessions.errors.add("confirmed", &page.t.staff.user.confirm_label, &words.not_confirmed);
    }
    page.sessions.chosen = form.session;
    ::pages::html(422, &page)
}

pub(super) async fn end_all(app: Arc<Users>, call: Call<Form<EndForm>>) -> Result<Response, Problem> {
    let id: UserId = call.param("id")?;
    if call.body.0.confirmed.is_empty() {
        let mut page = UserPage::again(&app, &call, id).await?;
        let (label, text) = (&page.t.staff.user.confirm_label, &page.t.staff.sessions.not_confirmed);
        page.sessions.errors_of_all.add("confirmed", label, text);
        return ::pages::html(422, &page);
    }
    app.sign_out_everywhere(id, &call.context()).await?;
    ended(&app, &call, id, "sessions")
}

/// Back to the user's page. Whoever ended their own session is asked who they are.
fn ended<B, Q>(app: &Users, call: &Call<B, Q>, id: UserId, what: &str) -> Result<Response, Problem> {
    let page = format!("{USERS}/{id}?saved={what}");
    let is_own = call.caller.identity()?.user == id;
    Ok(go(app, 303, &if is_own { by_recheck(&page) } else { page }, []))
}
