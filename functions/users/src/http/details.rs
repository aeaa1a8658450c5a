//! A user as staff see it: with who changed the roles, and when. Refuses the credentials.

use super::users::UserResource;
use crate::domain::user::{RoleChange, User};
use chassis::http::Tagged;
use events::users::Role;
use events::{Actor, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;

/// A user with the latest changes of the roles.
#[derive(Serialize, JsonSchema)]
pub struct UserDetails {
    #[serde(flatten)]
    user: UserResource,
    /// When the user showed to read the mail of that address. Without it, no role above customer is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    email_verified_at: Option<Timestamp>,
    /// The latest 50, newest first.
    role_changes: Vec<RoleChangeResource>,
}

/// A change of a user's roles.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "RoleChange")]
pub struct RoleChangeResource {
    at: Timestamp,
    /// All roles after it.
    roles: Vec<Role>,
    /// Who wanted it: the id of a user, or `operator`. Changes of earlier versions do not say so.
    #[serde(skip_serializing_if = "Option::is_none")]
    actor: Option<Actor>,
}

impl From<&RoleChange> for RoleChangeResource {
    fn from(change: &RoleChange) -> Self {
        Self { at: change.at, roles: change.roles.iter().copied().collect(), actor: change.actor.clone() }
    }
}

/// A user with the tag of its version.
pub(super) fn detailed(user: User) -> Tagged<UserDetails> {
    let role_changes = user.log.iter().rev().map(RoleChangeResource::from).collect();
    let (version, email_verified_at) = (user.version(), user.email_verified_at);
    Tagged::new(version, UserDetails { user: user.into(), email_verified_at, role_changes })
}
