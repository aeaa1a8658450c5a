//! What is kept of the latest change of whether a user may sign in. Refuses to decide who may change it: see [`super::user_status`].

use events::text::{FieldError, line};
use events::{Actor, Timestamp};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// The most characters of a reason.
pub const MAX_REASON: usize = 200;

/// Why staff changed the account of a user, for colleagues: 1 to 200 characters on one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reason(String);

impl Reason {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Reason {
    type Err = FieldError;
    fn from_str(text: &str) -> Result<Self, FieldError> {
        line("reason", text, MAX_REASON).map(Self)
    }
}

/// The latest change of whether a user may sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusChange {
    pub is_disabled: bool,
    pub at: Timestamp,
    /// Who wanted it.
    pub actor: Actor,
    pub reason: Reason,
}
