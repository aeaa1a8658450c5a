//! Reading the two signed quotes. Owns signatures, stage and times; refuses to judge whether they belong together.

use chassis::tokens::{Expected, TokenError, Verifier, check_times};
use events::Timestamp;
use events::quotes::{QUOTE_AUDIENCE, QUOTE_TYP, QuoteClaims, SHIPPING_QUOTE_TYP, ShippingQuoteClaims};

/// Verifies quotes of one stage.
#[derive(Debug, Clone)]
pub struct Quotes {
    /// Keys of price quotes.
    pub catalog: Verifier,
    /// Keys of shipping quotes.
    pub shipping: Verifier,
    /// The stage whose quotes count.
    pub stage: String,
}

/// A quote that is no good, whenever it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {why}")]
pub struct BadQuote {
    /// The field of the request that carries it.
    pub field: &'static str,
    /// What is wrong.
    pub why: TokenError,
}

/// Both quotes, verified.
#[derive(Debug, Clone)]
pub struct Verified {
    /// What `catalog` promised.
    pub quote: QuoteClaims,
    /// What `shipping` promised.
    pub shipping: ShippingQuoteClaims,
    /// Whether the time of either is over: then it may find the order that it became, but make none.
    pub expired: bool,
}

impl Quotes {
    /// The claims of two quotes, if both are ours.
    ///
    /// # Errors
    /// If either is forged, of another kind or stage, or not valid yet.
    pub fn verify(&self, quote: &str, shipping: &str, now: Timestamp) -> Result<Verified, BadQuote> {
        let in_quote = |why| BadQuote { field: "quote", why };
        let in_shipping = |why| BadQuote { field: "shipping_quote", why };
        let expected = Expected { typ: QUOTE_TYP, issuer: "catalog", audience: QUOTE_AUDIENCE };
        let quote: QuoteClaims = self.catalog.verify(quote, expected).map_err(in_quote)?;
        let expected = Expected { typ: SHIPPING_QUOTE_TYP, issuer: "shipping", audience: QUOTE_AUDIENCE };
        let shipping: ShippingQuoteClaims = self.shipping.verify(shipping, expected).map_err(in_shipping)?;
        self.check_stage(&quote.stage).map_err(in_quote)?;
        self.check_stage(&shipping.stage).map_err(in_shipping)?;
        let quote_expired = is_expired(quote.iat, quote.exp, now).map_err(in_quote)?;
        let shipping_expired = is_expired(shipping.iat, shipping.exp, now).map_err(in_shipping)?;
        Ok(Verified { quote, shipping, expired: quote_expired || shipping_expired })
    }

    fn check_stage(&self, stage: &str) -> Result<(), TokenError> {
        if stage == self.stage { Ok(()) } else { Err(TokenError::Mismatched) }
    }
}

fn is_expired(issued: i64, expires: i64, now: Timestamp) -> Result<bool, TokenError> {
    match check_times(issued, expires, now) {
        Ok(()) => Ok(false),
        Err(TokenError::Expired) => Ok(true),
        Err(other) => Err(other),
    }
}
