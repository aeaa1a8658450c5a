//! The environment variables of this capability. Refuses defaults.

use chassis::tokens::AccessVerifier;
use chassis::{ConfigError, Env};

#[derive(Debug, Clone)]
pub struct Config {
    /// Verifies access tokens.
    pub users: AccessVerifier,
    /// Units of one cart, at most, all lines together: those of a quote.
    pub max_units: u32,
    /// Hours after which a cart counts as left whose customer wants to be reminded; 0 for a shop that reminds nobody.
    pub reminder_hours: u32,
}

impl Config {
    /// Reads `USERS_JWKS`, `API_URL`, `UNITS_PER_ORDER` and `REMINDER_HOURS`.
    ///
    /// # Errors
    /// If one is missing or unusable.
    pub fn from_env(env: &Env<'_>) -> Result<Self, ConfigError> {
        let (max_units, reminder_hours) = (env.number("UNITS_PER_ORDER")?, env.number("REMINDER_HOURS")?);
        Ok(Self { users: env.access_verifier()?, max_units, reminder_hours })
    }
}
