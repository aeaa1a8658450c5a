//! Carts: some customers put what they will order into one first, and something that they leave for later.

use super::Customer;
use crate::sim::stage::Stage;
use carts::domain::Cart;
use chassis::testing::{Request, Response};
use events::ids::{CartId, OrderId};
use events::{Capability, Sku};
use serde_json::json;
use std::collections::BTreeMap;

/// What nobody orders.
const FOR_LATER: &str = "FOR-LATER";

/// A cart of which an order was made.
#[derive(Debug, Clone, Copy)]
pub struct Basket {
    /// Which.
    pub cart: CartId,
    /// Units that were put in after the order; nothing is known if the last request got no answer.
    pub for_later: Option<u32>,
}

impl Basket {
    /// What is wrong with it, once everybody has heard of the order.
    pub fn wrong(&self, stage: &Stage, order: OrderId) -> Option<String> {
        let Some(cart) = stage.tables[&Capability::Carts].item::<Cart>(&self.cart.to_string(), "cart") else {
            return Some(format!("{} is gone", self.cart));
        };
        let sku: Sku = FOR_LATER.parse().unwrap();
        let left: BTreeMap<Sku, u32> =
            self.for_later.filter(|units| *units > 0).map(|units| (sku, units)).into_iter().collect();
        let right = cart.orders == [order] && (self.for_later.is_none() || cart.lines == left);
        (!right).then(|| format!("{} holds {:?} after {order}, not {left:?}", cart.id, cart.lines))
    }
}

impl Customer<'_> {
    /// Puts these lines into a cart; none is used if any of it fails.
    pub(super) async fn fill_cart(&self, lines: &[(String, u32)]) -> Option<CartId> {
        let opened = self.ask(Request::post("/v1/carts", json!({}))).await?;
        let cart: CartId = opened.body["id"].as_str()?.parse().ok()?;
        let mut units: BTreeMap<&str, u32> = BTreeMap::new();
        for (sku, quantity) in lines {
            *units.entry(sku).or_default() += quantity;
        }
        for (sku, quantity) in units {
            self.put(cart, sku, quantity).await?;
        }
        Some(cart)
    }

    /// Puts something into the cart that was not ordered.
    pub(super) async fn leave_for_later(&self, cart: CartId) {
        let for_later = match u32::try_from(self.dice.below(3)).unwrap() {
            0 => Some(0),
            units => self.put(cart, FOR_LATER, units).await.map(|_| units),
        };
        let stage = &self.driver.shop.stage;
        stage.baskets.lock().unwrap().insert(self.order, Basket { cart, for_later });
    }

    async fn put(&self, cart: CartId, sku: &str, quantity: u32) -> Option<Response> {
        self.ask(Request::put(&format!("/v1/carts/{cart}/lines/{sku}"), json!({"quantity": quantity}))).await
    }

    async fn ask(&self, request: Request) -> Option<Response> {
        let answer = self.driver.insist(Capability::Carts, &self.signed(request), 6).await?;
        (answer.status < 300).then_some(answer)
    }
}
