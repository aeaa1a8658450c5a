//! The sessions of the signed-in user, to recognise and to end. Refuses every secret of a session, and sessions of anybody else: they are
//! not found.

use super::user_sessions::{list_of, place};
use crate::domain::session::Session;
use crate::service::Users;
use chassis::Access::Customer;
use chassis::http::{Listing, PageQuery};
use chassis::{Call, NoBody, Problem, Route};
use events::Timestamp;
use events::ids::SessionId;
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// One's own sessions.
pub(super) fn routes() -> Vec<Route<Users>> {
    vec![
        Route::new("GET", "/v1/sessions", Customer, 200, "List my sessions, newest first", list)
            .named("listSessions")
            .explained(
                "Where the user is signed in, with the browser and the system of the sign-in as far as they are known. Sessions that ended \
                 are left out of their page, so a page may have few entries, or none, and a cursor all the same.",
            )
            .refuses(&[(404, "not_found")]),
        Route::new("DELETE", "/v1/sessions/{id}", Customer, 204, "End one of my sessions", end)
            .named("deleteSession")
            .explained(
                "It can be refreshed no more. Its access token stays valid as after signing out. A session that was ended before \
                 stays so.",
            )
            .variable::<SessionId>("id"),
    ]
}

/// A session of the signed-in user that has not ended.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Session")]
pub struct OwnSession {
    id: SessionId,
    /// Whether the request's access token is of it.
    is_current: bool,
    /// The browser that signed in, such as `Firefox`; absent if it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    browser: Option<String>,
    /// The system that it ran on, such as `Android`; absent if it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    system: Option<String>,
    /// When the user signed in.
    created_at: Timestamp,
    /// When it was refreshed last; absent if it never was.
    #[serde(skip_serializing_if = "Option::is_none")]
    refreshed_at: Option<Timestamp>,
    /// When it ends unless it is refreshed.
    expires_at: Timestamp,
}

impl OwnSession {
    pub(super) fn of(session: Session, current: SessionId) -> Self {
        let (refreshed_at, expires_at) = (session.refreshed_at(), session.ends_at());
        let (browser, system) = session.client.map(|client| (client.browser, client.system)).unwrap_or_default();
        Self {
            id: session.id,
            is_current: session.id == current,
            browser,
            system,
            created_at: session.created_at,
            refreshed_at,
            expires_at,
        }
    }
}

async fn list(app: Arc<Users>, call: Call<NoBody, PageQuery>) -> Result<Listing<OwnSession>, Problem> {
    let me = call.caller.identity()?;
    let (after, limit) = place(me.user, call.query.cursor.as_deref(), call.query.limit)?;
    let (_, page) = app.sessions(me.user, after, limit, call.now).await?;
    Ok(Listing::page(&list_of(me.user), page, |session| OwnSession::of(session, me.session)))
}

async fn end(app: Arc<Users>, call: Call) -> Result<(), Problem> {
    let me = call.caller.identity()?.user;
    Ok(app.end_own_session(me, call.param("id")?, &call.context()).await?)
}
