//! The OpenAPI document, the messages and the state diagram agree with the code.

use crate::harness::Harness;
use chassis::testing::contract;
use events::{Capability, flows};
use orders::Orders;
use serde_json::{Value, json};
use std::fs;

const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../events/samples");

#[test]
fn the_openapi_document_is_made_from_the_routes() {
    contract::openapi_document_is_made_from_the_routes::<Orders>(
        env!("CARGO_MANIFEST_DIR"),
        env!("CARGO_PKG_DESCRIPTION"),
    );
}

/// Messages about no order: of staff who lost their access, of who has a guest's mailbox, and of who wants to be forgotten.
const OF_PEOPLE: [&str; 4] =
    ["users.access_changed.v1", "users.session_ended.v1", "users.email_verified.v1", "users.user_erased.v1"];
/// Orders takes no returns yet, so it sends no command with this reply.
const LATER: [&str; 1] = ["inventory.restocked.v1"];

#[tokio::test]
async fn every_message_that_others_send_is_understood() {
    for flow in flows::received_by(Capability::Orders).filter(|flow| !LATER.contains(&flow.kind)) {
        let harness = Harness::new();
        let order = harness.placed(1).await;
        // A guest wanted it once.
        let wanted = json!({"pk": {"S": order.to_string()}, "sk": {"S": "erasure"}, "requested_at": {"S": "2026-01-01T00:00:00.000Z"}});
        harness.bench.dynamo.beside("erasures").put(&wanted);
        let sample = fs::read_to_string(format!("{SAMPLES}/{}.json", flow.kind)).unwrap();
        let sample: Value = serde_json::from_str(&sample).unwrap();
        let body = sample["Records"][0]["body"].as_str().unwrap();
        // The sample names an order of its own: here it names ours.
        let other: Value = serde_json::from_str(body).unwrap();
        let body = match other["data"]["order_id"].as_str() {
            Some(other) => body.replace(other, &order.to_string()),
            None => {
                assert!(OF_PEOPLE.contains(&flow.kind), "{}", flow.kind);
                body.to_owned()
            }
        };
        assert!(harness.bench.deliver_raw(&[body]).await.is_empty());
        assert_eq!(harness.bench.queues.dead_lettered(), Vec::<String>::new(), "{}", flow.kind);
    }
}

#[test]
fn the_state_diagram_shows_every_end() {
    let diagram = orders::domain::diagram();
    for end in ["completed", "rejected", "canceled", "expired"] {
        assert!(diagram.contains(&format!("    {end} --> [*]")), "{diagram}");
    }
    assert!(diagram.contains("    awaiting_payment --> confirmed: payment_authorized\n"), "{diagram}");
    assert!(!diagram.contains("expired --> confirmed"), "{diagram}");
}
