//! Whole carts: open, see, take over.

use super::asked;
use crate::domain::Cart;
use crate::service::Carts;
use chassis::{Call, Json, Problem};
use events::ids::CartId;
use events::{Sku, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A cart. It has no prices: a quote says what its lines cost.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Cart")]
pub struct CartView {
    /// Its id. For a guest, knowing it is the right to it.
    pub id: CartId,
    /// The lines, in the order of SKUs.
    pub lines: Vec<LineView>,
    /// When it changed last.
    pub updated_at: Timestamp,
}

/// A line of a cart.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "CartLine")]
pub struct LineView {
    /// Which SKU.
    pub sku: Sku,
    /// How many units, 1 to 999.
    pub quantity: u32,
}

impl From<Cart> for CartView {
    fn from(cart: Cart) -> Self {
        let lines = cart.lines.into_iter().map(|(sku, quantity)| LineView { sku, quantity });
        Self { id: cart.id, lines: lines.collect(), updated_at: cart.updated_at }
    }
}

/// Which cart to take over.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MergeRequest {
    /// The guest's cart. Its lines move into the cart in the path, up to 999 units of each SKU, and it is closed.
    pub guest_cart_id: CartId,
}

pub(crate) async fn post(app: Arc<Carts>, call: Call) -> Result<CartView, Problem> {
    Ok(app.open(&asked(&call)).await?.into())
}

pub(crate) async fn get(app: Arc<Carts>, call: Call) -> Result<CartView, Problem> {
    Ok(app.cart(call.param("id")?, &call.caller).await?.into())
}

pub(crate) async fn merge(app: Arc<Carts>, call: Call<Json<MergeRequest>>) -> Result<CartView, Problem> {
    Ok(app.merge(call.param("id")?, call.body.0.guest_cart_id, &asked(&call)).await?.into())
}
