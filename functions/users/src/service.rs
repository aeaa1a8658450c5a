//! Use cases of accounts and sessions: load, decide, one write. Refuses HTTP words and message envelopes.

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
use chassis::tokens::{KeyError, SecretParameter};
use chassis::{Cause, StoreError, Table, Wiring};
use events::Timestamp;

/// Tries of a write that others keep getting ahead of.
const TRIES: usize = 4;

/// The users capability.
#[derive(Debug)]
pub struct Users {
    pub(crate) wiring: Wiring,
    pub(crate) config: Config,
    store: Store,
    signing_key: SecretParameter,
    hasher: Hasher,
}

/// Why a use case did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ServiceError {
    /// It may not be done.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// There is no such account, or no such thing of that account.
    #[error("not found")]
    NotFound,
    /// Others kept changing the same item.
    #[error("others kept getting ahead")]
    Contended,
    /// The table.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The signing key cannot be had.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A token cannot be signed with it.
    #[error(transparent)]
    Signing(#[from] chassis::tokens::TokenError),
    /// A password cannot be hashed.
    #[error(transparent)]
    Hash(#[from] HashError),
}

/// When and from where a request came, and the name of the write it makes.
#[derive(Debug, Clone)]
pub struct Asked {
    /// When.
    pub now: Timestamp,
    /// From which network.
    pub network: String,
    /// Cause of a write that is no numbered transition.
    pub cause: Cause,
}

impl Asked {
    /// The cause of the write that makes transition `seq`.
    fn transition(&self, seq: u64) -> Cause {
        Cause { seq, ..self.cause.clone() }
    }

    fn window(&self) -> Window {
        Window::at(self.now)
    }
}

impl Users {
    /// The capability over its table, the parts that the chassis uses, its signing key and a password hasher.
    pub fn new(table: Table, wiring: Wiring, signing_key: SecretParameter, hasher: Hasher, config: Config) -> Self {
        Self { wiring, config, store: Store::new(table), signing_key, hasher }
    }

    /// Refuses a network that failed too often. Failures that run at once may exceed the limit by as many; the strict
    /// count is the account's.
    async fn admit_network(&self, asked: &Asked) -> Result<(), ServiceError> {
        let window = asked.window();
        let failures = self.store.failures(Throttled::Network(&asked.network), window).await?;
        if failures >= MAX_NETWORK_FAILURES { Err(self.throttled(window)) } else { Ok(()) }
    }

    async fn blame_network(&self, asked: &Asked) -> Result<(), ServiceError> {
        let network = Throttled::Network(&asked.network);
        self.store.count_failure(network, asked.window(), MAX_NETWORK_FAILURES, &asked.cause).await?;
        Ok(())
    }

    fn throttled(&self, window: Window) -> ServiceError {
        self.wiring.metrics.count("throttled_attempts", 1);
        Rejection::TooManyAttempts(window.seconds_left()).into()
    }
}
