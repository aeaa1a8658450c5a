//! Shipping quotes: a signed price quote in, signed offers of carriage out. Reads the zones once, writes nothing.

use crate::domain::pricing::{self, Consignment, Offer, PricingRejection};
use crate::service::Shipping;
use chassis::StoreError;
use chassis::tokens::KeyError;
use chassis::tokens::{Expected, Signer, TokenError, check_times};
use events::quotes::{QUOTE_AUDIENCE, QUOTE_TYP, QuoteClaims, SHIPPING_QUOTE_TYP, ShippingQuoteClaims};
use events::{Capability, Timestamp, ids::ShippingQuoteId};

/// An offer and the shipping quote that holds us to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedOffer {
    /// The offer.
    pub offer: Offer,
    /// The signed shipping quote.
    pub shipping_quote: String,
    /// Until when it may be used.
    pub expires_at: Timestamp,
}

/// Why there are no offers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuoteError {
    /// The price quote was not made by our catalog for this.
    #[error("the quote is not one of ours")]
    Invalid,
    /// Its time is over.
    #[error("the quote has expired")]
    Expired,
    /// It cannot be carried, or not be charged.
    #[error(transparent)]
    Rejected(#[from] PricingRejection),
    /// The table.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The signing key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The signing key signs nothing.
    #[error("signing: {0}")]
    Signing(TokenError),
}

impl Shipping {
    /// The offers for what a signed price quote holds.
    ///
    /// # Errors
    /// If the quote is not ours or has expired, or nothing can be offered for it.
    pub async fn quote(&self, quote: &str, now: Timestamp) -> Result<Vec<SignedOffer>, QuoteError> {
        let claims = self.verified(quote, now)?;
        let (goods, _) = claims.amounts().ok_or(QuoteError::Invalid)?;
        let consignment =
            Consignment { country: claims.ship_to.country.clone(), goods, weight_grams: claims.weight_grams() };
        let zones = self.store.zones().await?;
        let offers = pricing::offers(&zones, &consignment)?;
        let signer = self.signing_key.signer().await?;
        offers.into_iter().map(|offer| self.signed(&claims, offer, &signer, now)).collect()
    }

    fn verified(&self, quote: &str, now: Timestamp) -> Result<QuoteClaims, QuoteError> {
        let expected = Expected { typ: QUOTE_TYP, issuer: Capability::Catalog.name(), audience: QUOTE_AUDIENCE };
        let claims: QuoteClaims = self.catalog.verify(quote, expected).map_err(|_| QuoteError::Invalid)?;
        if claims.stage != self.wiring.stage {
            return Err(QuoteError::Invalid);
        }
        match check_times(claims.iat, claims.exp, now) {
            Ok(()) => Ok(claims),
            Err(TokenError::Expired) => Err(QuoteError::Expired),
            Err(_) => Err(QuoteError::Invalid),
        }
    }

    fn signed(
        &self,
        quote: &QuoteClaims,
        offer: Offer,
        signer: &Signer,
        now: Timestamp,
    ) -> Result<SignedOffer, QuoteError> {
        let claims = ShippingQuoteClaims {
            iss: Capability::Shipping.name().to_owned(),
            aud: QUOTE_AUDIENCE.to_owned(),
            stage: self.wiring.stage.clone(),
            jti: self.wiring.world.fresh(ShippingQuoteId::new),
            quote: quote.jti,
            service: offer.service.clone(),
            currency: offer.price.currency,
            amount: offer.price.amount,
            tax: offer.tax.amount,
            iat: now.seconds(),
            exp: quote.exp,
        };
        let shipping_quote = signer.sign(SHIPPING_QUOTE_TYP, &claims).map_err(QuoteError::Signing)?;
        Ok(SignedOffer { offer, shipping_quote, expires_at: Timestamp::from_millis(0).plus_seconds(quote.exp) })
    }
}
