//! Canceling orders: early, late, and when the goods have left.

use crate::harness::{Harness, authorized, delivered, dispatched, kinds, reserved};
use chassis::testing::Request;
use events::shipping::{CancelRefused, ShipmentCanceled, ShipmentCreated};
use serde_json::json;

#[tokio::test]
async fn a_pending_order_is_canceled_at_once_and_late_stock_goes_back() {
    let harness = Harness::new();
    let id = harness.placed(1).await;
    let answer = harness.cancel(id).await;
    assert_eq!((answer.status, &answer.body["status"]), (202, &"canceled".into()));
    let all = ["deadline_due", "order_canceled", "order_placed", "order_placed", "release_reservation"];
    assert_eq!(kinds(&harness.settle().await), all, "the record of the placement may have been lost");
    assert_eq!(harness.diagnosis(id).await["settled"], true);
    // The reply was under way.
    harness.receive(2, &reserved(id)).await;
    assert_eq!(kinds(&harness.bench.queues.take()), all);
    assert_eq!(harness.states(id).await[0], "canceled");
}

#[tokio::test]
async fn an_unpaid_order_is_canceled_at_once_and_late_money_is_released() {
    let harness = Harness::new();
    let id = harness.awaiting_payment(1).await;
    harness.cancel(id).await;
    assert_eq!(kinds(&harness.settle().await), ["order_canceled", "release_reservation", "void_payment"]);
    harness.receive(9, &authorized(id, 1)).await;
    assert_eq!(kinds(&harness.bench.queues.take()), ["order_canceled", "void_payment"]);
    assert_eq!(harness.states(id).await[..2], ["canceled", "voided"]);
}

#[tokio::test]
async fn canceling_again_answers_the_same() {
    let harness = Harness::new();
    let id = harness.placed(1).await;
    let (a, b) = tokio::join!(harness.cancel(id), harness.cancel(id));
    assert_eq!(a.body, b.body);
    assert_eq!(harness.cancel(id).await.body, a.body);
    harness.bench.relay().await.unwrap();
    let sent = harness.bench.queues.take();
    assert_eq!(kinds(&sent).iter().filter(|kind| **kind == "order_canceled").count(), 1, "{:?}", kinds(&sent));
}

#[tokio::test]
async fn a_confirmed_order_is_canceled_when_the_goods_are_still_there() {
    let harness = Harness::new();
    let id = harness.confirmed(1).await;
    let answer = harness.cancel(id).await;
    assert_eq!(answer.body["status"], "canceling");
    let sent = harness.settle().await;
    assert_eq!(kinds(&sent), ["cancel_shipment", "order_canceled", "release_reservation", "void_payment"]);
    assert_eq!(harness.states(id).await, ["canceled", "voided", "none"]);
    assert_eq!(harness.diagnosis(id).await["settled"], true);
    // The news that the shipment exists comes late: it is canceled again.
    harness.receive(9, &ShipmentCreated { order_id: id, shipment_id: id.shipment() }).await;
    assert_eq!(kinds(&harness.bench.queues.take()), ["cancel_shipment"]);
}

#[tokio::test]
async fn an_order_whose_goods_left_goes_on() {
    let harness = Harness::new();
    let id = harness.confirmed(1).await;
    harness.cancel(id).await;
    harness.bench.relay().await.unwrap();
    harness.bench.queues.take();
    harness.receive(3, &dispatched(id)).await;
    harness.receive(4, &CancelRefused { order_id: id, shipment_id: id.shipment() }).await;
    let sent = harness.settle().await;
    assert_eq!(kinds(&sent), ["capture_payment", "order_cancellation_refused", "order_dispatched"]);
    assert_eq!(harness.states(id).await, ["confirmed", "captured", "dispatched"]);
    assert_eq!(harness.cancel(id).await.problem(), "already_dispatched");
    harness.receive(5, &delivered(id)).await;
    assert_eq!(harness.states(id).await[0], "completed");
    assert_eq!(harness.cancel(id).await.problem(), "already_dispatched");
}

#[tokio::test]
async fn a_customer_who_did_not_cancel_is_not_told_that_it_was_too_late() {
    let harness = Harness::new();
    let id = harness.confirmed(1).await;
    let request = Request::post(&format!("/v1/orders/{id}/cancellation"), json!({})).bearer(&harness.bench.staff());
    assert_eq!(harness.bench.http(request).await.status, 202);
    harness.bench.relay().await.unwrap();
    harness.bench.queues.take();
    harness.receive(4, &CancelRefused { order_id: id, shipment_id: id.shipment() }).await;
    assert_eq!(kinds(&harness.bench.queues.take()), ["capture_payment"]);
    assert_eq!(harness.states(id).await[0], "confirmed");
}

#[tokio::test]
async fn a_refusal_that_overtakes_the_dispatch_is_final() {
    let harness = Harness::new();
    let id = harness.confirmed(1).await;
    harness.cancel(id).await;
    harness.receive(4, &CancelRefused { order_id: id, shipment_id: id.shipment() }).await;
    assert_eq!(harness.states(id).await, ["confirmed", "authorized", "created"]);
    // The warehouse would repeat its refusal, which is known already: the order would wait for ever.
    assert_eq!(harness.cancel(id).await.problem(), "already_dispatched");
}

#[tokio::test]
async fn shipping_may_not_cancel_what_nobody_canceled() {
    let harness = Harness::new();
    let id = harness.confirmed(1).await;
    harness.receive(7, &ShipmentCanceled { order_id: id, shipment_id: id.shipment() }).await;
    assert!(harness.bench.queues.take().is_empty());
    assert_eq!(harness.states(id).await, ["confirmed", "authorized", "created"]);
}
