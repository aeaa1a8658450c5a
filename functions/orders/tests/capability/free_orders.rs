//! Orders with nothing to pay: no money is asked for, at any time.

use crate::harness::{Harness, delivered, dispatched, kinds, reserved};
use chassis::testing::signing::signer;
use events::Capability;
use events::ids::OrderId;
use events::orders::DeadlineDue;
use events::quotes::{QuoteClaims, SHIPPING_QUOTE_TYP};
use serde_json::{Value, json};

/// A quote for goods that cost nothing.
fn samples(harness: &Harness, number: u128) -> QuoteClaims {
    let mut quote = harness.quote(number);
    quote.lines.iter_mut().for_each(|line| (line.unit_price, line.discount, line.tax) = (0, 0, 0));
    quote
}

/// The body of an order that names no payment method and is shipped at this price.
fn body(harness: &Harness, number: u128, shipping: i64) -> (OrderId, Value) {
    let quote = samples(harness, number);
    let mut shipping_quote = harness.shipping_quote(&quote);
    (shipping_quote.amount, shipping_quote.tax) = (shipping, 0);
    let mut body = harness.body(&quote);
    body["shipping_quote"] = json!(signer("shipping").sign(SHIPPING_QUOTE_TYP, &shipping_quote).unwrap());
    body.as_object_mut().unwrap().remove("payment_method");
    (quote.jti.order(), body)
}

async fn placed(harness: &Harness) -> OrderId {
    let (id, body) = body(harness, 1, 0);
    let answer = harness.post(&body).await;
    assert_eq!((answer.status, &answer.body["total"]["amount"]), (202, &json!(0)), "{:?}", answer.body);
    id
}

#[tokio::test]
async fn an_order_that_costs_nothing_is_confirmed_and_completed_without_a_payment() {
    let harness = Harness::new();
    let id = placed(&harness).await;
    let sent = harness.settle().await;
    assert!(sent.iter().all(|sent| sent.to != Capability::Payments), "{sent:?}");
    assert!(kinds(&sent).contains(&"order_confirmed"));
    assert_eq!(harness.states(id).await, ["confirmed", "none", "created"]);
    harness.receive(2, &dispatched(id)).await;
    harness.receive(3, &delivered(id)).await;
    assert_eq!(harness.states(id).await, ["completed", "none", "delivered"]);
    let sent = harness.settle().await;
    assert!(sent.iter().all(|sent| sent.to != Capability::Payments), "{sent:?}");
}

#[tokio::test]
async fn an_order_that_costs_nothing_completes_if_the_carrier_says_no_more_and_never_expires() {
    let harness = Harness::new();
    let id = placed(&harness).await;
    harness.settle().await;
    let deadline = events::Timestamp::parse(harness.order(id).await["pay_until"].as_str().unwrap()).unwrap();
    harness.bench.world.pass_seconds(3_600);
    harness.receive(1, &DeadlineDue { order_id: id, deadline }).await;
    assert_eq!(harness.states(id).await, ["confirmed", "none", "created"]);
    harness.receive(2, &dispatched(id)).await;
    harness.bench.world.pass_seconds(14 * 86_400);
    harness.bench.tick().await.unwrap();
    assert_eq!(harness.states(id).await, ["completed", "none", "dispatched"]);
}

#[tokio::test]
async fn an_order_that_costs_nothing_is_canceled_without_a_word_to_payments_and_cannot_be_paid() {
    for confirmed in [false, true] {
        let harness = Harness::new();
        let id = placed(&harness).await;
        if confirmed {
            harness.settle().await;
        }
        let pay = harness.act(id, "payment", json!({"payment_method": "pm_card_visa"})).await;
        assert_eq!((pay.status, pay.problem()), (409, "nothing_to_pay"), "{:?}", pay.body);
        assert!(harness.order(id).await["payment_attempts_left"].is_null());
        harness.bench.relay().await.unwrap();
        assert_eq!(harness.cancel(id).await.status, 202);
        let sent = harness.settle().await;
        assert!(sent.iter().all(|sent| sent.to != Capability::Payments), "{sent:?}");
        assert_eq!(harness.states(id).await, ["canceled", "none", "none"], "confirmed: {confirmed}");
        // The reservation is late.
        harness.receive(9, &reserved(id)).await;
        assert_eq!(harness.states(id).await, ["canceled", "none", "none"]);
    }
}

#[tokio::test]
async fn what_is_to_be_paid_names_how() {
    let harness = Harness::new();
    for method in [None, Some(Value::Null), Some(json!("")), Some(json!(" "))] {
        let (_, mut body) = body(&harness, 1, 490);
        method.into_iter().for_each(|method| body["payment_method"] = method);
        let refused = harness.post(&body).await;
        assert_eq!((refused.status, refused.problem()), (422, "invalid_field"), "{body}");
        assert_eq!(refused.body["field"], "/payment_method");
    }
    assert!(harness.items("order").is_empty());
}

#[tokio::test]
async fn orders_that_cost_nothing_count_for_an_hour_although_they_are_confirmed_at_once() {
    let harness = Harness::new();
    for number in 1..=5 {
        let placed = harness.post(&body(&harness, number, 0).1).await;
        assert_eq!(placed.status, 202, "{:?}", placed.body);
        harness.settle().await;
    }
    let refused = harness.post(&body(&harness, 6, 0).1).await;
    assert_eq!((refused.status, refused.problem()), (429, "too_many_open_orders"));
    harness.bench.world.pass_seconds(3_600);
    assert_eq!(harness.post(&body(&harness, 7, 0).1).await.status, 202);
}
