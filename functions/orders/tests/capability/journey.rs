//! An order from placed to delivered, and what it costs.

use crate::harness::{Harness, TOTAL, authorized, delivered, dispatched, kinds, reserved};
use chassis::testing::Request;
use events::Capability;
use serde_json::json;

#[tokio::test]
async fn an_order_goes_from_placed_to_completed() {
    let harness = Harness::new();
    let quote = harness.quote(1);
    let id = quote.jti.order();
    let answer = harness.post(&harness.body(&quote)).await;
    assert_eq!(answer.status, 202);
    assert_eq!(answer.body["id"], json!(id));
    assert_eq!(answer.body["status"], "pending");
    assert_eq!(answer.body["total"], json!({"amount": TOTAL, "currency": "EUR"}));
    assert!(answer.body.get("guest_token").is_none());

    harness.bench.relay().await.unwrap();
    let sent = harness.bench.queues.take();
    assert_eq!(kinds(&sent), ["deadline_due", "order_placed", "order_placed", "reserve_stock"]);
    harness.receive(2, &reserved(id)).await;
    let sent = harness.bench.queues.take();
    assert_eq!(kinds(&sent), ["authorize_payment"]);
    assert_eq!(sent[0].envelope.data["amount"]["amount"], TOTAL);
    let parts = &sent[0].envelope.data["parts"];
    assert_eq!(parts, &json!({"net": 3699, "shipping": 490, "tax": 189 + 190 + 93}));

    harness.receive(2, &authorized(id, 1)).await;
    let sent = harness.settle().await;
    assert_eq!(kinds(&sent), ["commit_reservation", "create_shipment", "order_confirmed"]);
    assert_eq!(harness.states(id).await, ["confirmed", "authorized", "created"]);

    harness.receive(3, &dispatched(id)).await;
    let sent = harness.settle().await;
    assert_eq!(kinds(&sent), ["capture_payment", "order_dispatched"]);
    assert_eq!(harness.states(id).await, ["confirmed", "captured", "dispatched"]);
    assert_eq!(harness.order(id).await["tracking"], json!({"carrier": "dhl", "tracking_number": "0034"}));

    harness.receive(4, &delivered(id)).await;
    assert_eq!(kinds(&harness.settle().await), ["order_delivered"]);
    assert_eq!(harness.states(id).await, ["completed", "captured", "delivered"]);
    assert_eq!(harness.diagnosis(id).await["settled"], true);
}

