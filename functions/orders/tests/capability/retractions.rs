//! What staff correct of a dispatch, what a refused cancellation proves, and states that are promised.

use crate::harness::{Harness, authorized, delivered, dispatched, kinds, total};
use chassis::testing::{Request, Sent};
use events::ids::OrderId;
use events::payments::{Operation, PaymentCaptured, PaymentFailed};
use events::shipping::{CancelRefused, DispatchRetracted, RetractionRequested, ShipmentDispatched, TrackingCorrected};
use orders::domain::diagram::explore;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn corrected(order_id: OrderId, tracking_number: &str, seq: u64) -> TrackingCorrected {
    let (carrier, tracking_number) = ("ups".to_owned(), tracking_number.to_owned());
    TrackingCorrected { order_id, shipment_id: order_id.shipment(), carrier, tracking_number, seq }
}

fn mistaken(order_id: OrderId, seq: u64) -> RetractionRequested {
    RetractionRequested { order_id, shipment_id: order_id.shipment(), seq }
}

fn retracted(order_id: OrderId, seq: u64) -> DispatchRetracted {
    DispatchRetracted { order_id, shipment_id: order_id.shipment(), seq }
}

fn refused(order_id: OrderId) -> CancelRefused {
    CancelRefused { order_id, shipment_id: order_id.shipment() }
}

fn captured(order_id: OrderId) -> PaymentCaptured {
    PaymentCaptured { order_id, payment_id: order_id.payment(), amount: total() }
}

fn not_captured(order_id: OrderId, attempt: u32) -> PaymentFailed {
    let reason = "capture_failed".to_owned();
    PaymentFailed { order_id, payment_id: order_id.payment(), operation: Operation::Capture, attempt, reason }
}

