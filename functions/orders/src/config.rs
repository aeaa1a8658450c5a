//! The environment variables of this capability. Refuses defaults.

use crate::domain::shopper::{Limit, Limits};
use chassis::tokens::{AccessVerifier, Verifier};
use chassis::{ConfigError, Env};

#[derive(Debug, Clone)]
pub struct Config {
    /// Verifies access tokens.
    pub users: AccessVerifier,
    /// Verifies price quotes.
    pub catalog: Verifier,
    /// Verifies shipping quotes.
    pub shipping: Verifier,
    /// Name of the SecureString parameter with the key of guests' tokens.
    pub guest_key_parameter: String,
    /// Name of the SecureString parameter with the key of the pseudonyms by which limits count.
    pub limits_key_parameter: String,
    /// Time to pay for an order.
    pub seconds_to_pay: i64,
    pub limits: Limits,
    /// Days after dispatch after which an order is completed if the carrier says no more.
    pub complete_after_days: u32,
}

impl Config {
    /// Reads `USERS_JWKS`, `API_URL`, `CATALOG_JWKS`, `SHIPPING_JWKS`, `GUEST_KEY_PARAMETER`, `LIMITS_KEY_PARAMETER`,
    /// `PAY_WITHIN_MINUTES`, `OPEN_ORDERS_PER_CUSTOMER`, `OPEN_ORDERS_PER_NETWORK`, `DECLINES_PER_CUSTOMER`,
    /// `DECLINES_PER_NETWORK` and `COMPLETE_AFTER_DAYS`.
    ///
    /// # Errors
    /// If one is missing or unusable.
    pub fn from_env(env: &Env<'_>) -> Result<Self, ConfigError> {
        Ok(Self {
            users: env.access_verifier()?,
            catalog: env.key_set("CATALOG_JWKS")?,
            shipping: env.key_set("SHIPPING_JWKS")?,
            guest_key_parameter: env.required("GUEST_KEY_PARAMETER")?,
            limits_key_parameter: env.required("LIMITS_KEY_PARAMETER")?,
            seconds_to_pay: i64::from(env.number("PAY_WITHIN_MINUTES")?) * 60,
            limits: Limits {
                customer: Limit {
                    orders: env.number("OPEN_ORDERS_PER_CUSTOMER")?,
                    declines: env.number("DECLINES_PER_CUSTOMER")?,
                },
                network: Limit {
                    orders: env.number("OPEN_ORDERS_PER_NETWORK")?,
                    declines: env.number("DECLINES_PER_NETWORK")?,
                },
            },
            complete_after_days: env.number("COMPLETE_AFTER_DAYS")?,
        })
    }
}
