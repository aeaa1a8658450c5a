//! The environment variables of this capability. Refuses defaults.

use chassis::tokens::AccessVerifier;
use chassis::{ConfigError, Env};

#[derive(Debug, Clone)]
pub struct Config {
    /// Verifies access tokens.
    pub users: AccessVerifier,
    /// `MAIL_FROM`: the sender's address.
    pub mail_from: String,
}

impl Config {
    /// Reads `USERS_JWKS`, `API_URL` and `MAIL_FROM`.
    ///
    /// # Errors
    /// If one is missing or unusable.
    pub fn from_env(env: &Env<'_>) -> Result<Self, ConfigError> {
        Ok(Self { users: env.access_verifier()?, mail_from: env.required("MAIL_FROM")? })
    }
}
