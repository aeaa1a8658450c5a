//! The email addresses of guests: those that sign-up takes, in the same spelling, and one guest however it is typed.

use crate::harness::Harness;
use chassis::testing::Response;
use serde_json::{Value, json};

async fn order_as(harness: &Harness, number: u128, email: &Value) -> Response {
    let mut body = harness.guest_body(&harness.quote(number));
    body["email"] = email.clone();
    harness.post_as_guest(&body).await
}

#[tokio::test]
async fn a_guests_address_is_kept_and_mailed_in_its_one_spelling() {
    for (typed, spelling) in [
        ("  Ada@Example.COM ", "ada@example.com"),
        ("ada@münchen.de", "ada@xn--mnchen-3ya.de"),
        ("ADA@mu\u{308}nchen\u{3002}de", "ada@xn--mnchen-3ya.de"),
    ] {
        let harness = Harness::new();
        assert_eq!(order_as(&harness, 1, &json!(typed)).await.status, 202, "{typed}");
        assert_eq!(harness.items("order")[0]["contact"]["M"]["email"]["S"], spelling);
        harness.bench.relay().await.unwrap();
        let sent = harness.bench.queues.take();
        let told: Vec<_> =
            sent.iter().filter_map(|sent| sent.envelope.data["order"]["contact"]["email"].as_str()).collect();
        assert_eq!(told, [spelling]);
    }
}

#[tokio::test]
async fn a_guest_without_an_address_that_mail_reaches_orders_nothing() {
    let harness = Harness::new();
    for email in
        ["", "  ", "nobody", "josé@example.com", "ada@example", "ada@example.com.", "<ada@example.com>", ".a@b.example"]
    {
        let answer = order_as(&harness, 1, &json!(email)).await;
        assert_eq!((answer.status, answer.problem()), (422, "invalid_field"), "{email:?}");
    }
    assert!(harness.bench.dynamo.items().is_empty());
}

#[tokio::test]
async fn a_signed_in_customer_needs_no_address_and_what_is_sent_as_one_is_not_read() {
    let harness = Harness::new();
    let mut body = harness.body(&harness.quote(1));
    body["email"] = json!("josé@example.com");
    let placed = harness.post(&body).await;
    assert_eq!(placed.status, 202, "{placed:?}");
    for email in ["", "no address", "eve@example.com"] {
        body["email"] = json!(email);
        let again = harness.post(&body).await;
        assert_eq!((again.status, &again.body), (202, &placed.body), "{email}");
    }
    let stored = json!(harness.items("order")).to_string();
    assert!(!stored.contains("eve@") && !stored.contains("josé"), "{stored}");
}

#[tokio::test]
async fn a_guest_is_counted_once_however_the_address_is_typed() {
    let harness = Harness::new();
    let spellings = [
        "ada@münchen.de",
        "Ada@Xn--Mnchen-3ya.DE",
        " ada@MÜNCHEN.de",
        "ada+tea@münchen.de",
        "ADA+1@mu\u{308}nchen.de",
        "ada@münchen。de",
    ];
    for (number, email) in (1..).zip(spellings) {
        let answer = order_as(&harness, number, &json!(email)).await;
        assert_eq!(answer.status, if number <= 5 { 202 } else { 429 }, "{email}: {}", answer.body);
    }
}
