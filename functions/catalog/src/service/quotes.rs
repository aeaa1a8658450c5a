//! Quotes: prices promised for a quarter of an hour, signed, not stored. Whoever holds one can order at exactly these.

use super::{Catalog, Refusal};
use crate::domain::pricing::{self, Totals, Unpriceable, Wishes};
use events::Timestamp;
use events::ids::{QuoteId, UserId};
use events::quotes::{QUOTE_AUDIENCE, QUOTE_TYP, QuoteClaims};

/// How long a quote may be accepted.
pub const QUOTE_SECONDS: i64 = 15 * 60;
/// Issuer of quotes.
const ISSUER: &str = "catalog";

/// A signed quote.
#[derive(Debug, Clone)]
pub struct Quote {
    /// What was promised.
    pub claims: QuoteClaims,
    /// Its sums.
    pub totals: Totals,
    /// The promise, signed (JWS compact).
    pub token: String,
}

impl Catalog {
    /// Prices wishes by the catalogue as of now and signs the result, for a customer or for anyone.
    ///
    /// # Errors
    /// What cannot be priced; a table or key that cannot be had.
    pub async fn quote(&self, wishes: Wishes, customer: Option<UserId>, now: Timestamp) -> Result<Quote, Refusal> {
        let catalogue = self.shelf.current().await?;
        let wishes = wishes.of_at_most(self.most_units)?;
        let lines = pricing::price(&catalogue, &wishes)?;
        let totals = Totals::of(wishes.currency, &lines).map_err(Unpriceable::from)?;
        let claims = QuoteClaims {
            iss: ISSUER.to_owned(),
            aud: QUOTE_AUDIENCE.to_owned(),
            stage: self.wiring.stage.clone(),
            jti: self.wiring.world.fresh(QuoteId::new),
            sub: customer,
            currency: wishes.currency,
            ship_to: wishes.ship_to,
            lines,
            iat: now.seconds(),
            exp: now.seconds() + QUOTE_SECONDS,
        };
        let signer = self.signing_key.signer().await?;
        let token = signer.sign(QUOTE_TYP, &claims).map_err(|_| Refusal::Unsigned)?;
        Ok(Quote { claims, totals, token })
    }
}
