//! Pseudonyms: keyed fingerprints (HMAC-SHA-256) that stand for addresses and networks where these must be recognized and not
//! read back. Without the key nobody can try all addresses against one. Refuses to know what is pseudonymized.

use super::error::KeyError;
use super::secrets::SecretParameter;
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Bytes of a pseudonym: nobody finds two texts with the same one.
const LENGTH: usize = 16;

/// Makes the pseudonyms of one capability.
#[derive(Debug)]
pub struct Pseudonyms {
    secret: SecretParameter,
}

impl Pseudonyms {
    /// The secret holds the key: 32 bytes in base64url.
    pub const fn new(secret: SecretParameter) -> Self {
        Self { secret }
    }

    /// The pseudonym of a text among those of its kind, in base64url.
    ///
    /// # Errors
    /// If the key cannot be had or is unusable.
    pub async fn of(&self, kind: &str, text: &str) -> Result<String, KeyError> {
        let mut hash = hmac::Context::with_key(&self.secret.hmac_key().await?);
        // No kind has a zero byte, so no two kinds and texts run together.
        for part in [kind.as_bytes(), b"\0", text.as_bytes()] {
            hash.update(part);
        }
        let tag = hash.sign();
        Ok(URL_SAFE_NO_PAD.encode(tag.as_ref().get(..LENGTH).unwrap_or_default()))
    }

    /// Whether a text has this pseudonym. A wrong one takes as long as a right one.
    ///
    /// # Errors
    /// If the key cannot be had or is unusable.
    pub async fn matches(&self, kind: &str, text: &str, claimed: &str) -> Result<bool, KeyError> {
        let right = self.of(kind, text).await?;
        Ok(verify_slices_are_equal(right.as_bytes(), claimed.as_bytes()).is_ok())
    }
}
