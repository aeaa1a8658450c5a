//! The bank's page, where a customer confirms a payment, refuses to, or leaves to pay with another card.

use super::{Customer, METHODS};
use chassis::testing::Request;
use events::Capability;
use serde_json::{Value, json};
use std::time::Duration;

impl Customer<'_> {
    pub(super) async fn answer_challenge(&self, result: &str) {
        self.answer(json!({"result": result})).await;
    }

    async fn answer(&self, body: Value) {
        let path = format!("/v1/sandbox/payments/{}/challenge", self.order.payment());
        let request = self.signed(Request::post(&path, body));
        self.driver.insist(Capability::Payments, &request, 4).await;
    }

    /// Leaves the bank's page and pays with another card; sometimes confirms on the page all the same, at once or later.
    pub(super) async fn leave_the_bank(&mut self) {
        let method = *self.dice.pick(&METHODS);
        let late = json!({"result": "succeed", "attempt": 1 + self.dice.below(3)});
        match self.dice.below(3) {
            0 => self.pay(method).await,
            1 => {
                self.pay(method).await;
                tokio::time::sleep(Duration::from_millis(self.dice.below(60_000))).await;
                self.answer(late).await;
            }
            _ => {
                let body = json!({"payment_method": method});
                let pay = self.signed(Request::post(&format!("/v1/orders/{}/payment", self.order), body));
                futures_util::future::join(self.driver.insist(Capability::Orders, &pay, 4), self.answer(late)).await;
            }
        }
    }
}
