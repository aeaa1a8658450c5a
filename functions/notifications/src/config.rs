//! The environment variables of this capability. Refuses defaults.

use chassis::tokens::AccessVerifier;
use chassis::{ConfigError, Env};

#[derive(Debug, Clone)]
pub struct Config {
    /// Verifies access tokens.
    pub users: AccessVerifier,
    /// `MAIL_FROM`: the sender's address.
    pub mail_from: String,
    /// `API_URL`: the address of the shop, to which mails link. Ends without a slash.
    pub public_url: String,
}

impl Config {
    /// Reads `USERS_JWKS`, `API_URL` and `MAIL_FROM`.
    ///
    /// # Errors
    /// If one is missing or unusable.
    pub fn from_env(env: &Env<'_>) -> Result<Self, ConfigError> {
        let (mail_from, public_url) = (env.required("MAIL_FROM")?, env.required("API_URL")?);
        Ok(Self { users: env.access_verifier()?, mail_from, public_url })
    }
}
