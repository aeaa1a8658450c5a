//! Shipping quotes: a signed price quote in, signed offers out. Reads the zones once; refuses to write.

use super::{Error, Shipping};
use crate::domain::pricing::{self, Consignment, Offer, QuoteRejection};
use chassis::Context;
use chassis::tokens::{Expected, Signer, TokenError, check_times};
use events::quotes::{QUOTE_AUDIENCE, QUOTE_TYP, QuoteClaims, SHIPPING_QUOTE_TYP, ShippingQuoteClaims};
use events::{Capability, Timestamp, ids::ShippingQuoteId};

/// An offer with the shipping quote that promises it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedOffer {
    pub offer: Offer,
    /// JWS compact.
    pub shipping_quote: String,
    pub expires_at: Timestamp,
}

impl Shipping {
    /// The claims of a signed price quote, and the offers for its goods.
    ///
    /// # Errors
    /// If the quote is invalid or expired, or there is no offer.
    pub async fn quote(
        &self,
        quote: &str,
        context: &Context,
    ) -> Result<(QuoteClaims, Vec<Offer>), Error<QuoteRejection>> {
        let claims = self.verified(quote, context.now).map_err(Error::Rejected)?;
        let offers = self.offers(&claims).await?;
        Ok((claims, offers))
    }

    /// The offers for the goods of a price quote.
    ///
    /// # Errors
    /// If there is no offer.
    pub async fn offers(&self, claims: &QuoteClaims) -> Result<Vec<Offer>, Error<QuoteRejection>> {
        let (value, _) = claims.amounts().ok_or(Error::Rejected(QuoteRejection::Invalid))?;
        let consignment =
            Consignment { country: claims.ship_to.country.clone(), value, weight_grams: claims.weight_grams() };
        let zones = self.store.zones().await?;
        pricing::offers(&zones, &consignment).map_err(Error::Rejected)
    }

    /// Signs a shipping quote for each offer. It expires together with the price quote.
    ///
    /// # Errors
    /// If the key cannot be had or does not sign.
    pub async fn sign(
        &self,
        quote: &QuoteClaims,
        offers: Vec<Offer>,
        context: &Context,
    ) -> Result<Vec<SignedOffer>, Error> {
        let signer = self.signing_key.signer().await?;
        offers.into_iter().map(|offer| self.signed(quote, offer, &signer, context.now)).collect()
    }

    /// The claims of a price quote that counts now.
    ///
    /// # Errors
    /// `Invalid`, `Expired`.
    pub fn verified(&self, quote: &str, now: Timestamp) -> Result<QuoteClaims, QuoteRejection> {
        let expected = Expected { typ: QUOTE_TYP, issuer: Capability::Catalog.name(), audience: QUOTE_AUDIENCE };
        let claims: QuoteClaims = self.config.catalog.verify(quote, expected).map_err(|_| QuoteRejection::Invalid)?;
        match check_times(claims.iat, claims.exp, now) {
            Ok(()) => Ok(claims),
            Err(TokenError::Expired) => Err(QuoteRejection::Expired),
            Err(_) => Err(QuoteRejection::Invalid),
        }
    }

    fn signed(&self, quote: &QuoteClaims, offer: Offer, signer: &Signer, now: Timestamp) -> Result<SignedOffer, Error> {
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
        let shipping_quote = signer.sign(SHIPPING_QUOTE_TYP, &claims)?;
        Ok(SignedOffer { offer, shipping_quote, expires_at: Timestamp::from_millis(0).plus_seconds(quote.exp) })
    }
}
