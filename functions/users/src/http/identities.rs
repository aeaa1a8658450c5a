//! By which identity of the company's provider a user signs in, for those who give roles. Refuses to look for a user by it.

use crate::domain::identity::{ProviderIdentity, TiedIdentity};
use crate::domain::oidc::MAX_SUBJECT;
use crate::domain::user::User;
use crate::service::Users;
use chassis::Access::Needs;
use chassis::http::Tagged;
use chassis::{Call, Json, Problem, Route};
use events::ids::UserId;
use events::users::Permission::{RolesWrite, UsersRead};
use events::{Actor, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Somebody as the company's provider knows them.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplaceUserIdentity {
    /// The `iss` of the provider's tokens.
    #[schemars(length(min = 1, max = MAX_SUBJECT))]
    issuer: String,
    /// The `sub` of the person there. Whoever signed in there and is nobody here is shown it.
    #[schemars(length(min = 1, max = MAX_SUBJECT))]
    subject: String,
}

/// The identity that is tied to a user.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "UserIdentity")]
pub struct IdentityResource {
    issuer: String,
    subject: String,
    /// Since when.
    tied_at: Timestamp,
    /// Id of the user who tied it.
    tied_by: Actor,
}

/// The routes of a user's identity.
pub(super) fn routes() -> Vec<Route<Users>> {
    let path = "/v1/users/{id}/identity";
    vec![
        Route::new("GET", path, Needs(UsersRead), 200, "Get by which identity a user signs in", read)
            .named("getUserIdentity")
            .explained("The identity at the company's provider, and who tied it when. 404 if there is none.")
            .variable::<UserId>("id"),
        Route::new("PUT", path, Needs(RolesWrite), 200, "Tie a user to an identity", replace)
            .named("replaceUserIdentity")
            .rechecked()
            .stepped_up()
            .conditional()
            .explained(
                "Whoever signs in at the company's provider as this subject is this user from now on. Nobody else may be tied to it. All \
                 sessions of a user who was tied to another identity end.",
            )
            .variable::<UserId>("id")
            .refuses(&[(409, "identity_taken"), (422, "invalid_field")]),
        Route::new("DELETE", path, Needs(RolesWrite), 204, "Tie a user to no identity", remove)
            .named("deleteUserIdentity")
            .rechecked()
            .stepped_up()
            .conditional()
            .explained("The user signs in by the password alone again. All sessions end. Where there is no identity, nothing changes.")
            .variable::<UserId>("id"),
    ]
}

/// With the tag of the user's version.
fn tagged(user: User) -> Result<Tagged<IdentityResource>, Problem> {
    let TiedIdentity { identity, at, actor } = user.identity.ok_or_else(Problem::not_found)?;
    let ProviderIdentity { issuer, subject } = identity;
    Ok(Tagged::new(user.seq, IdentityResource { issuer, subject, tied_at: at, tied_by: actor }))
}

async fn read(app: Arc<Users>, call: Call) -> Result<Tagged<IdentityResource>, Problem> {
    tagged(app.user(call.param("id")?).await?)
}

async fn replace(app: Arc<Users>, call: Call<Json<ReplaceUserIdentity>>) -> Result<Tagged<IdentityResource>, Problem> {
    let (id, known, me) = (call.param("id")?, call.precondition()?, call.caller.identity()?.user);
    let identity = ProviderIdentity::new(&call.body.0.issuer, &call.body.0.subject)?;
    tagged(app.tie_identity(id, identity, me, &known, &call.context()).await?)
}

async fn remove(app: Arc<Users>, call: Call) -> Result<(), Problem> {
    let known = call.precondition()?;
    app.untie_identity(call.param("id")?, &known, &call.context()).await?;
    Ok(())
}
