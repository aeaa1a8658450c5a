//! What shipping reads of its environment beyond what every function reads. Refuses defaults.

use chassis::runtime::ConfigError;
use chassis::{Env, tokens::Verifier};

/// The variables of shipping alone, parsed.
#[derive(Debug, Clone)]
pub struct Config {
    /// Public keys of access tokens, from `USERS_JWKS`.
    pub tokens: Verifier,
    /// Public keys of price quotes, from `CATALOG_JWKS`.
    pub catalog: Verifier,
    /// Name of the parameter that holds the key for shipping quotes, from `SIGNING_KEY_PARAMETER`.
    pub signing_key_parameter: String,
}

impl Config {
    /// Reads and parses the variables.
    ///
    /// # Errors
    /// If one is missing or is no key set.
    pub fn from_env(env: &Env<'_>) -> Result<Self, ConfigError> {
        Ok(Self {
            tokens: env.key_set("USERS_JWKS")?,
            catalog: env.key_set("CATALOG_JWKS")?,
            signing_key_parameter: env.required("SIGNING_KEY_PARAMETER")?,
        })
    }
}
