//! The environment variables of this capability. Refuses defaults.

use chassis::tokens::{AccessVerifier, Verifier};
use chassis::{ConfigError, Env};

#[derive(Debug, Clone)]
pub struct Config {
    /// Verifies access tokens.
    pub users: AccessVerifier,
    /// Verifies price quotes.
    pub catalog: Verifier,
    /// Name of the SecureString parameter with the private key that signs shipping quotes.
    pub signing_key_parameter: String,
}

impl Config {
    /// Reads `USERS_JWKS`, `API_URL`, `CATALOG_JWKS` and `SIGNING_KEY_PARAMETER`.
    ///
    /// # Errors
    /// If one is missing or unusable.
    pub fn from_env(env: &Env<'_>) -> Result<Self, ConfigError> {
        Ok(Self {
            users: env.access_verifier()?,
            catalog: env.key_set("CATALOG_JWKS")?,
            signing_key_parameter: env.required("SIGNING_KEY_PARAMETER")?,
        })
    }
}
