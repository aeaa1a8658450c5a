//! The public keys of access tokens as everybody may read them (RFC 7517, RFC 8037). Refuses private keys.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A JSON Web Key Set.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct JsonWebKeySet {
    /// The current key, and the next one while keys are rotated.
    pub keys: Vec<JsonWebKey>,
}

/// A public Ed25519 key.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub struct JsonWebKey {
    /// Key type: `OKP`.
    pub kty: String,
    /// Curve: `Ed25519`.
    pub crv: String,
    /// The public key, base64url.
    pub x: String,
    /// Id of the key, which a token's header names.
    pub kid: String,
    /// Use: `sig`.
    #[serde(rename = "use")]
    pub usage: String,
    /// Algorithm: `EdDSA`.
    pub alg: String,
    /// Only a private key has it.
    #[serde(default, rename = "d", skip_serializing)]
    #[schemars(skip)]
    private: Option<serde::de::IgnoredAny>,
}

/// The reason for which a key set is not published.
#[derive(Debug, thiserror::Error)]
pub enum Unpublishable {
    /// Not a set of public keys with all their members.
    #[error("it is no key set: {0}")]
    Malformed(String),
    /// It would tell a private key.
    #[error("it holds a private key")]
    Private,
}

impl JsonWebKeySet {
    /// Parses a key set.
    ///
    /// # Errors
    /// If it is malformed or holds a private key.
    pub fn parse(json: &str) -> Result<Self, Unpublishable> {
        let set: Self = serde_json::from_str(json).map_err(|error| Unpublishable::Malformed(error.to_string()))?;
        if set.keys.iter().any(|key| key.private.is_some()) {
            return Err(Unpublishable::Private);
        }
        Ok(set)
    }
}
