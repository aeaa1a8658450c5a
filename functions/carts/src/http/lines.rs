//! The lines of a cart.

use super::{CartView, asked};
use crate::domain::Quantity;
use crate::service::Carts;
use chassis::{Call, Json, Problem};
use events::Sku;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// How many units of a SKU a cart is to hold.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LineRequest {
    /// Units, 1 to 999.
    #[schemars(range(min = 1, max = 999))]
    pub quantity: i64,
}

pub(crate) async fn put(app: Arc<Carts>, call: Call<Json<LineRequest>>) -> Result<CartView, Problem> {
    let sku: Sku = call.param("sku")?;
    let quantity = Quantity::try_from(call.body.0.quantity)?;
    Ok(app.set_line(call.param("id")?, &sku, quantity, &asked(&call)).await?.into())
}

pub(crate) async fn delete(app: Arc<Carts>, call: Call) -> Result<CartView, Problem> {
    let sku: Sku = call.param("sku")?;
    Ok(app.remove_line(call.param("id")?, &sku, &asked(&call)).await?.into())
}
