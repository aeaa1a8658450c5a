//! The sessions of a user that have not ended, as a part of the user's page. Refuses to show a token.

use super::USERS;
use crate::domain::session::Session;
use crate::domain::user::User;
use crate::http::user_sessions::{list_of, place};
use crate::service::Users;
use ::pages::{Errors, Page};
use chassis::{Call, Problem, cursor};
use events::ids::{SessionId, UserId};

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
