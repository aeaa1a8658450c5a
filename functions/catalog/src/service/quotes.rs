//! Quotes: prices promised for a quarter of an hour, signed and not stored. Refuses to know whether a quote becomes an order.

use super::{Catalog, Error};
use crate::domain::pricing::{self, PricingError, QuoteRequest, Totals};
use chassis::Context;
use events::ids::QuoteId;
use events::quotes::{QUOTE_AUDIENCE, QUOTE_TYP, QuoteClaims};

/// How long an order can be placed with a quote.
pub const QUOTE_SECONDS: i64 = 15 * 60;
const ISSUER: &str = "catalog";

impl Catalog {
    /// Prices lines by the catalogue as of now, for the signed-in customer or for anyone.
    ///
    /// # Errors
    /// If a line cannot be priced or the table fails.
    pub async fn quote(
        &self,
        request: QuoteRequest,
        context: &Context,
    ) -> Result<(QuoteClaims, Totals), Error<PricingError>> {
        let request = request.checked().and_then(|request| request.within(self.config.max_units));
        let request = request.map_err(Error::Rejected)?;
        let catalogue = self.cache.current().await?;
        let lines = pricing::price(&catalogue, &request).map_err(Error::Rejected)?;
        let totals = Totals::of(request.currency, &lines).map_err(|error| Error::Rejected(error.into()))?;
        let claims = QuoteClaims {
            iss: ISSUER.to_owned(),
            aud: QUOTE_AUDIENCE.to_owned(),
            stage: self.wiring.stage.clone(),
            jti: self.wiring.world.fresh(QuoteId::new),
            sub: context.user(),
            currency: request.currency,
            ship_to: request.ship_to,
            lines,
            terms: catalogue.terms_version().map(str::to_owned),
            iat: context.now.seconds(),
            exp: context.now.seconds() + QUOTE_SECONDS,
        };
        Ok((claims, totals))
    }

    /// Signs a quote: a JWS in compact form.
    ///
    /// # Errors
    /// If the key cannot be had or does not sign.
    pub async fn sign(&self, claims: &QuoteClaims) -> Result<String, Error> {
        Ok(self.signing_key.signer().await?.sign(QUOTE_TYP, claims)?)
    }
}