#[tokio::test]
async fn the_timeline_has_every_transition_once() {
    let harness = Harness::new();
    let id = harness.confirmed(1).await;
    harness.receive(3, &dispatched(id)).await;
    harness.settle().await;
    harness.receive(4, &delivered(id)).await;
    let target = format!("/v1/orders/{id}/timeline");
    let answer = harness.bench.http(Request::get(&target).bearer(&harness.ada_token())).await;
    let items = answer.body["items"].as_array().unwrap();
    let kinds: Vec<_> = items.iter().map(|entry| entry["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds[..3], ["placed", "stock_reserved", "payment_authorized"]);
    assert_eq!(kinds[5..], ["shipment_dispatched", "payment_captured", "shipment_delivered"]);
    assert_eq!(items[7]["seq"], 8);
    assert_eq!(items[7]["status"], "completed");
}

#[tokio::test]
async fn only_a_guests_address_is_known_and_only_the_copy_for_notifications_carries_it() {
    let harness = Harness::new();
    let mut body = harness.body(&harness.quote(1));
    (body["email"], body["language"]) = (json!("elsewhere@example.com"), json!("de"));
    assert_eq!(harness.post(&body).await.status, 202, "a customer may send an address, and nobody keeps it");
    harness.bench.relay().await.unwrap();
    let (sent, kept) = (harness.bench.queues.take(), format!("{:?}", harness.bench.dynamo.items()));
    for sent in &sent {
        let order = &sent.envelope.data["order"];
        assert_eq!(order["contact"], json!(null), "{order}");
        assert!(
            order.is_null() || (order["language"] == "de" && order["customer"] == harness.ada.to_string()),
            "{order}"
        );
    }
    assert!(!kept.contains("@example.com") && !format!("{sent:?}").contains("@example.com"), "{kept}");

    let guest = harness.post_as_guest(&harness.guest_body(&harness.quote(2))).await;
    assert_eq!(guest.status, 202);
    harness.bench.relay().await.unwrap();
    for sent in harness.bench.queues.take() {
        let text = sent.envelope.data.to_string();
        assert_eq!(text.contains("guest@example.com"), sent.to == Capability::Notifications, "{text}");
        assert_eq!(sent.envelope.data["order"]["language"], json!(null), "nobody said");
    }
}

#[tokio::test]
async fn an_order_of_an_earlier_version_is_told_about_at_the_address_that_it_has() {
    let harness = Harness::new();
    let order = harness.placed(1).await;
    let mut item = harness.items("order").remove(0);
    item["contact"] = json!({"M": {"email": {"S": "earlier@example.com"}, "name": {"S": "Ada"}}});
    harness.bench.dynamo.put(&item);
    harness.receive(2, &reserved(order)).await;
    harness.receive(2, &authorized(order, 1)).await;
    let sent = harness.settle().await;
    for sent in sent {
        let is_told = sent.envelope.data.to_string().contains("earlier@");
        assert_eq!(is_told, sent.to == Capability::Notifications, "{sent:?}");
    }
}

#[tokio::test]
async fn a_language_does_not_tell_a_repeated_request_from_the_first_and_must_be_one_of_the_shops() {
    let harness = Harness::new();
    let mut body = harness.body(&harness.quote(1));
    assert_eq!(harness.post(&body).await.status, 202);
    body["language"] = json!("de");
    let again = harness.post(&body).await;
    assert_eq!(again.status, 202, "{}", again.body);
    assert_eq!(harness.items("order")[0]["language"], json!(null), "the first request counts");
    body["language"] = json!("fr");
    let refused = harness.post(&body).await;
    assert_eq!((refused.status, refused.problem()), (422, "invalid_field"), "{}", refused.body);
}

#[tokio::test]
async fn one_trace_goes_through_everything() {
    let harness = Harness::new();
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let request = Request::post("/v1/orders", harness.guest_body(&harness.quote(1))).header("traceparent", trace);
    assert_eq!(harness.bench.http(request).await.status, 202);
    let sent = harness.settle().await;
    assert_eq!(sent.len(), 4 + 1 + 3);
    assert!(sent.iter().all(|sent| sent.envelope.traceparent.as_deref() == Some(trace)));
}

#[tokio::test]
async fn delivery_may_overtake_dispatch_and_creation() {
    let harness = Harness::new();
    let id = harness.awaiting_payment(1).await;
    harness.receive(2, &authorized(id, 1)).await;
    harness.bench.queues.take();
    harness.receive(4, &delivered(id)).await;
    assert_eq!(kinds(&harness.settle().await), ["capture_payment", "order_delivered"]);
    harness.receive(3, &dispatched(id)).await;
    assert!(harness.bench.queues.take().is_empty());
    assert_eq!(harness.states(id).await, ["completed", "captured", "delivered"]);
    assert_eq!(harness.order(id).await["tracking"]["carrier"], "dhl");
}

/// Ratcheted: may be lowered, never raised. With the units of indexes: one into the customer's orders, two into staff's lists, one into the index of the
/// sweep and one out of it, and three moves there, of two units each: the order rests, its goods leave, it rests again.
#[tokio::test]
async fn the_request_units_of_an_order_are_pinned() {
    let harness = Harness::new();
    let quote = harness.quote(1);
    let id = quote.jti.order();
    let write_units = |harness: &Harness| {
        let calls = harness.bench.dynamo.take_calls();
        let writes = calls.iter().filter(|call| call.operation != "GetItem");
        writes.map(|call| call.tenths_of_units / 10).collect::<Vec<_>>()
    };
    harness.post(&harness.body(&quote)).await;
    assert_eq!(
        write_units(&harness),
        [1, 1, 5],
        "placing counts against the customer and the network, then writes the order"
    );
    harness.bench.relay().await.unwrap();
    harness.bench.queues.take();
    harness.receive(2, &reserved(id)).await;
    harness.receive(2, &authorized(id, 1)).await;
    assert_eq!(write_units(&harness), [2, 2, 1, 1], "the confirmed order is found by its two SKUs");
    harness.settle().await;
    harness.receive(3, &dispatched(id)).await;
    harness.settle().await;
    harness.receive(4, &delivered(id)).await;
    // The bank's answer comes once more, and the two items are put again.
    assert_eq!(write_units(&harness), [1, 1, 2, 4, 4, 4, 3]);
}

#[tokio::test]
async fn people_are_told_of_an_order_seconds_later_and_its_cart_at_once() {
    let harness = Harness::new();
    harness.post(&harness.body(&harness.quote(1))).await;
    harness.bench.relay().await.unwrap();
    let sent = harness.bench.queues.take();
    let placed = sent.iter().filter(|sent| sent.kind() == "orders.order_placed.v1");
    let waits: Vec<_> = placed.map(|sent| (sent.to, sent.delay_seconds)).collect();
    assert_eq!(waits.len(), 2);
    for wait in [(Capability::Carts, 0), (Capability::Notifications, 15)] {
        assert!(waits.contains(&wait), "{waits:?}");
    }
}
