//! What orders reads of its environment beyond what every function reads.

use chassis::token::Verifier;
use chassis::{ConfigError, Env};

/// Configuration of orders.
#[derive(Debug, Clone)]
pub struct Config {
    /// Keys that verify access tokens.
    pub users: Verifier,
    /// Keys that verify price quotes.
    pub catalog: Verifier,
    /// Keys that verify shipping quotes.
    pub shipping: Verifier,
    /// Name of the secret parameter with the key of guest tokens.
    pub guest_key_parameter: String,
}

impl Config {
    /// Reads `USERS_JWKS`, `CATALOG_JWKS`, `SHIPPING_JWKS` and `GUEST_KEY_PARAMETER`.
    ///
    /// # Errors
    /// If one is missing or unusable.
    pub fn from_env(env: &Env<'_>) -> Result<Self, ConfigError> {
        Ok(Self {
            users: env.key_set("USERS_JWKS")?,
            catalog: env.key_set("CATALOG_JWKS")?,
            shipping: env.key_set("SHIPPING_JWKS")?,
            guest_key_parameter: env.required("GUEST_KEY_PARAMETER")?,
        })
    }
}
