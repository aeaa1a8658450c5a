//! Who wanted something. Refuses everything about them but an id: it goes from capability to capability with each message.

use crate::ids::{ApiKeyId, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The id of who wanted a change: a user's, a machine's key's, or `operator` for an operator's command. Readers take ids of later
/// kinds as they are, and pass them on.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Actor(String);

impl Actor {
    /// Whoever may run an operator's commands. AWS knows who did.
    pub fn operator() -> Self {
        Self("operator".to_owned())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The user, if it is one.
    pub fn user(&self) -> Option<UserId> {
        self.0.parse().ok()
    }

    /// The key, if a machine wanted it.
    pub fn api_key(&self) -> Option<ApiKeyId> {
        self.0.parse().ok()
    }
}

impl From<ApiKeyId> for Actor {
    fn from(key: ApiKeyId) -> Self {
        Self(key.to_string())
    }
}

impl From<UserId> for Actor {
    fn from(user: UserId) -> Self {
        Self(user.to_string())
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
