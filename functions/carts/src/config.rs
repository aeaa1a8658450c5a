//! The environment variables of this capability. Refuses defaults.

use chassis::tokens::Verifier;
use chassis::{ConfigError, Env};

#[derive(Debug, Clone)]
pub struct Config {
    /// Verifies access tokens.
    pub users: Verifier,
}

impl Config {
    /// Reads `USERS_JWKS`.
    ///
    /// # Errors
    /// If it is missing or no key set.
    pub fn from_env(env: &Env<'_>) -> Result<Self, ConfigError> {
        Ok(Self { users: env.key_set("USERS_JWKS")? })
    }
}
