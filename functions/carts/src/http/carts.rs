//! Whole carts: open, read, merge.

use crate::domain;
use crate::service::Carts;
use chassis::{Call, Json, Problem};
use events::ids::CartId;
use events::{Sku, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A cart. It has no prices: `POST /v1/quotes` prices its lines.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Cart {
    id: CartId,
    /// Sorted by SKU.
    lines: Vec<CartLine>,
    updated_at: Timestamp,
    /// Whether its customer is reminded of it. Absent if not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    reminder: bool,
    /// A guest's token for this cart, for the header `X-Guest-Token`. Only the answer to opening the cart has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    guest_token: Option<String>,
}

/// A line of a cart.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct CartLine {
    sku: Sku,
    /// Units, 1 to 999.
    quantity: u32,
}

impl From<domain::Cart> for Cart {
    fn from(cart: domain::Cart) -> Self {
        let reminder = cart.is_reminding();
        let lines = cart.lines.into_iter().map(|(sku, quantity)| CartLine { sku, quantity });
        Self { id: cart.id, lines: lines.collect(), updated_at: cart.updated_at, reminder, guest_token: None }
    }
}

/// A guest's cart to merge.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MergeCart {
    /// Its lines move into the cart in the path, and it is closed.
    guest_cart_id: CartId,
    /// The token that came with it.
    guest_token: String,
}

/// `POST /v1/carts`.
pub(super) async fn open(app: Arc<Carts>, call: Call) -> Result<Cart, Problem> {
    let (cart, guest_token) = app.open(&call.context()).await?;
    Ok(Cart { guest_token, ..cart.into() })
}

/// `GET /v1/carts/{id}`.
pub(super) async fn read(app: Arc<Carts>, call: Call) -> Result<Cart, Problem> {
    Ok(app.cart(call.param("id")?, &call.caller).await?.into())
}

/// `POST /v1/carts/{id}/merge`.
pub(super) async fn merge(app: Arc<Carts>, call: Call<Json<MergeCart>>) -> Result<Cart, Problem> {
    let MergeCart { guest_cart_id, guest_token } = &call.body.0;
    Ok(app.merge(call.param("id")?, *guest_cart_id, guest_token, &call.context()).await?.into())
}
