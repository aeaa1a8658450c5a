//! How soon staff who lost their access can do nothing any more, and machines whose key did.

use super::clock::on_virtual_time;
use super::visit::{Visit, text};
use chassis::testing::Request;
use events::Capability;
use events::ids::OrderId;
use events::users::{Permission, Role};
use serde_json::json;
use std::time::Duration;

/// How a staff member loses access.
#[derive(Debug, Clone, Copy)]
pub enum Loss {
    SignedOut,
    SignedOutEverywhere,
    /// An admin takes the role away.
    Demoted,
    /// A machine works with a key that the staff member made, and an admin ends it.
    KeyEnded,
    /// The same, and the staff member signs out everywhere.
    MakerSignedOutEverywhere,
}

/// What a refund by the staff member came to.
#[derive(Debug)]
pub struct Outcome {
    /// Before the loss.
    pub before: u16,
    /// Time from the answer to the loss until the first refusal, and the refusal.
    pub refused_after: Duration,
    pub refusal: String,
    /// Of another staff member, at the end.
    pub other: u16,
}

/// Refunds a cent every tenth of a second until that is refused.
pub fn lose(how: Loss) -> Outcome {
    on_virtual_time(async {
        let visit = Visit::begin().await;
        let order = delivered(&visit).await;
        let user = visit.sign_up("carol@example.com").await;
        visit.grant("carol@example.com", Role::Finance).await;
        visit.sign_up("dave@example.com").await;
        visit.grant("dave@example.com", Role::Admin).await;
        let (carol, dave) = (visit.sign_in("carol@example.com").await, visit.sign_in("dave@example.com").await);
        let (key, token) = match how {
            Loss::KeyEnded | Loss::MakerSignedOutEverywhere => machine_of(&visit, "carol@example.com").await,
            Loss::SignedOut | Loss::SignedOutEverywhere | Loss::Demoted => (String::new(), carol.clone()),
        };
        let before = refund(&visit, order, &token, 0).await.0;
        let loss = match how {
            Loss::KeyEnded => Request::new("DELETE", &format!("/v1/api-keys/{key}")).bearer(&dave),
            Loss::SignedOut => Request::new("DELETE", "/v1/sessions/current").bearer(&carol),
            Loss::SignedOutEverywhere | Loss::MakerSignedOutEverywhere => {
                Request::new("DELETE", "/v1/sessions").bearer(&carol)
            }
            Loss::Demoted => Request::put(&format!("/v1/users/{user}/roles"), json!({"roles": ["customer"]}))
                .bearer(&dave)
                .header("if-match", "*"),
        };
        visit.ask(Capability::Users, loss).await;
        let lost_at = tokio::time::Instant::now();
        let mut number = 1;
        let refusal = loop {
            let (status, problem) = refund(&visit, order, &token, number).await;
            if status == 401 {
                break problem;
            }
            number += 1;
            tokio::time::sleep(Duration::from_millis(100)).await;
        };
        let refused_after = lost_at.elapsed();
        Outcome { before, refused_after, refusal, other: refund(&visit, order, &dave, number).await.0 }
    })
}

/// A machine that gives money back with a key of a member of staff, who may make some from now on: the key, and a token of it.
async fn machine_of(visit: &Visit, email: &str) -> (String, String) {
    visit.grant(email, Role::Admin).await;
    let maker = visit.sign_in(email).await;
    let (key, secret) = visit.make_key(Permission::RefundsWrite, &maker).await;
    let exchange = Request::post("/v1/api-keys/tokens", json!({"secret": secret}));
    (key.to_string(), text(&visit.ask(Capability::Users, exchange).await["access_token"]))
}

async fn delivered(visit: &Visit) -> OrderId {
    let (cart, _) = visit.cart(None).await;
    let body = visit.order_request(None, &cart).await;
    let (order, _) = visit.place(None, &body).await;
    visit.until(order, "fulfillment_state", "created").await;
    visit.deliver(order).await;
    order
}

async fn refund(visit: &Visit, order: OrderId, token: &str, number: u32) -> (u16, String) {
    let body = json!({"amount": {"amount": 1, "currency": "EUR"}, "reason": "a broken cup"});
    let request = Request::post(&format!("/v1/payments/{}/refunds", order.payment()), body).bearer(token);
    let request = request.header("idempotency-key", &format!("cent-{number}"));
    let answer = visit.shop.http(Capability::Payments, request).await.unwrap();
    (answer.status, answer.problem().to_owned())
}
