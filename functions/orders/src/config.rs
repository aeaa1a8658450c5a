//! The environment variables of this capability. Refuses defaults.

use crate::domain::shopper::{Limit, Limits};
use chassis::tokens::{AccessVerifier, Verifier};
use chassis::{ConfigError, Env};
use std::num::ParseIntError;

#[derive(Debug, Clone)]
pub struct Config {
    /// Verifies access tokens.
    pub users: AccessVerifier,
    /// Verifies price quotes.
    pub catalog: Verifier,
    /// Verifies shipping quotes.
    pub shipping: Verifier,
    /// Numbers and names of the SecureString parameters with the keys of guests' tokens; the first signs.
    pub guest_keys: Vec<(u32, String)>,
    /// Days for which a guest's token opens its order.
    pub guest_token_days: u32,
    /// Name of the SecureString parameter with the key of the pseudonyms by which limits count networks.
    pub limits_key_parameter: String,
    /// Name of the SecureString parameter with the key of guests' pseudonyms, which `users` shares.
    pub guests_key_parameter: String,
    /// Time to pay for an order.
    pub seconds_to_pay: i64,
    pub limits: Limits,
    /// Days after dispatch after which an order is completed if the carrier says no more.
    pub complete_after_days: u32,
}

impl Config {
    /// Reads `USERS_JWKS`, `API_URL`, `CATALOG_JWKS`, `SHIPPING_JWKS`, `GUEST_KEY_PARAMETERS`, `GUEST_KEYS`,
    /// `GUEST_TOKEN_DAYS`, `LIMITS_KEY_PARAMETER`, `GUESTS_KEY_PARAMETER`, `PAY_WITHIN_MINUTES`, `OPEN_ORDERS_PER_CUSTOMER`,
    /// `OPEN_ORDERS_PER_NETWORK`, `DECLINES_PER_CUSTOMER`, `DECLINES_PER_NETWORK` and `COMPLETE_AFTER_DAYS`.
    ///
    /// # Errors
    /// If one is missing or unusable.
    pub fn from_env(env: &Env<'_>) -> Result<Self, ConfigError> {
        Ok(Self {
            users: env.access_verifier()?,
            catalog: env.key_set("CATALOG_JWKS")?,
            shipping: env.key_set("SHIPPING_JWKS")?,
            guest_keys: guest_keys(env)?,
            guest_token_days: env.number("GUEST_TOKEN_DAYS")?,
            limits_key_parameter: env.required("LIMITS_KEY_PARAMETER")?,
            guests_key_parameter: env.required("GUESTS_KEY_PARAMETER")?,
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

/// The parameter's name of each key, by the numbers in `GUEST_KEYS`.
fn guest_keys(env: &Env<'_>) -> Result<Vec<(u32, String)>, ConfigError> {
    const NUMBERS: &str = "GUEST_KEYS";
    let parameters = env.required("GUEST_KEY_PARAMETERS")?;
    let unusable = |error: ParseIntError| ConfigError::Unusable { name: NUMBERS, why: error.to_string() };
    let key = |number: &str| number.parse().map(|number| (number, format!("{parameters}/{number}"))).map_err(unusable);
    env.required(NUMBERS)?.split(',').map(key).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(numbers: &'static str) -> Result<Vec<(u32, String)>, ConfigError> {
        let known = move |name: &str| match name {
            "GUEST_KEYS" => Some(numbers.to_owned()),
            "GUEST_KEY_PARAMETERS" => Some("/souk/dev/keys/orders-guest".to_owned()),
            _ => None,
        };
        guest_keys(&Env::from_fn(known))
    }

    #[test]
    fn the_keys_of_guests_tokens_are_named_by_their_numbers_and_the_first_comes_first() {
        let parameter = |number: u32| (number, format!("/souk/dev/keys/orders-guest/{number}"));
        assert_eq!(keys("2,1").unwrap(), [parameter(2), parameter(1)]);
        assert!(keys("2,one").is_err());
        assert!(keys("").is_err());
    }
}
