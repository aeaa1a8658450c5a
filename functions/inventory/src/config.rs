//! The environment variables of this capability. Refuses defaults.

use chassis::tokens::AccessVerifier;
use chassis::{ConfigError, Env};

#[derive(Debug, Clone)]
pub struct Config {
    /// Verifies access tokens.
    pub users: AccessVerifier,
}

impl Config {
    /// Reads `USERS_JWKS` and `API_URL`.
    ///
    /// # Errors
    /// If one is missing or unusable.
    pub fn from_env(env: &Env<'_>) -> Result<Self, ConfigError> {
        Ok(Self { users: env.access_verifier()? })
    }
}
