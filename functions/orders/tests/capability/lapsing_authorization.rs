//! Goods that do not leave before the hold on the money ends.

use crate::harness::{Harness, authorized, dispatched, kinds};
use events::payments::PaymentAuthorized;
use events::shipping::CancelRefused;
use events::{Timestamp, ids::OrderId};

const DAY: i64 = 86_400;

/// An order whose money is held for seven days.
async fn confirmed_for_a_week(harness: &Harness) -> OrderId {
    let id = harness.awaiting_payment(1).await;
    let capture_before = Some(harness.bench.world.now().plus_seconds(7 * DAY));
    harness.receive(2, &PaymentAuthorized { capture_before, ..authorized(id, 1) }).await;
    id
}

async fn swept(harness: &Harness) -> Vec<String> {
    harness.bench.tick().await.unwrap();
    kinds(&harness.bench.queues.take()).into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn the_command_to_ship_says_until_when_the_goods_may_leave() {
    let harness = Harness::new();
    confirmed_for_a_week(&harness).await;
    let sent = harness.bench.queues.take();
    let create = sent.iter().find(|sent| sent.kind() == "shipping.create_shipment.v1").unwrap();
    let until: Timestamp = serde_json::from_value(create.envelope.data["dispatch_before"].clone()).unwrap();
    assert_eq!(
        until,
        harness.bench.world.now().plus_seconds(6 * DAY + DAY / 2),
        "half a day is left to take the money"
    );
}

#[tokio::test]
async fn an_order_whose_goods_did_not_leave_is_canceled_before_its_money_lapses() {
    let harness = Harness::new();
    let id = confirmed_for_a_week(&harness).await;
    harness.settle().await;
    harness.bench.world.pass_seconds(6 * DAY);
    assert!(!swept(&harness).await.contains(&"cancel_shipment".to_owned()), "there is time");
    harness.bench.world.pass_seconds(DAY / 2);
    assert_eq!(swept(&harness).await, ["cancel_shipment"]);
    assert_eq!(harness.states(id).await[0], "canceling");
    let (order_id, shipment_id) = (id, id.shipment());
    harness.receive(2, &events::shipping::ShipmentCanceled { order_id, shipment_id }).await;
    let ended = harness.settle().await;
    assert_eq!(kinds(&ended), ["order_canceled", "release_reservation", "void_payment"]);
    assert_eq!(harness.states(id).await, ["canceled", "voided", "none"]);
}

#[tokio::test]
async fn goods_that_left_at_the_last_moment_are_paid_for() {
    let harness = Harness::new();
    let id = confirmed_for_a_week(&harness).await;
    harness.settle().await;
    harness.bench.world.pass_seconds(7 * DAY);
    swept(&harness).await;
    let (order_id, shipment_id) = (id, id.shipment());
    harness.receive(2, &CancelRefused { order_id, shipment_id }).await;
    harness.receive(2, &dispatched(id)).await;
    let sent = harness.bench.queues.take();
    let told = kinds(&sent);
    assert!(told.contains(&"capture_payment") && !told.contains(&"order_cancellation_refused"), "{told:?}");
    assert_eq!(harness.states(id).await, ["confirmed", "authorized", "dispatched"]);
    harness.bench.world.pass_seconds(DAY);
    assert!(!swept(&harness).await.contains(&"cancel_shipment".to_owned()), "the command is sent once");
}
