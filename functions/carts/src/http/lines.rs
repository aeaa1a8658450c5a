//! The lines of a cart.

use super::carts::Cart;
use crate::domain::Quantity;
use crate::service::Carts;
use chassis::{Call, Json, Problem};
use events::Sku;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// The units of a SKU in the cart.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UpdateCartLine {
    /// Units, at most as many as an order may have (the shop's limit, 100 unless it is changed, and 999 in any shop); 0 removes the
    /// SKU.
    #[schemars(range(min = 0, max = 999))]
    quantity: i64,
}

/// `PUT /v1/carts/{id}/lines/{sku}`.
pub(super) async fn put(app: Arc<Carts>, call: Call<Json<UpdateCartLine>>) -> Result<Cart, Problem> {
    let sku: Sku = call.named("sku")?;
    let quantity = Quantity::new(call.body.0.quantity, app.config.max_units);
    let quantity = quantity.map_err(|error| Problem::invalid("quantity", format!("{error}.")))?;
    Ok(app.set_line(call.param("id")?, &sku, quantity, &call.caller, &call.context()).await?.into())
}

/// `DELETE /v1/carts/{id}/lines/{sku}`.
pub(super) async fn delete(app: Arc<Carts>, call: Call) -> Result<Cart, Problem> {
    let sku: Sku = call.named("sku")?;
    Ok(app.remove_line(call.param("id")?, &sku, &call.caller, &call.context()).await?.into())
}
