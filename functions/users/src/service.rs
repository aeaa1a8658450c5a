//! Use cases of users and sessions: load, decide, one write. Refuses HTTP words and message envelopes.

mod access;
mod addresses;
mod alarms;
mod factors;
mod passkeys;
mod profile;
mod registration;
mod second_factor;
mod sessions;
mod throttle;

pub use alarms::{Alarms, AlarmsError, CLOUDWATCH, RingingAlarm};
pub use factors::NewApp;
pub use passkeys::{AddedPasskey, CHALLENGE_SECONDS, handle_of};
pub use second_factor::SecondFactor;
pub use sessions::{Halfway, SignIn, SignedIn, Tokens};

use crate::config::Config;
use crate::domain::Rejection;
use crate::domain::hashing::{HashError, Hasher};
use crate::store::Store;
use chassis::table::AuditLog;
use chassis::tokens::{Pseudonyms, SecretParameter};
use chassis::{StoreError, Table, Wiring};

/// The users capability.
#[derive(Debug)]
pub struct Users {
    pub(crate) wiring: Wiring,
    pub(crate) config: Config,
    store: Store,
    signing_key: SecretParameter,
    pseudonyms: Pseudonyms,
    hasher: Hasher,
    alarms: Alarms,
}

pub type Error<R = Rejection> = chassis::Error<R>;

impl Users {
    /// `limits_key` is the key of the pseudonyms of whom limits count: 32 bytes in base64url.
    pub fn new(
        table: Table,
        wiring: Wiring,
        config: Config,
        signing_key: SecretParameter,
        limits_key: SecretParameter,
        hasher: Hasher,
        alarms: Alarms,
    ) -> Self {
        let pseudonyms = Pseudonyms::new(limits_key);
        Self { wiring, config, store: Store::new(table), signing_key, pseudonyms, hasher, alarms }
    }

    /// What staff and operators changed.
    pub(crate) fn audit_log(&self) -> AuditLog {
        self.store.audit_log()
    }
}

/// A stored hash that is none is a corrupt item. Nothing else fails at the parameters that `main.rs` tries.
fn unhashable(error: HashError) -> Error {
    StoreError::Corrupt(error.to_string()).into()
}
