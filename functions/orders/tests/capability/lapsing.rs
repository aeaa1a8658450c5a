//! Goods that do not leave as long as the held money can be taken.

use crate::desk::{Desk, authorized, dispatched, kinds};
use events::payments::PaymentAuthorized;
use events::shipping::CancelRefused;
use events::{Timestamp, ids::OrderId};

const DAY: i64 = 86_400;

/// An order whose money is held for seven days.
async fn confirmed_for_a_week(desk: &Desk) -> OrderId {
    let id = desk.awaiting_payment(1).await;
    let capture_before = Some(desk.bench.world.now().plus_seconds(7 * DAY));
    desk.hear(2, &PaymentAuthorized { capture_before, ..authorized(id, 1) }).await;
    id
}

async fn swept(desk: &Desk) -> Vec<String> {
    desk.bench.tick().await.unwrap();
    kinds(&desk.bench.queues.take()).into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn the_warehouse_is_told_until_when_the_goods_may_leave() {
    let desk = Desk::open();
    confirmed_for_a_week(&desk).await;
    let sent = desk.bench.queues.take();
    let create = sent.iter().find(|sent| sent.kind() == "shipping.create_shipment.v1").unwrap();
    let until: Timestamp = serde_json::from_value(create.envelope.data["dispatch_before"].clone()).unwrap();
    assert_eq!(until, desk.bench.world.now().plus_seconds(6 * DAY + DAY / 2), "half a day is left to take the money");
}

#[tokio::test]
async fn an_order_whose_goods_did_not_leave_is_called_off_before_its_money_lapses() {
    let desk = Desk::open();
    let id = confirmed_for_a_week(&desk).await;
    desk.settle().await;
    desk.bench.world.pass_seconds(6 * DAY);
    assert!(!swept(&desk).await.contains(&"cancel_shipment".to_owned()), "there is time");
    desk.bench.world.pass_seconds(DAY / 2);
    assert_eq!(swept(&desk).await, ["cancel_shipment"]);
    assert_eq!(desk.states(id).await[0], "canceling");
    let (order_id, shipment_id) = (id, id.shipment());
    desk.hear(2, &events::shipping::ShipmentCanceled { order_id, shipment_id }).await;
    let ended = desk.settle().await;
    assert_eq!(kinds(&ended), ["order_canceled", "release_reservation", "void_payment"]);
    assert_eq!(desk.states(id).await, ["canceled", "voided", "none"]);
}

#[tokio::test]
async fn goods_that_left_at_the_last_moment_are_paid_for() {
    let desk = Desk::open();
    let id = confirmed_for_a_week(&desk).await;
    desk.settle().await;
    desk.bench.world.pass_seconds(7 * DAY);
    swept(&desk).await;
    let (order_id, shipment_id) = (id, id.shipment());
    desk.hear(2, &CancelRefused { order_id, shipment_id }).await;
    desk.hear(2, &dispatched(id)).await;
    assert!(kinds(&desk.bench.queues.take()).contains(&"capture_payment"));
    assert_eq!(desk.states(id).await, ["confirmed", "authorized", "dispatched"]);
    desk.bench.world.pass_seconds(DAY);
    assert!(!swept(&desk).await.contains(&"cancel_shipment".to_owned()), "it is asked once");
}
