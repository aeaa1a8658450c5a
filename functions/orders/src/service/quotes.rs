//! Verifies the two signed quotes. Owns signatures, stage and times; refuses to judge whether the quotes match.

use crate::domain::place_order::VerifiedQuotes;
use chassis::tokens::{Expected, TokenError, Verifier, check_times};
use events::Timestamp;
use events::quotes::{QUOTE_AUDIENCE, QUOTE_TYP, QuoteClaims, SHIPPING_QUOTE_TYP, ShippingQuoteClaims};

/// Verifies quotes.
#[derive(Debug, Clone)]
pub(crate) struct QuoteVerifier {
    /// The keys of price quotes.
    pub(crate) catalog: Verifier,
    /// The keys of shipping quotes.
    pub(crate) shipping: Verifier,
}

/// Both quotes as they were sent.
#[derive(Debug, Clone, Copy)]
pub struct SignedQuotes<'a> {
    pub price: &'a str,
    pub shipping: &'a str,
}

/// A quote that is invalid at any time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {why}")]
pub struct InvalidQuote {
    /// The field of the request.
    pub field: &'static str,
    pub why: TokenError,
}

impl QuoteVerifier {
    /// The claims of both quotes, and whether either expired. Expired quotes find the order that they became, but make none.
    ///
    /// # Errors
    /// If either is forged, of another kind or stage, or not valid yet.
    pub(crate) fn verify(
        &self,
        signed: SignedQuotes<'_>,
        now: Timestamp,
    ) -> Result<(VerifiedQuotes, bool), InvalidQuote> {
        let in_price = |why| InvalidQuote { field: "quote", why };
        let in_shipping = |why| InvalidQuote { field: "shipping_quote", why };
        let expected = Expected { typ: QUOTE_TYP, issuer: "catalog", audience: QUOTE_AUDIENCE };
        let price: QuoteClaims = self.catalog.verify(signed.price, expected).map_err(in_price)?;
        let expected = Expected { typ: SHIPPING_QUOTE_TYP, issuer: "shipping", audience: QUOTE_AUDIENCE };
        let shipping: ShippingQuoteClaims = self.shipping.verify(signed.shipping, expected).map_err(in_shipping)?;
        let price_expired = is_expired(price.iat, price.exp, now).map_err(in_price)?;
        let shipping_expired = is_expired(shipping.iat, shipping.exp, now).map_err(in_shipping)?;
        Ok((VerifiedQuotes { price, shipping }, price_expired || shipping_expired))
    }
}

fn is_expired(issued: i64, expires: i64, now: Timestamp) -> Result<bool, TokenError> {
    match check_times(issued, expires, now) {
        Ok(()) => Ok(false),
        Err(TokenError::Expired) => Ok(true),
        Err(other) => Err(other),
    }
}
