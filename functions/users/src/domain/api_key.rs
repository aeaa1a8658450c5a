//! A key with which a machine gets access tokens: what it may do, how long, and with which secrets. Refuses secrets in clear: it sees
//! their hashes.

use super::user::User;
use events::Timestamp;
use events::ids::{ApiKeyId, UserId};
use events::text::{FieldError, line};
use events::users::Permissions;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// The most characters of a name.
pub const MAX_NAME: usize = 60;
/// Keys that may count at a time.
pub const MAX_KEYS: usize = 100;
/// The latest end of a key, after it was made.
pub const MAX_SECONDS: i64 = 366 * DAY;
/// For so long an earlier secret counts beside the one that took its place.
pub const OVERLAP_SECONDS: i64 = DAY;
/// The latest use is written down again only after this time.
pub const USE_NOTED_SECONDS: i64 = 60 * 60;
/// An ended key is shown for this time.
pub const KEPT_SECONDS: i64 = 30 * DAY;

const DAY: i64 = 24 * 60 * 60;

/// What a key is called, for colleagues: 1 to 60 characters on one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyName(String);

impl KeyName {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for KeyName {
    type Err = FieldError;
    fn from_str(text: &str) -> Result<Self, FieldError> {
        line("name", text, MAX_NAME).map(Self)
    }
}

/// A key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub name: KeyName,
    /// Of the present secret.
    pub secret_hash: String,
    /// When the present secret was made.
    pub secret_at: Timestamp,
    /// The secret before it, which counts for a while.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<Previous>,
    /// What it may do, as far as its maker still may.
    pub scope: Permissions,
    /// Its maker, who answers for it.
    pub created_by: UserId,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    /// When its maker, or who made the present secret, last showed a second factor before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_factor_at: Option<Timestamp>,
    /// A use within the hour after it is not noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// Trace context of the request that ended it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
}

/// A secret that another took the place of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Previous {
    pub secret_hash: String,
    /// Counts no more from then on.
    pub until: Timestamp,
}

/// A key to be made.
#[derive(Debug, Clone)]
pub struct WantedKey {
    pub name: KeyName,
    pub scope: Permissions,
    pub expires_at: Timestamp,
}

/// A secret as it is made, and the second factor behind it.
#[derive(Debug, Clone)]
pub struct NewSecret {
    pub hash: String,
    pub second_factor_at: Option<Timestamp>,
}

/// The reason for which a key is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyRejection {
    /// It would allow more than its maker may, or than any key.
    #[error("the key would allow too much")]
    ScopeExceeded,
    #[error("a key ends within a year")]
    InvalidExpiry,
    #[error("too many keys")]
    TooMany,
    /// Ended, expired, or changed at the same moment.
    #[error("the key counts no more")]
    Over,
    /// Unknown, ended, expired, or without anything that it allows: which one is not told.
    #[error("not a key that counts")]
    Invalid,
}

/// Whether a key counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyStatus {
    Active,
    Expired,
    Ended,
}

impl KeyStatus {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Expired => "expired",
            Self::Ended => "ended",
        }
    }
}

impl ApiKey {
    /// A key of its maker. How many there are is not looked at here.
    ///
    /// # Errors
    /// `ScopeExceeded` if it would allow what no key, or its maker, may; `InvalidExpiry` if it ends before it begins, or too late.
    pub fn make(
        id: ApiKeyId,
        wanted: WantedKey,
        maker: &User,
        secret: NewSecret,
        now: Timestamp,
    ) -> Result<Self, KeyRejection> {
        let WantedKey { name, scope, expires_at } = wanted;
        may_hold(maker, scope)?;
        if expires_at <= now || expires_at > now.plus_seconds(MAX_SECONDS) {
            return Err(KeyRejection::InvalidExpiry);
        }
        Ok(Self {
            id,
            name,
            secret_hash: secret.hash,
            secret_at: now,
            previous: None,
            scope,
            created_by: maker.id,
            created_at: now,
            expires_at,
            second_factor_at: secret.second_factor_at,
            last_used_at: None,
            ended_at: None,
            traceparent: None,
        })
    }

    /// With another secret. The present one counts for a day more, and the one before it no more.
    ///
    /// # Errors
    /// `ScopeExceeded` if whoever rotates it learned a secret that may do more than they; `Over` if it counts no more.
    pub fn rotated(&self, by: &User, secret: NewSecret, now: Timestamp) -> Result<Self, KeyRejection> {
        if self.status(now) != KeyStatus::Active {
            return Err(KeyRejection::Over);
        }
        may_hold(by, self.scope)?;
        let previous = Previous { secret_hash: self.secret_hash.clone(), until: now.plus_seconds(OVERLAP_SECONDS) };
        Ok(Self {
            secret_hash: secret.hash,
            secret_at: now,
            previous: Some(previous),
            second_factor_at: secret.second_factor_at,
            ..self.clone()
        })
    }

    pub fn status(&self, now: Timestamp) -> KeyStatus {
        if self.ended_at.is_some() {
            KeyStatus::Ended
        } else if now >= self.expires_at {
            KeyStatus::Expired
        } else {
            KeyStatus::Active
        }
    }

    /// Whether a secret with this hash is the key's, whether or not the key still counts.
    pub fn knows(&self, hash: &str) -> bool {
        self.secret_hash == hash || self.previous.as_ref().is_some_and(|previous| previous.secret_hash == hash)
    }

    /// What somebody may do who shows a secret with this hash. `maker` is the key's, if there still is one. None if the key or the
    /// secret counts no more.
    pub fn allows(&self, hash: &str, maker: Option<&User>, is_factor_required: bool, now: Timestamp) -> Permissions {
        let is_present = self.secret_hash == hash;
        let is_previous =
            self.previous.as_ref().is_some_and(|previous| previous.secret_hash == hash && now < previous.until);
        if self.status(now) != KeyStatus::Active || !(is_present || is_previous) {
            return Permissions::NONE;
        }
        self.may(maker, is_factor_required)
    }

    /// What the key may do at all while it counts: its scope, as far as its maker may do it now.
    pub fn may(&self, maker: Option<&User>, is_factor_required: bool) -> Permissions {
        let theirs = maker.filter(|maker| maker.id == self.created_by && !maker.is_disabled());
        theirs.map_or(Permissions::NONE, |maker| {
            let counting = maker.counting_permissions(is_factor_required, self.second_factor_at);
            self.scope.shared(Permissions::of_machines()).shared(counting)
        })
    }

    /// Whether a use now is to be noted.
    pub fn notes_use(&self, now: Timestamp) -> bool {
        self.last_used_at.is_none_or(|at| now >= at.plus_seconds(USE_NOTED_SECONDS))
    }

    /// When nobody needs it any more, in seconds since the Unix epoch.
    pub fn kept_until(&self) -> i64 {
        self.ended_at.unwrap_or(self.expires_at).plus_seconds(KEPT_SECONDS).seconds()
    }
}

/// Whoever has a key's secret may do what the key may.
fn may_hold(person: &User, scope: Permissions) -> Result<(), KeyRejection> {
    let held = Permissions::of_machines().shared(person.permissions());
    if scope.is_empty() || !held.covers(scope) { Err(KeyRejection::ScopeExceeded) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
