//! Guests' tokens: an HMAC of the order's id. Nothing is stored, and a repeated request gets the same token.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chassis::tokens::{KeyError, SecretParameter};
use events::ids::OrderId;

#[derive(Debug)]
pub(crate) struct GuestTokens {
    secret: SecretParameter,
}

impl GuestTokens {
    /// The secret holds the key: 32 bytes in base64url.
    pub(crate) const fn new(secret: SecretParameter) -> Self {
        Self { secret }
    }

    /// # Errors
    /// If the key cannot be had or is unusable.
    pub(crate) async fn issue(&self, order: OrderId) -> Result<String, KeyError> {
        let tag = hmac::sign(&self.secret.hmac_key().await?, order.to_string().as_bytes());
        Ok(URL_SAFE_NO_PAD.encode(tag.as_ref()))
    }

    /// Whether a token opens that order. A wrong one takes as long as a right one.
    ///
    /// # Errors
    /// If the key cannot be had or is unusable.
    pub(crate) async fn admits(&self, order: OrderId, token: &str) -> Result<bool, KeyError> {
        let Ok(tag) = URL_SAFE_NO_PAD.decode(token) else {
            return Ok(false);
        };
        Ok(hmac::verify(&self.secret.hmac_key().await?, order.to_string().as_bytes(), &tag).is_ok())
    }
}
