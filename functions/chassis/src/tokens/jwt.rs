//! Signed tokens (JWS compact, EdDSA over Ed25519, RFC 8037). Each kind has its own `typ`, issuer and audience, and
//! none passes for another (RFC 8725). The caller checks times, against the time of its context.

use super::error::{KeyError, TokenError};
use events::Timestamp;
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// Tolerated difference between clocks.
const LEEWAY_SECONDS: i64 = 5;

/// Expected header and claims of a token.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// JOSE header `typ`.
    pub typ: &'a str,
    /// Claim `iss`.
    pub issuer: &'a str,
    /// Claim `aud`.
    pub audience: &'a str,
}

/// A private key with its id.
#[derive(Clone)]
pub struct Signer {
    kid: String,
    key: EncodingKey,
}

/// A private key in the parameter store's form.
#[derive(Deserialize)]
struct StoredKey {
    kid: String,
    /// PKCS#8 DER in base 64.
    pkcs8: String,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.kid)
    }
}

impl Signer {
    /// Parses `{"kid": …, "pkcs8": <base 64 of PKCS#8 DER>}`.
    ///
    /// # Errors
    /// `UnusableKey`.
    pub fn from_stored(json: &str) -> Result<Self, TokenError> {
        use base64::Engine;
        let stored: StoredKey = serde_json::from_str(json).map_err(|_| TokenError::UnusableKey)?;
        let der =
            base64::engine::general_purpose::STANDARD.decode(stored.pkcs8).map_err(|_| TokenError::UnusableKey)?;
        Ok(Self { kid: stored.kid, key: EncodingKey::from_ed_der(&der) })
    }

    /// Signs claims as a token of kind `typ`.
    ///
    /// # Errors
    /// `Unusable` if the key is not an Ed25519 key.
    pub fn sign(&self, typ: &str, claims: &impl Serialize) -> Result<String, KeyError> {
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(typ.to_owned());
        header.kid = Some(self.kid.clone());
        jsonwebtoken::encode(&header, claims, &self.key)
            .map_err(|error| KeyError::Unusable { name: self.kid.clone(), why: error.to_string() })
    }
}

/// The public keys of one issuer in one stage, current and next. A token of another stage is refused.
#[derive(Clone)]
pub struct Verifier {
    keys: Arc<HashMap<String, DecodingKey>>,
    stage: Arc<str>,
}

/// The claims that every token has, beside those of its kind.
#[derive(Deserialize)]
struct Staged {
    stage: String,
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Verifier({:?})", self.keys.keys())
    }
}

impl Verifier {
    /// Parses a JSON Web Key Set (RFC 7517) of a stage.
    ///
    /// # Errors
    /// `UnusableKey`.
    pub fn from_jwks(json: &str, stage: &str) -> Result<Self, TokenError> {
        let set: JwkSet = serde_json::from_str(json).map_err(|_| TokenError::UnusableKey)?;
        let mut keys = HashMap::new();
        for jwk in &set.keys {
            let kid = jwk.common.key_id.clone().ok_or(TokenError::UnusableKey)?;
            keys.insert(kid, DecodingKey::from_jwk(jwk).map_err(|_| TokenError::UnusableKey)?);
        }
        Ok(Self { keys: Arc::new(keys), stage: stage.into() })
    }

    /// No keys: for capabilities without signed-in callers.
    pub fn none() -> Self {
        Self { keys: Arc::default(), stage: Arc::default() }
    }

    /// Verifies a token and returns its claims. It does not check times.
    ///
    /// # Errors
    /// `Forged` or `Mismatched`.
    pub fn verify<C: DeserializeOwned>(&self, token: &str, expected: Expected<'_>) -> Result<C, TokenError> {
        let header = jsonwebtoken::decode_header(token).map_err(|_| TokenError::Forged)?;
        let key = header.kid.as_ref().and_then(|kid| self.keys.get(kid)).ok_or(TokenError::Forged)?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[expected.issuer]);
        validation.set_audience(&[expected.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        // The library reads the process's clock; the time we check against is passed in.
        validation.validate_exp = false;
        validation.validate_nbf = false;
        let decoded = jsonwebtoken::decode::<Value>(token, key, &validation).map_err(|error| match error.kind() {
            jsonwebtoken::errors::ErrorKind::InvalidIssuer
            | jsonwebtoken::errors::ErrorKind::InvalidAudience
            | jsonwebtoken::errors::ErrorKind::MissingRequiredClaim(_)
            | jsonwebtoken::errors::ErrorKind::Json(_) => TokenError::Mismatched,
            _ => TokenError::Forged,
        })?;
        let is_ours = Staged::deserialize(&decoded.claims).is_ok_and(|claims| *claims.stage == *self.stage);
        if !is_ours || header.typ.as_deref() != Some(expected.typ) {
            return Err(TokenError::Mismatched);
        }
        C::deserialize(decoded.claims).map_err(|_| TokenError::Mismatched)
    }
}

/// Checks that `now` lies from `not_before` up to `expires`, both in seconds since the Unix epoch.
///
/// # Errors
/// `Expired` or `Early`.
pub fn check_times(not_before: i64, expires: i64, now: Timestamp) -> Result<(), TokenError> {
    if now.seconds() >= expires.saturating_add(LEEWAY_SECONDS) {
        return Err(TokenError::Expired);
    }
    if now.seconds() < not_before.saturating_sub(LEEWAY_SECONDS) {
        return Err(TokenError::Early);
    }
    Ok(())
}
