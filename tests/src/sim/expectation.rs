//! What the shop owes its customers, noted when they are promised it: the invariants compare it with what came of it.

use super::table::WatchedTable;
use carts::domain::Cart;
use events::Sku;
use events::ids::{CartId, OrderId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a customer was quoted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    pub order: OrderId,
    /// Subtotal, shipping and taxes, in minor units.
    pub total: i64,
    /// SKUs and quantities.
    pub lines: Vec<(String, u32)>,
}

/// A SKU that nobody orders.
pub const FOR_LATER: &str = "FOR-LATER";

/// A cart that an order was made from.
#[derive(Debug, Clone, Copy)]
pub struct Basket {
    pub cart: CartId,
    /// Units that were added after the order; unknown if that request got no answer.
    pub for_later: Option<u32>,
}

impl Basket {
    /// What is wrong with the cart at rest.
    pub fn wrong(&self, carts: &WatchedTable, order: OrderId) -> Option<String> {
        let Some(cart) = carts.item::<Cart>(&self.cart.to_string(), "cart") else {
            return Some(format!("{} is gone", self.cart));
        };
        let sku: Sku = FOR_LATER.parse().unwrap();
        let left: BTreeMap<Sku, u32> =
            self.for_later.filter(|units| *units > 0).map(|units| (sku, units)).into_iter().collect();
        let right = cart.orders == [order] && (self.for_later.is_none() || cart.lines == left);
        (!right).then(|| format!("{} holds {:?} after {order}, not {left:?}", cart.id, cart.lines))
    }
}
