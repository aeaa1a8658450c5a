//! What notifications reads of its environment beyond what every function reads. Refuses defaults.

use chassis::runtime::ConfigError;
use chassis::{Env, tokens::Verifier};

/// The variables of notifications alone, parsed.
#[derive(Debug, Clone)]
pub struct Config {
    /// Public keys of access tokens, from `USERS_JWKS`.
    pub tokens: Verifier,
    /// The address that mails come from, from `MAIL_FROM`.
    pub mail_from: String,
}

impl Config {
    /// Reads and parses the variables.
    ///
    /// # Errors
    /// If one is missing or is no key set.
    pub fn from_env(env: &Env<'_>) -> Result<Self, ConfigError> {
        Ok(Self { tokens: env.key_set("USERS_JWKS")?, mail_from: env.required("MAIL_FROM")? })
    }
}
