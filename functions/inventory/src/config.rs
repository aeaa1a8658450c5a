//! What inventory reads of its environment beyond what every function reads.

use chassis::tokens::Verifier;
use chassis::{ConfigError, Env};

/// The capability's own settings.
#[derive(Debug, Clone)]
pub struct Config {
    /// Public keys of access tokens.
    pub tokens: Verifier,
}

impl Config {
    /// Reads `USERS_JWKS`.
    ///
    /// # Errors
    /// If it is missing or no key set.
    pub fn from_env(env: &Env<'_>) -> Result<Self, ConfigError> {
        Ok(Self { tokens: env.key_set("USERS_JWKS")? })
    }
}
