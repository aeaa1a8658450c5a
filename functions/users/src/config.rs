//! The environment variables of this capability. Refuses defaults.

use chassis::tokens::Verifier;
use chassis::{ConfigError, Env};
use serde_json::Value;

#[derive(Debug, Clone)]
pub struct Config {
    /// Name of the SSM parameter with the private key of access tokens.
    pub signing_key_parameter: String,
    /// The public keys as published, current and next.
    pub jwks: Value,
    /// The same keys, ready to verify callers' tokens.
    pub tokens: Verifier,
    /// Base URL of the API, without a slash at the end.
    pub api_url: String,
    /// Attempts in one window from one network.
    pub sign_up_limit: u32,
}

impl Config {
    /// Reads `SIGNING_KEY_PARAMETER`, `USERS_JWKS`, `API_URL` and `MAX_SIGN_UPS`.
    ///
    /// # Errors
    /// If one is missing, the limit is no number, or the key set is malformed or holds a private key.
    pub fn from_env(env: &Env<'_>) -> Result<Self, ConfigError> {
        let unusable = |why: String| ConfigError::Unusable { name: "USERS_JWKS", why };
        let text = env.required("USERS_JWKS")?;
        let jwks: Value = serde_json::from_str(&text).map_err(|error| unusable(error.to_string()))?;
        let keys = jwks["keys"].as_array().map(Vec::as_slice).unwrap_or_default();
        if keys.iter().any(|key| key.get("d").is_some()) {
            return Err(unusable("it holds a private key".to_owned()));
        }
        Ok(Self {
            signing_key_parameter: env.required("SIGNING_KEY_PARAMETER")?,
            tokens: env.key_set("USERS_JWKS")?,
            jwks,
            api_url: env.required("API_URL")?.trim_end_matches('/').to_owned(),
            sign_up_limit: env.number("MAX_SIGN_UPS")?,
        })
    }
}
