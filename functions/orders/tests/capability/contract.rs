//! What others rely on: the OpenAPI document, the messages, the drawing of the saga.

use crate::desk::Desk;
use chassis::testing::contract;
use events::{Capability, flows};
use orders::service::Orders;
use serde_json::Value;
use std::fs;

const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../events/samples");

#[test]
fn the_openapi_document_is_made_from_the_routes() {
    contract::openapi_document_is_made_from_the_routes::<Orders>(env!("CARGO_MANIFEST_DIR"));
}

/// Returns are not part of orders yet, so nobody sends what this answers.
const LATER: [&str; 1] = ["inventory.restocked.v1"];

#[tokio::test]
async fn every_message_that_others_send_is_understood() {
    for flow in flows::received_by(Capability::Orders).filter(|flow| !LATER.contains(&flow.kind)) {
        let desk = Desk::open();
        let order = desk.placed(1).await;
        let sample = fs::read_to_string(format!("{SAMPLES}/{}.json", flow.kind)).unwrap();
        let sample: Value = serde_json::from_str(&sample).unwrap();
        let body = sample["Records"][0]["body"].as_str().unwrap();
        // The sample is about an order of its own: here it is about ours.
        let strange: Value = serde_json::from_str(body).unwrap();
        let strange = strange["data"]["order_id"].as_str().unwrap();
        let body = body.replace(strange, &order.to_string());
        assert!(desk.bench.deliver_raw(&[body]).await.is_empty());
        assert_eq!(desk.bench.queues.dead_lettered(), Vec::<String>::new(), "{}", flow.kind);
    }
}

#[test]
fn the_drawing_shows_every_way_to_end() {
    let drawing = orders::domain::diagram();
    for end in ["completed", "rejected", "canceled", "expired"] {
        assert!(drawing.contains(&format!("    {end} --> [*]")), "{drawing}");
    }
    assert!(drawing.contains("    awaiting_payment --> confirmed: payment_authorized\n"), "{drawing}");
    assert!(!drawing.contains("expired --> confirmed"), "{drawing}");
}
