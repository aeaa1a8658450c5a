//! Guests' tokens: an HMAC of the order's id, so that nothing is stored and a repeated request gets the same one.

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chassis::Problem;
use chassis::tokens::SecretParameter;
use events::ids::OrderId;

/// Makes and checks guests' tokens.
#[derive(Debug)]
pub struct GuestTokens {
    secret: SecretParameter,
}

impl GuestTokens {
    /// With the key in a secret parameter: 32 bytes in base64url.
    pub const fn new(secret: SecretParameter) -> Self {
        Self { secret }
    }

    /// The token of an order.
    ///
    /// # Errors
    /// 503 if the key cannot be had, 500 if it is unusable.
    pub async fn issue(&self, order: OrderId) -> Result<String, Problem> {
        let tag = hmac::sign(&self.key().await?, order.to_string().as_bytes());
        Ok(URL_SAFE_NO_PAD.encode(tag.as_ref()))
    }

    /// Whether a token is that order's. Takes as long for a wrong one as for a right one.
    ///
    /// # Errors
    /// 503 if the key cannot be had, 500 if it is unusable.
    pub async fn admits(&self, order: OrderId, token: &str) -> Result<bool, Problem> {
        let Ok(tag) = URL_SAFE_NO_PAD.decode(token) else {
            return Ok(false);
        };
        Ok(hmac::verify(&self.key().await?, order.to_string().as_bytes(), &tag).is_ok())
    }

    async fn key(&self) -> Result<hmac::Key, Problem> {
        let stored = self.secret.value().await?;
        let bytes = URL_SAFE_NO_PAD.decode(stored.trim()).ok().filter(|bytes| bytes.len() == 32).ok_or_else(|| {
            tracing::error!("the key of guest tokens is not 32 bytes in base64url");
            Problem::internal()
        })?;
        Ok(hmac::Key::new(hmac::HMAC_SHA256, &bytes))
    }
}
