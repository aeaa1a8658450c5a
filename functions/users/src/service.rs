//! Use cases of users and sessions: load, decide, one write. Refuses HTTP words and message envelopes.

mod access;
mod addresses;
mod profile;
mod registration;
mod sessions;

pub use sessions::{SignIn, Tokens};

use crate::config::Config;
use crate::domain::Rejection;
use crate::domain::hashing::{HashError, Hasher};
use crate::domain::throttle::{MAX_NETWORK_FAILURES, Window};
use crate::store::{Store, Throttled};
use chassis::table::AuditLog;
use chassis::tokens::SecretParameter;
use chassis::{Context, StoreError, Table, Wiring};

/// The users capability.
#[derive(Debug)]
pub struct Users {
    pub(crate) wiring: Wiring,
    pub(crate) config: Config,
    store: Store,
    signing_key: SecretParameter,
    hasher: Hasher,
}

pub type Error<R = Rejection> = chassis::Error<R>;

impl Users {
    pub fn new(table: Table, wiring: Wiring, config: Config, signing_key: SecretParameter, hasher: Hasher) -> Self {
        Self { wiring, config, store: Store::new(table), signing_key, hasher }
    }

    /// What staff and operators changed.
    pub(crate) fn audit_log(&self) -> AuditLog {
        self.store.audit_log()
    }

    /// Refuses a network that failed too often. Failures at the same time may exceed the limit; the count per user is
    /// strict.
    async fn admit_network(&self, network: &str, context: &Context) -> Result<(), Error> {
        let window = Window::at(context.now);
        let failures = self.store.failures(Throttled::Network(network), window).await?;
        if failures >= MAX_NETWORK_FAILURES { Err(self.throttled(window)) } else { Ok(()) }
    }

    async fn blame_network(&self, network: &str, context: &Context) -> Result<(), Error> {
        self.store
            .count_failure(
                Throttled::Network(network),
                Window::at(context.now),
                MAX_NETWORK_FAILURES,
                &context.cause(0),
            )
            .await?;
        Ok(())
    }

    fn throttled(&self, window: Window) -> Error {
        self.wiring.metrics.count("throttled_attempts", 1);
        Error::Rejected(Rejection::TooManyAttempts(window.seconds_left()))
    }
}

/// A stored hash that is none is a corrupt item. Nothing else fails at the parameters that `main.rs` tries.
fn unhashable(error: HashError) -> Error {
    StoreError::Corrupt(error.to_string()).into()
}
