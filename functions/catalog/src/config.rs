//! The environment variables of this capability. Refuses defaults.

use chassis::tokens::AccessVerifier;
use chassis::{ConfigError, Env};

#[derive(Debug, Clone)]
pub struct Config {
    /// Verifies access tokens.
    pub users: AccessVerifier,
    /// Name of the SecureString parameter with the private key that signs quotes.
    pub signing_key_parameter: String,
    /// Units of one quote, at most, all lines together.
    pub max_units: u32,
}

impl Config {
    /// Reads `USERS_JWKS`, `API_URL`, `SIGNING_KEY_PARAMETER` and `UNITS_PER_ORDER`.
    ///
    /// # Errors
    /// If one is missing or unusable.
    pub fn from_env(env: &Env<'_>) -> Result<Self, ConfigError> {
        Ok(Self {
            users: env.access_verifier()?,
            signing_key_parameter: env.required("SIGNING_KEY_PARAMETER")?,
            max_units: env.number("UNITS_PER_ORDER")?,
        })
    }
}
