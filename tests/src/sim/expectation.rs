//! What the shop owes its customers, noted when they are promised it: the invariants compare it with what came of it.

use super::table::WatchedTable;
use carts::domain::Cart;
use events::Sku;
use events::ids::{CartId, OrderId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a customer was quoted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    pub order: OrderId,
    /// Subtotal, shipping and taxes, in minor units.
    pub total: i64,
    /// SKUs and quantities.
    pub lines: Vec<(String, u32)>,
    /// The version of the terms that the quote names.
    pub terms: Option<String>,
}

/// What somebody knows of an order that the shop has accepted.
#[derive(Debug, Clone)]
pub struct Accepted {
    /// When the answer came, in virtual milliseconds.
    pub at: u64,
    /// Of a guest.
    pub email: Option<String>,
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

/// What a browser added by forms, and where it may be.
#[derive(Debug, Clone, Default)]
pub struct Filled {
    pub carts: BTreeSet<CartId>,
    /// Those that were to be placed from the carts.
    pub orders: Vec<OrderId>,
    /// Units of each SKU: those whose form was answered, and as many as were sent.
    units: BTreeMap<String, (u32, u32)>,
}

impl Filled {
    /// Notes that so many units of a SKU were added at least, and at most.
    pub fn add(&mut self, sku: &str, least: u32, most: u32) {
        let units = self.units.entry(sku.to_owned()).or_default();
        *units = (units.0 + least, units.1 + most);
    }

    /// What is wrong, if there are so many units of each SKU.
    pub fn wrong(&self, found: impl Fn(&str) -> u32) -> Option<String> {
        self.units.iter().find_map(|(sku, (least, most))| {
            let found = found(sku);
            let right = (*least..=*most).contains(&found);
            (!right).then(|| {
                format!("{found} of {least} to {most} units of {sku} are in {:?} or {:?}", self.carts, self.orders)
            })
        })
    }
}
