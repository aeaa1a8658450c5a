//! Use cases of users and sessions: load, decide, one write. Refuses HTTP words and message envelopes.

mod access;
mod addresses;
mod alarms;
mod api_keys;
mod credentials;
mod email_change;
mod erasing;
mod exporting;
mod factors;
mod identities;
mod mailed_tokens;
mod oidc;
mod passkeys;
mod profile;
mod registration;
mod second_factor;
mod sessions;
mod status;
mod throttle;
mod typed_factor;

pub use alarms::{Alarms, AlarmsError, CLOUDWATCH, RingingAlarm};
pub use api_keys::MadeKey;
pub use credentials::PasswordChange;
pub use email_change::{EmailChange, NewEmail};
pub use erasing::StartedErasure;
pub use exporting::PersonalData;
pub use factors::NewApp;
pub use mailed_tokens::LiveToken;
pub use oidc::{Arrived, NotArrived, Returned, SentAway};
pub use passkeys::{AddedPasskey, CHALLENGE_SECONDS, handle_of};
pub(crate) use profile::contact_changed;
pub use sessions::{Halfway, SignIn, SignedIn, Tokens};
pub use status::WantedStatus;
pub use typed_factor::SecondFactor;

use crate::config::Config;
use crate::domain::Rejection;
use crate::domain::hashing::{HashError, Hasher};
use crate::provider::Provider;
use crate::store::Store;
use chassis::table::AuditLog;
use chassis::tokens::{Pseudonyms, SecretParameter};
use chassis::{StoreError, Table, Wiring};

/// The secrets of this capability.
#[derive(Debug, Clone)]
pub struct Keys {
    /// Signs access tokens.
    pub signing: SecretParameter,
    pub limits: SecretParameter,
    pub guests: SecretParameter,
}

/// The users capability.
#[derive(Debug)]
pub struct Users {
    pub(crate) wiring: Wiring,
    pub(crate) config: Config,
    store: Store,
    signing_key: SecretParameter,
    /// Makes the texts of tokens in mails.
    limits_key: SecretParameter,
    pseudonyms: Pseudonyms,
    guests: Pseudonyms,
    hasher: Hasher,
    alarms: Alarms,
    /// By which staff may sign in, if the company has one.
    pub(crate) provider: Option<Provider>,
}

pub type Error<R = Rejection> = chassis::Error<R>;

impl Users {
    /// `keys.limits` is the key of the pseudonyms of whom limits count, and of tokens in mails; `keys.guests` that of the pseudonyms by
    /// which `orders` know guests, too. Each is 32 bytes in base64url.
    pub fn new(table: Table, wiring: Wiring, config: Config, keys: Keys, hasher: Hasher, alarms: Alarms) -> Self {
        let Keys { signing: signing_key, limits: limits_key, guests } = keys;
        let (pseudonyms, guests) = (Pseudonyms::new(limits_key.clone()), Pseudonyms::new(guests));
        let (store, provider) = (Store::new(table), None);
        Self { wiring, config, store, signing_key, limits_key, pseudonyms, guests, hasher, alarms, provider }
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
