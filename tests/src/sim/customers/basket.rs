//! Carts: some customers fill a cart before they order, and add something for later.

use super::Customer;
use crate::sim::expectation::{Basket, FOR_LATER};
use chassis::testing::{Request, Response};
use events::Capability;
use events::ids::CartId;
use serde_json::json;
use std::collections::BTreeMap;

/// A cart, with the token that opens a guest's.
pub(super) struct Cart {
    pub(super) id: CartId,
    token: Option<String>,
}

impl Customer<'_> {
    /// Puts these lines into a new cart; `None` if any request fails.
    pub(super) async fn fill_cart(&self, lines: &[(String, u32)]) -> Option<Cart> {
        let opened = self.ask(self.signed(Request::post("/v1/carts", json!({})))).await?;
        let token = opened.body["guest_token"].as_str().map(str::to_owned);
        let cart = Cart { id: opened.body["id"].as_str()?.parse().ok()?, token };
        let mut units: BTreeMap<&str, u32> = BTreeMap::new();
        for (sku, quantity) in lines {
            *units.entry(sku).or_default() += quantity;
        }
        for (sku, quantity) in units {
            self.put(&cart, sku, quantity).await?;
        }
        Some(cart)
    }

    /// Adds something to the cart that was not ordered.
    pub(super) async fn leave_for_later(&self, cart: &Cart) {
        let for_later = match u32::try_from(self.dice.below(3)).unwrap() {
            0 => Some(0),
            units => self.put(cart, FOR_LATER, units).await.map(|_| units),
        };
        let stage = &self.driver.shop.stage;
        stage.baskets.lock().unwrap().insert(self.order, Basket { cart: cart.id, for_later });
    }

    async fn put(&self, cart: &Cart, sku: &str, quantity: u32) -> Option<Response> {
        let line = Request::put(&format!("/v1/carts/{}/lines/{sku}", cart.id), json!({"quantity": quantity}));
        let line = self.signed(line);
        self.ask(cart.token.iter().fold(line, |line, token| line.header("x-guest-token", token))).await
    }

    async fn ask(&self, request: Request) -> Option<Response> {
        let answer = self.driver.insist(Capability::Carts, &request, 6).await?;
        (answer.status < 300).then_some(answer)
    }
}
