//! The environment variables of this capability. Refuses defaults.

use crate::providers::Provider;
use chassis::tokens::AccessVerifier;
use chassis::{ConfigError, Env, Environment};

#[derive(Debug, Clone)]
pub struct Config {
    /// Verifies access tokens.
    pub users: AccessVerifier,
    /// `PAYMENT_PROVIDER`. The sandbox's page is under `API_URL`.
    pub provider: Provider,
}

impl Config {
    /// Reads `USERS_JWKS`, `PAYMENT_PROVIDER`, `API_URL` and the environment.
    ///
    /// # Errors
    /// If one is missing or unusable, or production would sell for play money.
    pub fn from_env(env: &Env<'_>) -> Result<Self, ConfigError> {
        let users = env.access_verifier()?;
        let api_url = env.required("API_URL")?;
        let name = "PAYMENT_PROVIDER";
        let provider = Provider::named(&env.required(name)?, &api_url)
            .map_err(|error| ConfigError::Unusable { name, why: error.to_string() })?;
        if env.environment()? == Environment::Production && provider.is_sandbox() {
            return Err(ConfigError::Unusable {
                name,
                why: "production takes real money, the sandbox none".to_owned(),
            });
        }
        Ok(Self { users, provider })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chassis::testing::signing::{STAGE, jwks};

    fn answers(provider: &'static str, environment: &'static str) -> impl Fn(&str) -> Option<String> {
        move |name| match name {
            "ENVIRONMENT" | "PLATFORM_ENVIRONMENT" => Some(environment.to_owned()),
            "STAGE" => Some(STAGE.to_owned()),
            "USERS_JWKS" => Some(jwks("users")),
            "API_URL" => Some("https://api.example.com/".to_owned()),
            "PAYMENT_PROVIDER" => Some(provider.to_owned()),
            _ => None,
        }
    }

    #[test]
    fn an_unknown_provider_is_refused_by_naming_the_known_ones() {
        let error = Config::from_env(&Env::from_fn(answers("paypal", "development"))).unwrap_err();
        assert!(error.to_string().contains("sandbox"), "{error}");
        assert!(Config::from_env(&Env::from_fn(answers("sandbox", "development"))).is_ok());
    }

    #[test]
    fn a_production_function_with_the_sandbox_does_not_start() {
        let error = Config::from_env(&Env::from_fn(answers("sandbox", "production"))).unwrap_err();
        assert!(error.to_string().contains("PAYMENT_PROVIDER is unusable: production"), "{error}");
    }
}
