//! `POST /v1/shipping-quotes`.

use crate::Shipping;
use crate::http::quote_problem;
use crate::service::quotes::SignedOffer;
use chassis::http::Listing;
use chassis::{Call, Json, Problem};
use events::{Money, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What to carry.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShippingQuoteRequest {
    /// The signed price quote from `POST /v1/quotes`.
    pub quote: String,
}

/// A way to send the goods, at a price that is held until `expires_at`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ShippingOption {
    /// The service's code.
    pub service: String,
    /// Its name for people.
    pub name: String,
    /// Days under way, at least.
    pub min_days: u16,
    /// Days under way, at most.
    pub max_days: u16,
    /// Carriage before tax.
    pub price: Money,
    /// Tax on it.
    pub tax: Money,
    /// Both.
    pub total: Money,
    /// The signed shipping quote, for `POST /v1/orders` together with the price quote.
    pub shipping_quote: String,
    /// When the shipping quote ends, together with the price quote.
    pub expires_at: Timestamp,
}

impl From<SignedOffer> for ShippingOption {
    fn from(SignedOffer { offer, shipping_quote, expires_at }: SignedOffer) -> Self {
        Self {
            service: offer.service,
            name: offer.name,
            min_days: offer.min_days,
            max_days: offer.max_days,
            price: offer.price,
            tax: offer.tax,
            total: offer.total,
            shipping_quote,
            expires_at,
        }
    }
}

pub(super) async fn quote(
    app: Arc<Shipping>,
    call: Call<Json<ShippingQuoteRequest>>,
) -> Result<Listing<ShippingOption>, Problem> {
    let offers = app.quote(&call.body.0.quote, call.now).await.map_err(quote_problem)?;
    Ok(Listing { items: offers.into_iter().map(ShippingOption::from).collect(), cursor: None })
}
