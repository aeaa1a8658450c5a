//! `POST /v1/shipping-quotes`.

use crate::service::Shipping;
use crate::service::quotes::SignedOffer;
use chassis::http::Listing;
use chassis::{Call, Json, Problem};
use events::{Money, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A request for shipping quotes.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateShippingQuotes {
    /// The signed price quote from `POST /v1/quotes`.
    quote: String,
}

/// A way to ship the goods, at a price that is promised until `expires_at`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct ShippingOption {
    /// The code of the service.
    service: String,
    /// The name of the service, for people.
    name: String,
    /// The shortest delivery time in days.
    min_days: u16,
    /// The longest delivery time in days.
    max_days: u16,
    /// The shipping cost before tax.
    price: Money,
    /// The tax on the price.
    tax: Money,
    /// `price + tax`.
    total: Money,
    /// The signed shipping quote (JWS compact), for `POST /v1/orders` together with the price quote.
    shipping_quote: String,
    /// The shipping quote expires together with the price quote.
    expires_at: Timestamp,
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

pub(super) async fn create(
    app: Arc<Shipping>,
    call: Call<Json<CreateShippingQuotes>>,
) -> Result<Listing<ShippingOption>, Problem> {
    let context = call.context();
    let (claims, offers) = app.quote(&call.body.0.quote, &context).await?;
    let signed = app.sign(&claims, offers, &context).await?;
    Ok(Listing::whole(signed.into_iter().map(ShippingOption::from).collect()))
}
