//! What the catalog reads of its environment beyond what every function does. Refuses defaults.

use chassis::runtime::{ConfigError, Env};
use chassis::tokens::Verifier;

/// The catalog's own settings.
#[derive(Debug, Clone)]
pub struct Config {
    /// Parameter that holds the private key of quotes.
    pub signing_key_parameter: String,
    /// Public keys of access tokens.
    pub tokens: Verifier,
    /// Units of one quote, all lines together.
    pub most_units: u32,
}

impl Config {
    /// Reads `SIGNING_KEY_PARAMETER`, `USERS_JWKS` and `UNITS_PER_ORDER`.
    ///
    /// # Errors
    /// If one is missing or unusable.
    pub fn from_env(env: &Env<'_>) -> Result<Self, ConfigError> {
        Ok(Self {
            signing_key_parameter: env.required("SIGNING_KEY_PARAMETER")?,
            tokens: env.key_set("USERS_JWKS")?,
            most_units: env.number("UNITS_PER_ORDER")?,
        })
    }
}
