//! The environment variables of this capability. Refuses defaults.

use chassis::tokens::Verifier;
use chassis::{ConfigError, Env};

#[derive(Debug, Clone)]
pub struct Config {
    /// `USERS_JWKS`: public keys of access tokens.
    pub users: Verifier,
    /// `MAIL_FROM`: the sender's address.
    pub mail_from: String,
}

impl Config {
    /// Reads `USERS_JWKS` and `MAIL_FROM`.
    ///
    /// # Errors
    /// If one is missing or unusable.
    pub fn from_env(env: &Env<'_>) -> Result<Self, ConfigError> {
        Ok(Self { users: env.key_set("USERS_JWKS")?, mail_from: env.required("MAIL_FROM")? })
    }
}
