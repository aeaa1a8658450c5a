//! Whether a user may sign in, for staff to see and to change. Refuses a change without a reason.

use crate::domain::user::User;
use crate::domain::user_status::{MAX_REASON, StatusEditor};
use crate::service::{Users, WantedStatus};
use chassis::Access::Needs;
use chassis::http::Tagged;
use chassis::{Call, Json, Problem, Route};
use events::ids::UserId;
use events::users::Permission::{RolesWrite, UsersRead, UsersWrite};
use events::{Actor, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Whether a user may sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UserStatus {
    Enabled,
    /// The user cannot sign in, and has no session.
    Disabled,
}

/// A new status of a user.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateUserStatus {
    status: UserStatus,
    /// Why, for colleagues. It stands in the audit log.
    #[schemars(length(min = 1, max = MAX_REASON))]
    reason: String,
}

/// The status of a user, and its latest change if there was one.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "UserStatusDetails")]
pub struct StatusResource {
    status: UserStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    changed_at: Option<Timestamp>,
    /// Id of the user who changed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed_by: Option<Actor>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// The routes of a user's status.
pub(super) fn routes() -> Vec<Route<Users>> {
    vec![
        Route::new("GET", "/v1/users/{id}/status", Needs(UsersRead), 200, "Get whether a user may sign in", read)
            .named("getUserStatus")
            .explained("With who changed it last, when and why.")
            .variable::<UserId>("id"),
        Route::new("PUT", "/v1/users/{id}/status", Needs(UsersWrite), 200, "Disable or enable a user", update)
            .named("replaceUserStatus")
            .rechecked()
            .conditional()
            .explained(
                "A disabled user cannot sign in, and all sessions end. Access tokens stay valid as after signing out. An enabled user \
                 signs in again. Nobody changes their own status, and only those who give roles that of one of them.",
            )
            .variable::<UserId>("id")
            .refuses(&[(409, "own_status"), (409, "admin_status"), (422, "invalid_field")]),
    ]
}

/// With the tag of the user's version.
fn tagged(user: User) -> Tagged<StatusResource> {
    let status = if user.is_disabled() { UserStatus::Disabled } else { UserStatus::Enabled };
    let change = user.status_change.as_ref();
    let resource = StatusResource {
        status,
        changed_at: change.map(|change| change.at),
        changed_by: change.map(|change| change.actor.clone()),
        reason: change.map(|change| change.reason.as_str().to_owned()),
    };
    Tagged::new(user.version(), resource)
}

/// The caller as somebody who changes a status.
pub(crate) fn editor<B, Q>(call: &Call<B, Q>) -> Result<StatusEditor, Problem> {
    Ok(StatusEditor { user: call.caller.identity()?.user, gives_roles: call.caller.may(RolesWrite) })
}

async fn read(app: Arc<Users>, call: Call) -> Result<Tagged<StatusResource>, Problem> {
    Ok(tagged(app.user(call.param("id")?).await?))
}

async fn update(app: Arc<Users>, call: Call<Json<UpdateUserStatus>>) -> Result<Tagged<StatusResource>, Problem> {
    let (id, known, editor) = (call.param("id")?, call.precondition()?, editor(&call)?);
    let UpdateUserStatus { status, reason } = &call.body.0;
    let wanted = WantedStatus { is_disabled: *status == UserStatus::Disabled, reason: reason.parse()? };
    Ok(tagged(app.set_status(id, wanted, editor, &known, &call.context()).await?))
}
