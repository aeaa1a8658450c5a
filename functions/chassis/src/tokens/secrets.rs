//! Private keys from the parameter store, fetched when first needed and kept for the life of the process.

use super::error::KeyError;
use super::jwt::Signer;
use crate::telemetry::redact::with_causes;
use aws_lc_rs::hmac;
use aws_sdk_ssm::Client;
use aws_sdk_ssm::error::ProvideErrorMetadata;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::sync::Arc;
use tokio::sync::OnceCell;

/// Error codes that no repeat changes (Systems Manager, "GetParameter" and "Common errors").
const REFUSED: [&str; 6] = [
    "AccessDeniedException",
    "InvalidKeyId",
    "NotAuthorized",
    "ParameterNotFound",
    "ParameterVersionNotFound",
    "ValidationException",
];

/// A secret parameter (SSM SecureString), fetched once.
#[derive(Clone)]
pub struct SecretParameter {
    client: Client,
    name: String,
    value: Arc<OnceCell<String>>,
}

impl std::fmt::Debug for SecretParameter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SecretParameter({})", self.name)
    }
}

impl SecretParameter {
    /// `name` is the parameter's name.
    pub fn new(client: Client, name: String) -> Self {
        Self { client, name, value: Arc::default() }
    }

    /// The decrypted value.
    ///
    /// # Errors
    /// `Unavailable`, and the next call tries again; `Unusable` if there is none, or it may not be read.
    pub async fn value(&self) -> Result<&str, KeyError> {
        let fetch = || async {
            let answer = self.client.get_parameter().name(&self.name).with_decryption(true).send().await;
            let answer = answer.map_err(|error| match error.code() {
                Some(code) if REFUSED.contains(&code) => self.unusable(with_causes(&error)),
                _ => KeyError::Unavailable { name: self.name.clone(), why: with_causes(&error) },
            })?;
            answer.parameter.and_then(|parameter| parameter.value).ok_or_else(|| self.unusable("empty"))
        };
        self.value.get_or_try_init(fetch).await.map(String::as_str)
    }

    /// The value as a signing key.
    ///
    /// # Errors
    /// `Unavailable`, or `Unusable` if it is not a key.
    pub async fn signer(&self) -> Result<Signer, KeyError> {
        let stored = self.value().await?;
        Signer::from_stored(stored).map_err(|error| self.unusable(error))
    }

    /// The value as a key of HMAC-SHA-256: 32 bytes in base64url.
    ///
    /// # Errors
    /// `Unavailable`, or `Unusable` if it is not such a key.
    pub async fn hmac_key(&self) -> Result<hmac::Key, KeyError> {
        let stored = self.value().await?;
        let bytes = URL_SAFE_NO_PAD.decode(stored.trim()).ok().filter(|bytes| bytes.len() == 32);
        let bytes = bytes.ok_or_else(|| self.unusable("not 32 bytes in base64url"))?;
        Ok(hmac::Key::new(hmac::HMAC_SHA256, &bytes))
    }

    /// The error of a value that is not the key it should be.
    pub fn unusable(&self, why: impl ToString) -> KeyError {
        KeyError::Unusable { name: self.name.clone(), why: why.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Problem;
    use crate::messaging::Failure;

    #[test]
    fn a_key_that_cannot_be_had_is_asked_for_again_and_one_that_does_not_sign_never_will() {
        let (name, why) = ("keys/catalog".to_owned(), "throttled".to_owned());
        let unavailable = KeyError::Unavailable { name: name.clone(), why: why.clone() };
        assert_eq!(Problem::from(unavailable.clone()).status, 503);
        assert!(matches!(Failure::from(unavailable), Failure::Transient(_)));
        let unusable = KeyError::Unusable { name, why };
        assert_eq!(Problem::from(unusable.clone()).status, 500);
        assert!(matches!(Failure::from(unusable), Failure::Permanent(_)));
    }

    #[test]
    fn a_signer_whose_key_is_none_says_so_by_its_id() {
        let stored = r#"{"kid": "catalog-1", "pkcs8": "AAAA"}"#;
        let signed = Signer::from_stored(stored).unwrap().sign("quote+jwt", &serde_json::json!({}));
        assert!(signed.unwrap_err().to_string().starts_with("key catalog-1 unusable: "));
    }
}
