//! From placing to delivered, and what it costs.

use crate::desk::{Desk, TOTAL, authorized, delivered, dispatched, kinds, reserved};
use chassis::testing::Request;
use events::Capability;
use serde_json::json;

#[tokio::test]
async fn an_order_goes_from_placed_to_completed() {
    let desk = Desk::open();
    let quote = desk.quote(1);
    let id = quote.jti.order();
    let answer = desk.post(&desk.body(&quote)).await;
    assert_eq!(answer.status, 202);
    assert_eq!(answer.body["id"], json!(id));
    assert_eq!(answer.body["status"], "pending");
    assert_eq!(answer.body["total"], json!({"amount": TOTAL, "currency": "EUR"}));
    assert!(answer.body.get("guest_token").is_none());

    desk.bench.relay().await.unwrap();
    let sent = desk.bench.queues.take();
    assert_eq!(kinds(&sent), ["deadline_due", "order_placed", "order_placed", "reserve_stock"]);
    desk.hear(2, &reserved(id)).await;
    let sent = desk.bench.queues.take();
    assert_eq!(kinds(&sent), ["authorize_payment"]);
    assert_eq!(sent[0].envelope.data["amount"]["amount"], TOTAL);
    let parts = &sent[0].envelope.data["parts"];
    assert_eq!(parts, &json!({"subtotal": 3699, "shipping": 490, "tax": 189 + 190 + 93}));

    desk.hear(2, &authorized(id, 1)).await;
    let sent = desk.settle().await;
    assert_eq!(kinds(&sent), ["commit_reservation", "create_shipment", "order_confirmed"]);
    assert_eq!(desk.states(id).await, ["confirmed", "authorized", "created"]);

    desk.hear(3, &dispatched(id)).await;
    let sent = desk.settle().await;
    assert_eq!(kinds(&sent), ["capture_payment", "order_dispatched"]);
    assert_eq!(desk.states(id).await, ["confirmed", "captured", "dispatched"]);
    assert_eq!(desk.order(id).await["tracking"], json!({"carrier": "dhl", "tracking_number": "0034"}));

    desk.hear(4, &delivered(id)).await;
    assert_eq!(kinds(&desk.settle().await), ["order_delivered"]);
    assert_eq!(desk.states(id).await, ["completed", "captured", "delivered"]);
    assert_eq!(desk.diagnosis(id).await["settled"], true);
}

#[tokio::test]
async fn the_timeline_tells_every_step_once() {
    let desk = Desk::open();
    let id = desk.confirmed(1).await;
    desk.hear(3, &dispatched(id)).await;
    desk.settle().await;
    desk.hear(4, &delivered(id)).await;
    let target = format!("/v1/orders/{id}/timeline");
    let answer = desk.bench.http(Request::get(&target).bearer(&desk.ada_token())).await;
    let items = answer.body["items"].as_array().unwrap();
    let what: Vec<_> = items.iter().map(|entry| entry["what"].as_str().unwrap()).collect();
    assert_eq!(what[..3], ["placed", "stock_reserved", "payment_authorized"]);
    assert_eq!(what[5..], ["shipment_dispatched", "payment_captured", "shipment_delivered"]);
    assert_eq!(items[7]["seq"], 8);
    assert_eq!(items[7]["status"], "completed");
}

#[tokio::test]
async fn only_the_copy_for_notifications_says_how_to_reach_the_customer() {
    let desk = Desk::open();
    desk.post(&desk.body(&desk.quote(1))).await;
    desk.bench.relay().await.unwrap();
    for sent in desk.bench.queues.take() {
        let text = sent.envelope.data.to_string();
        assert_eq!(text.contains("ada@example.com"), sent.to == Capability::Notifications, "{text}");
    }
}

#[tokio::test]
async fn one_trace_goes_through_everything() {
    let desk = Desk::open();
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let request = Request::post("/v1/orders", desk.guest_body(&desk.quote(1))).header("traceparent", trace);
    assert_eq!(desk.bench.http(request).await.status, 202);
    let sent = desk.settle().await;
    assert_eq!(sent.len(), 4 + 1 + 3);
    assert!(sent.iter().all(|sent| sent.envelope.traceparent.as_deref() == Some(trace)));
}

#[tokio::test]
async fn delivery_may_overtake_dispatch_and_creation() {
    let desk = Desk::open();
    let id = desk.awaiting_payment(1).await;
    desk.hear(2, &authorized(id, 1)).await;
    desk.bench.queues.take();
    desk.hear(4, &delivered(id)).await;
    assert_eq!(kinds(&desk.settle().await), ["capture_payment", "order_delivered"]);
    desk.hear(3, &dispatched(id)).await;
    assert!(desk.bench.queues.take().is_empty());
    assert_eq!(desk.states(id).await, ["completed", "captured", "delivered"]);
    assert_eq!(desk.order(id).await["tracking"]["carrier"], "dhl");
}

/// Ratcheted: may be lowered, never raised.
#[tokio::test]
async fn an_order_costs_so_many_request_units() {
    let desk = Desk::open();
    let quote = desk.quote(1);
    let id = quote.jti.order();
    let write_units = |desk: &Desk| {
        let calls = desk.bench.dynamo.take_calls();
        let writes = calls.iter().filter(|call| call.operation != "GetItem");
        writes.map(|call| call.tenths_of_units / 10).collect::<Vec<_>>()
    };
    desk.post(&desk.body(&quote)).await;
    assert_eq!(write_units(&desk), [1, 3], "placing counts against the customer, then writes the order");
    desk.bench.relay().await.unwrap();
    desk.bench.queues.take();
    desk.hear(2, &reserved(id)).await;
    desk.hear(2, &authorized(id, 1)).await;
    assert_eq!(write_units(&desk), [2, 2]);
    desk.settle().await;
    desk.hear(3, &dispatched(id)).await;
    desk.settle().await;
    desk.hear(4, &delivered(id)).await;
    assert_eq!(write_units(&desk), [2, 2, 2, 2, 3]);
}
