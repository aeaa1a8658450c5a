//! The environment variables of this capability. Refuses defaults.

use chassis::tokens::AccessVerifier;
use chassis::{ConfigError, Env};

#[derive(Debug, Clone)]
pub struct Config {
    /// Verifies access tokens.
    pub users: AccessVerifier,
    /// Units of one cart, at most, all lines together: those of a quote.
    pub max_units: u32,
}

impl Config {
    /// Reads `USERS_JWKS`, `API_URL` and `UNITS_PER_ORDER`.
    ///
    /// # Errors
    /// If one is missing or unusable.
    pub fn from_env(env: &Env<'_>) -> Result<Self, ConfigError> {
        Ok(Self { users: env.access_verifier()?, max_units: env.number("UNITS_PER_ORDER")? })
    }
}