fn sent(harness: &Harness) -> Vec<String> {
    kinds(&harness.bench.queues.take()).into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn a_refused_cancellation_proves_that_goods_left_and_captures_once_in_any_order_of_messages() {
    for refusal_first in [true, false] {
        let harness = Harness::new();
        let id = harness.confirmed(1).await;
        harness.cancel(id).await;
        harness.bench.relay().await.unwrap();
        harness.bench.queues.take();
        let mut all = Vec::new();
        for refusal in [refusal_first, !refusal_first] {
            if refusal {
                harness.receive(3, &refused(id)).await;
            } else {
                harness.receive(2, &dispatched(id)).await;
            }
            all.extend(sent(&harness));
        }
        assert_eq!(all.iter().filter(|kind| *kind == "capture_payment").count(), 1, "{all:?}");
        harness.receive(7, &captured(id)).await;
        assert_eq!(harness.states(id).await, ["confirmed", "captured", "dispatched"]);
    }
}

#[tokio::test]
async fn a_refused_cancellation_captures_even_if_no_message_says_that_the_goods_left() {
    let harness = Harness::new();
    let id = harness.confirmed(1).await;
    harness.cancel(id).await;
    harness.bench.relay().await.unwrap();
    harness.bench.queues.take();
    harness.receive(3, &refused(id)).await;
    assert_eq!(sent(&harness), ["capture_payment", "order_cancellation_refused"]);
    harness.receive(7, &captured(id)).await;
    assert_eq!(harness.states(id).await[..2], ["confirmed", "captured"]);
}

#[tokio::test]
async fn a_corrected_tracking_shows_and_is_told_and_the_latest_counts_in_any_order_of_arrival() {
    let harness = Harness::new();
    let id = harness.confirmed(1).await;
    harness.receive(2, &dispatched(id)).await;
    let first = harness.bench.queues.take().into_iter().find(|sent| sent.kind().contains("order_dispatched")).unwrap();
    harness.receive(4, &corrected(id, "0099", 4)).await;
    assert_eq!(sent(&harness), ["order_tracking_corrected"]);
    harness.receive(3, &corrected(id, "0035", 3)).await;
    assert_eq!(sent(&harness), [] as [&str; 0]);
    assert_eq!(harness.order(id).await["tracking"], json!({"carrier": "ups", "tracking_number": "0099"}));
    // What was said once is said again word for word.
    harness.receive(2, &dispatched(id)).await;
    let again = harness.bench.queues.take().into_iter().find(|sent| sent.kind().contains("order_dispatched")).unwrap();
    assert_eq!(again, first);
}

#[tokio::test]
async fn a_correction_that_overtakes_the_dispatch_implies_it() {
    let harness = Harness::new();
    let id = harness.confirmed(1).await;
    harness.receive(3, &corrected(id, "0099", 3)).await;
    assert_eq!(sent(&harness), ["capture_payment", "order_dispatched"]);
    harness.receive(2, &dispatched(id)).await;
    assert_eq!(sent(&harness), [] as [&str; 0]);
    assert_eq!(harness.order(id).await["tracking"]["tracking_number"], "0099");
    harness.receive(7, &captured(id)).await;
    // Without a word of the carrier it is completed as if the dispatch had been told.
    harness.bench.world.pass_seconds(14 * 86_400 + 60);
    harness.bench.tick().await.unwrap();
    assert_eq!(harness.states(id).await, ["completed", "captured", "dispatched"]);
}

#[tokio::test]
async fn a_dispatch_whose_money_could_not_be_captured_is_taken_back_and_the_next_one_captures() {
    let harness = Harness::new();
    let id = harness.confirmed(1).await;
    harness.receive(2, &dispatched(id)).await;
    harness.receive(6, &not_captured(id, 1)).await;
    harness.bench.queues.take();
    harness.receive(3, &mistaken(id, 3)).await;
    assert_eq!(sent(&harness), ["retract_dispatch"]);
    assert_eq!(harness.states(id).await, ["confirmed", "authorized", "created"]);
    assert_eq!(harness.order(id).await.get("tracking"), None);
    harness.receive(4, &retracted(id, 4)).await;
    // The failed capture is not tried again while the goods are in the warehouse.
    harness.bench.world.pass_seconds(86_400);
    harness.bench.tick().await.unwrap();
    assert_eq!(sent(&harness), [] as [&str; 0]);
    let again = ShipmentDispatched { tracking_number: "0077".to_owned(), seq: 5, ..dispatched(id) };
    harness.receive(5, &again).await;
    let messages = harness.bench.queues.take();
    assert_eq!(kinds(&messages), ["capture_payment", "order_dispatched"]);
    let capture = messages.iter().find(|sent| sent.kind().contains("capture_payment")).unwrap();
    assert_eq!(capture.envelope.data["attempt"], 2);
    assert_eq!(harness.order(id).await["tracking"]["tracking_number"], "0077");
}

#[tokio::test]
async fn a_dispatch_is_not_taken_back_once_the_money_was_captured() {
    let harness = Harness::new();
    let id = harness.confirmed(1).await;
    harness.receive(2, &dispatched(id)).await;
    harness.receive(7, &captured(id)).await;
    harness.bench.queues.take();
    harness.receive(3, &mistaken(id, 3)).await;
    assert_eq!(sent(&harness), ["retraction_refused"]);
    assert_eq!(harness.states(id).await, ["confirmed", "captured", "dispatched"]);
}

#[tokio::test]
async fn a_request_during_the_capture_is_answered_by_how_the_capture_ends() {
    for fails in [true, false] {
        let harness = Harness::new();
        let id = harness.confirmed(1).await;
        harness.receive(2, &dispatched(id)).await;
        harness.bench.queues.take();
        harness.receive(3, &mistaken(id, 3)).await;
        assert_eq!(sent(&harness), [] as [&str; 0], "it waits");
        if fails {
            harness.receive(6, &not_captured(id, 1)).await;
            assert_eq!(sent(&harness), ["retract_dispatch"]);
        } else {
            harness.receive(7, &captured(id)).await;
            assert_eq!(sent(&harness), ["retraction_refused"]);
        }
    }
}

#[tokio::test]
async fn a_dispatch_that_was_taken_back_before_it_was_told_captures_nothing() {
    let harness = Harness::new();
    let id = harness.confirmed(1).await;
    harness.receive(3, &mistaken(id, 3)).await;
    harness.receive(2, &dispatched(id)).await;
    harness.receive(4, &retracted(id, 4)).await;
    assert_eq!(sent(&harness), ["retract_dispatch"]);
    assert_eq!(harness.states(id).await, ["confirmed", "authorized", "created"]);
}

#[tokio::test]
async fn an_order_may_be_canceled_again_once_its_dispatch_is_taken_back() {
    let harness = Harness::new();
    let id = harness.confirmed(1).await;
    harness.receive(3, &mistaken(id, 3)).await;
    harness.bench.queues.take();
    // The shipment is still being taken back: its cancellation waits for that.
    assert_eq!(harness.cancel(id).await.body["status"], "canceling");
    harness.bench.relay().await.unwrap();
    assert_eq!(sent(&harness), [] as [&str; 0]);
    harness.receive(4, &retracted(id, 4)).await;
    let commands = harness.settle().await;
    assert!(kinds(&commands).contains(&"cancel_shipment"), "{commands:?}");
    let order = harness.order(id).await;
    assert_eq!((&order["status"], &order["cancellation_reason"]), (&json!("canceled"), &json!("by_customer")));
}

/// Whether the mail about the cancellation of an order says that the shop canceled it.
fn by_shop(told: &[Sent], id: &Value) -> bool {
    let about = |sent: &&Sent| sent.kind().contains("order_canceled") && *id == sent.envelope.subject;
    told.iter().find(about).unwrap().envelope.data["by_shop"] == true
}

#[tokio::test]
async fn a_canceled_order_says_who_canceled_it_or_that_its_money_was_about_to_lapse() {
    let harness = Harness::new();
    let id = harness.awaiting_payment(1).await;
    let request = Request::post(&format!("/v1/orders/{id}/cancellation"), json!({})).bearer(&harness.bench.staff());
    assert_eq!(harness.bench.http(request).await.status, 202);
    assert_eq!(harness.order(id).await["cancellation_reason"], "by_staff");
    assert!(by_shop(&harness.settle().await, &json!(id)));

    // A guest who has an account as well.
    let placed = harness.post_as_guest(&harness.guest_body(&harness.quote(3))).await.body;
    let path = format!("/v1/orders/{}/cancellation", placed["id"].as_str().unwrap());
    let request = Request::post(&path, json!({})).bearer(&harness.ada_token());
    let canceled = harness.bench.http(request.header("x-guest-token", placed["guest_token"].as_str().unwrap())).await;
    assert_eq!((canceled.status, &canceled.body["cancellation_reason"]), (202, &json!("by_customer")));
    assert!(!by_shop(&harness.settle().await, &placed["id"]));

    let id = harness.awaiting_payment(2).await;
    let capture_before = Some(harness.bench.world.now().plus_seconds(13 * 3_600));
    harness.receive(2, &events::payments::PaymentAuthorized { capture_before, ..authorized(id, 1) }).await;
    assert_eq!(harness.order(id).await.get("cancellation_reason"), None);
    harness.settle().await;
    harness.bench.world.pass_seconds(3_700);
    harness.bench.tick().await.unwrap();
    let told = harness.settle().await;
    assert!(by_shop(&told, &json!(id)));
    let order = harness.order(id).await;
    assert_eq!((&order["status"], &order["cancellation_reason"]), (&json!("canceled"), &json!("authorization_lapsed")));
    harness.receive(9, &delivered(id)).await;
}

/// The values of an enum in the published document.
fn promised(name: &str) -> BTreeSet<String> {
    let document: Value = serde_json::from_str(include_str!("../../openapi.json")).unwrap();
    let schema = &document["components"]["schemas"][name];
    let listed = schema["enum"].as_array().into_iter().flatten();
    let described = schema["oneOf"].as_array().into_iter().flatten();
    let described =
        described.flat_map(|each| each["enum"].as_array().cloned().unwrap_or_else(|| vec![each["const"].clone()]));
    listed.cloned().chain(described).map(|value| value.as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_promised_state_is_reached_and_no_other() {
    let mut reached: [BTreeSet<String>; 4] = Default::default();
    let text = |value: Value| value.as_str().unwrap().to_owned();
    explore(|before, after| {
        for order in [before, after] {
            let last = order.log.last().unwrap();
            let values =
                [json!(order.status), json!(order.payment_state), json!(order.fulfillment_state), json!(last.kind)];
            for (set, value) in reached.iter_mut().zip(values) {
                set.insert(text(value));
            }
        }
    });
    // A token is replaced, an order claimed and its buyer forgotten in any state, and a key is kept in any that is unpaid, so the diagram
    // leaves them out.
    reached[3].extend(
        ["claimed", "guest_token_replaced", "payment_repeated", "erased", "erasure_answered", "erasure_requested"]
            .map(str::to_owned),
    );
    let names = ["OrderStatus", "PaymentState", "FulfillmentState", "OrderTransitionKind"];
    for (name, reached) in names.into_iter().zip(reached) {
        assert_eq!(promised(name), reached, "{name}");
    }
}
