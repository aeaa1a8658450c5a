//! The environment variables of this capability. Refuses defaults.

use crate::domain::key_set::JsonWebKeySet;
use crate::domain::passkey::RelyingParty;
use chassis::tokens::AccessVerifier;
use chassis::{ConfigError, Env};

#[derive(Debug, Clone)]
pub struct Config {
    /// Name of the SSM parameter with the private key of access tokens.
    pub signing_key_parameter: String,
    /// Name of the SSM parameter with the key of the pseudonyms that limits count by.
    pub limits_key_parameter: String,
    /// Name of the SSM parameter with the key of the pseudonyms by which this capability and `orders` know guests.
    pub guests_key_parameter: String,
    /// The public keys as published, current and next.
    pub jwks: JsonWebKeySet,
    /// Verifies callers' tokens. It also holds the issuer that new tokens name.
    pub tokens: AccessVerifier,
    /// Where passkeys count.
    pub relying_party: RelyingParty,
    /// Attempts in one window from one network.
    pub sign_up_limit: u32,
}

impl Config {
    /// Reads `SIGNING_KEY_PARAMETER`, `LIMITS_KEY_PARAMETER`, `GUESTS_KEY_PARAMETER`, `USERS_JWKS`, `API_URL` and `MAX_SIGN_UPS`, and
    /// `RELYING_PARTY_ID` if there is one.
    ///
    /// # Errors
    /// If one is missing, the limit is no number, or the key set is malformed or holds a private key.
    pub fn from_env(env: &Env<'_>) -> Result<Self, ConfigError> {
        let name = "USERS_JWKS";
        let jwks = JsonWebKeySet::parse(&env.required(name)?)
            .map_err(|error| ConfigError::Unusable { name, why: error.to_string() })?;
        let (address, id) = (env.required("API_URL")?, env.optional("RELYING_PARTY_ID"));
        let relying_party = RelyingParty::of(&address, id.as_deref());
        let unusable = || ConfigError::Unusable {
            name: "RELYING_PARTY_ID",
            why: "neither the host of API_URL nor a domain above it".to_owned(),
        };
        Ok(Self {
            signing_key_parameter: env.required("SIGNING_KEY_PARAMETER")?,
            limits_key_parameter: env.required("LIMITS_KEY_PARAMETER")?,
            guests_key_parameter: env.required("GUESTS_KEY_PARAMETER")?,
            tokens: env.access_verifier()?,
            relying_party: relying_party.ok_or_else(unusable)?,
            jwks,
            sign_up_limit: env.number("MAX_SIGN_UPS")?,
        })
    }
}
