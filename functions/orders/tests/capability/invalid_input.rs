//! Invalid input gets a problem document and changes nothing.

use crate::harness::Harness;
use chassis::testing::Request;
use serde_json::{Value, json};

#[tokio::test]
async fn unusable_bodies_are_refused() {
    let harness = Harness::new();
    let good = harness.guest_body(&harness.quote(1));
    let with = |pointer: &str, value: Value| {
        let mut body = good.clone();
        *body.pointer_mut(pointer).unwrap() = value;
        body
    };
    let mut unknown = good.clone();
    unknown["price"] = json!(1);
    let cases = [
        (unknown, 422, "invalid_field"),
        (json!({}), 422, "invalid_field"),
        (json!([]), 422, "invalid_field"),
        (with("/quote", json!(7)), 422, "invalid_field"),
        (with("/ship_to/country", json!("Germany")), 422, "invalid_field"),
        (with("/email", json!("nobody")), 422, "invalid_field"),
        (with("/email", json!(null)), 422, "invalid_field"),
        (with("/email", json!("a@example.com\r\nBcc: b@example.com")), 422, "invalid_field"),
        (with("/ship_to/line1", json!("  ")), 422, "invalid_field"),
        (with("/ship_to/name", json!("x".repeat(201))), 422, "invalid_field"),
        (with("/payment_method", json!("")), 422, "invalid_field"),
        (with("/payment_method", json!("4242 4242 4242 4242")), 422, "card_number_refused"),
    ];
    for (body, status, problem) in cases {
        let answer = harness.post_as_guest(&body).await;
        assert_eq!((answer.status, answer.problem()), (status, problem), "{body}");
    }
    let broken = Request::new("POST", "/v1/orders").body("{\"quote\":");
    assert_eq!(harness.bench.http(broken).await.problem(), "malformed_json");
    let long = Request::new("POST", "/v1/orders").body(format!("\"{}\"", "x".repeat(65 * 1024)));
    assert_eq!(harness.bench.http(long).await.status, 413);
    assert!(harness.bench.dynamo.items().is_empty());
    harness.bench.relay().await.unwrap();
    assert!(harness.bench.queues.take().is_empty());
}

#[tokio::test]
async fn a_refused_card_number_is_not_repeated_in_the_answer() {
    let harness = Harness::new();
    let mut body = harness.guest_body(&harness.quote(1));
    body["payment_method"] = json!("4000056655665556");
    assert!(!harness.post_as_guest(&body).await.body.to_string().contains("4000056655665556"));
}

#[tokio::test]
async fn a_bad_token_is_refused_even_where_guests_may_order() {
    let harness = Harness::new();
    let request = Request::post("/v1/orders", harness.guest_body(&harness.quote(1))).bearer("x.y.z");
    assert_eq!(harness.bench.http(request).await.status, 401);
}

#[tokio::test]
async fn an_unreadable_message_fails_alone() {
    let harness = Harness::new();
    let id = harness.placed(1).await;
    let unknown_order = harness.quote(7).jti.order();
    let good = harness.envelope(2, &crate::harness::reserved(id));
    let unknown = harness.envelope(2, &crate::harness::reserved(unknown_order));
    let mut wrong = harness.envelope(3, &crate::harness::authorized(id, 1));
    wrong.data["attempt"] = json!("one");
    let mut foreign = good.clone();
    foreign.kind = "payments.something_else.v1".to_owned();
    foreign.id = "pay/9/x".to_owned();
    let bodies = [
        "not json".to_owned(),
        serde_json::to_string(&unknown).unwrap(),
        serde_json::to_string(&wrong).unwrap(),
        serde_json::to_string(&foreign).unwrap(),
        serde_json::to_string(&good).unwrap(),
    ];
    assert!(harness.bench.deliver_raw(&bodies).await.is_empty());
    assert_eq!(harness.bench.queues.dead_lettered().len(), 4);
    assert_eq!(harness.states(id).await[0], "awaiting_payment");
}

#[tokio::test]
async fn money_of_another_amount_confirms_nothing_and_is_dead_lettered() {
    let harness = Harness::new();
    let id = harness.awaiting_payment(1).await;
    let mut short = crate::harness::authorized(id, 1);
    short.amount.amount -= 1;
    harness.receive(2, &short).await;
    assert_eq!(harness.bench.queues.dead_lettered().len(), 1);
    assert_eq!(harness.states(id).await[0], "awaiting_payment");
}
