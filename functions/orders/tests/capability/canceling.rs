//! Calling orders off, early, late and against the truck.

use crate::desk::{Desk, authorized, delivered, dispatched, kinds, reserved};
use events::shipping::{CancelRefused, ShipmentCanceled, ShipmentCreated};

#[tokio::test]
async fn a_pending_order_is_canceled_at_once_and_late_stock_goes_back() {
    let desk = Desk::open();
    let id = desk.placed(1).await;
    let answer = desk.cancel(id).await;
    assert_eq!((answer.status, &answer.body["status"]), (202, &"canceled".into()));
    let again = ["deadline_due", "order_canceled", "order_placed", "order_placed", "release_reservation"];
    assert_eq!(kinds(&desk.settle().await), again, "the record of the placement may have been lost");
    assert_eq!(desk.diagnosis(id).await["settled"], true);
    // The reply had been under way.
    desk.hear(2, &reserved(id)).await;
    assert_eq!(kinds(&desk.bench.queues.take()), again);
    assert_eq!(desk.states(id).await[0], "canceled");
}

#[tokio::test]
async fn an_unpaid_order_is_canceled_at_once_and_late_money_is_let_go() {
    let desk = Desk::open();
    let id = desk.awaiting_payment(1).await;
    desk.cancel(id).await;
    assert_eq!(kinds(&desk.settle().await), ["order_canceled", "release_reservation", "void_payment"]);
    desk.hear(9, &authorized(id, 1)).await;
    assert_eq!(kinds(&desk.bench.queues.take()), ["order_canceled", "void_payment"]);
    assert_eq!(desk.states(id).await[..2], ["canceled", "voided"]);
}

#[tokio::test]
async fn canceling_again_answers_the_same() {
    let desk = Desk::open();
    let id = desk.placed(1).await;
    let (a, b) = tokio::join!(desk.cancel(id), desk.cancel(id));
    assert_eq!(a.body, b.body);
    assert_eq!(desk.cancel(id).await.body, a.body);
    desk.bench.relay().await.unwrap();
    let sent = desk.bench.queues.take();
    assert_eq!(kinds(&sent).iter().filter(|kind| **kind == "order_canceled").count(), 1, "{:?}", kinds(&sent));
}

#[tokio::test]
async fn a_confirmed_order_is_canceled_when_the_goods_are_still_there() {
    let desk = Desk::open();
    let id = desk.confirmed(1).await;
    let answer = desk.cancel(id).await;
    assert_eq!(answer.body["status"], "canceling");
    let sent = desk.settle().await;
    assert_eq!(kinds(&sent), ["cancel_shipment", "order_canceled", "release_reservation", "void_payment"]);
    assert_eq!(desk.states(id).await, ["canceled", "voided", "none"]);
    assert_eq!(desk.diagnosis(id).await["settled"], true);
    // Told late that the shipment exists: it is called off again.
    desk.hear(9, &ShipmentCreated { order_id: id, shipment_id: id.shipment() }).await;
    assert_eq!(kinds(&desk.bench.queues.take()), ["cancel_shipment"]);
}

#[tokio::test]
async fn an_order_whose_goods_left_goes_on() {
    let desk = Desk::open();
    let id = desk.confirmed(1).await;
    desk.cancel(id).await;
    desk.bench.relay().await.unwrap();
    desk.bench.queues.take();
    desk.hear(3, &dispatched(id)).await;
    desk.hear(4, &CancelRefused { order_id: id, shipment_id: id.shipment() }).await;
    let sent = desk.settle().await;
    assert_eq!(kinds(&sent), ["capture_payment", "order_cancellation_refused", "order_dispatched"]);
    assert_eq!(desk.states(id).await, ["confirmed", "captured", "dispatched"]);
    assert_eq!(desk.cancel(id).await.problem(), "already_dispatched");
    desk.hear(5, &delivered(id)).await;
    assert_eq!(desk.states(id).await[0], "completed");
    assert_eq!(desk.cancel(id).await.problem(), "already_dispatched");
}

#[tokio::test]
async fn a_refusal_that_overtakes_the_dispatch_is_final() {
    let desk = Desk::open();
    let id = desk.confirmed(1).await;
    desk.cancel(id).await;
    desk.hear(4, &CancelRefused { order_id: id, shipment_id: id.shipment() }).await;
    assert_eq!(desk.states(id).await, ["confirmed", "authorized", "created"]);
    // The warehouse would repeat its refusal, which is known already: nothing would ever end the waiting.
    assert_eq!(desk.cancel(id).await.problem(), "already_dispatched");
}

#[tokio::test]
async fn shipping_may_not_cancel_what_nobody_canceled() {
    let desk = Desk::open();
    let id = desk.confirmed(1).await;
    desk.hear(7, &ShipmentCanceled { order_id: id, shipment_id: id.shipment() }).await;
    assert!(desk.bench.queues.take().is_empty());
    assert_eq!(desk.states(id).await, ["confirmed", "authorized", "created"]);
}
