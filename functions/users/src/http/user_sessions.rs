//! The sessions of a user, for staff to see and to end. Refuses every secret of a session: what stands here opens nothing.

use crate::domain::session::Session;
use crate::service::Users;
use chassis::http::{Listing, PageQuery};
use chassis::{Call, NoBody, Problem, cursor};
use events::Timestamp;
use events::ids::{SessionId, UserId};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// A session that has not ended.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "UserSession")]
pub struct SessionResource {
    id: SessionId,
    /// When the user signed in.
    created_at: Timestamp,
    /// When it was refreshed last; absent if it never was.
    #[serde(skip_serializing_if = "Option::is_none")]
    refreshed_at: Option<Timestamp>,
    /// When it ends unless it is refreshed.
    expires_at: Timestamp,
}

impl From<Session> for SessionResource {
    fn from(session: Session) -> Self {
        Self {
            id: session.id,
            created_at: session.created_at,
            refreshed_at: session.refreshed_at(),
            expires_at: session.ends_at(),
        }
    }
}

/// The list that cursors are of.
pub(crate) fn list_of(user: UserId) -> String {
    format!("sessions of {user}")
}

/// Where a page begins, and its size.
///
/// # Errors
/// 400 if one of them is not valid.
pub(crate) fn place(
    user: UserId,
    cursor: Option<&str>,
    limit: Option<u32>,
) -> Result<(Option<SessionId>, u32), Problem> {
    let is_ours = |place: &str| place.parse::<SessionId>().is_ok();
    let (after, limit) = cursor::page(&list_of(user), cursor, limit, is_ours)?;
    Ok((after.and_then(|after| after.parse().ok()), limit))
}

pub(super) async fn list(app: Arc<Users>, call: Call<NoBody, PageQuery>) -> Result<Listing<SessionResource>, Problem> {
    let user = call.param("id")?;
    let (after, limit) = place(user, call.query.cursor.as_deref(), call.query.limit)?;
    let (_, page) = app.sessions(user, after, limit, call.now).await?;
    Ok(Listing::page(&list_of(user), page, SessionResource::from))
}

pub(super) async fn end(app: Arc<Users>, call: Call) -> Result<(), Problem> {
    Ok(app.end_session(call.param("id")?, call.param("session")?, &call.context()).await?)
}

pub(super) async fn end_all(app: Arc<Users>, call: Call) -> Result<(), Problem> {
    Ok(app.sign_out_everywhere(call.param("id")?, &call.context()).await?)
}
