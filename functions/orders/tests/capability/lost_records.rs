//! Lost stream records. Only they remember what follows from a request, so the order itself must send its messages again.

use crate::harness::{Harness, authorized, kinds, reserved};
use events::ids::OrderId;

/// The messages of a placed order.
const PLACED: [&str; 4] = ["deadline_due", "order_placed", "order_placed", "reserve_stock"];

fn lose_records(harness: &Harness) {
    assert!(!harness.bench.dynamo.new_stream_records().is_empty());
}

async fn placed_and_lost(harness: &Harness) -> OrderId {
    let quote = harness.quote(1);
    assert_eq!(harness.post(&harness.body(&quote)).await.status, 202);
    lose_records(harness);
    quote.jti.order()
}

async fn tick_after(harness: &Harness, seconds: i64) {
    harness.bench.world.pass_seconds(seconds);
    harness.bench.tick().await.unwrap();
}

#[tokio::test]
async fn the_sweep_sends_all_messages_of_a_lost_record() {
    let harness = Harness::new();
    let id = placed_and_lost(&harness).await;
    tick_after(&harness, 60).await;
    let sent = harness.bench.queues.take();
    assert_eq!(kinds(&sent), PLACED);
    let by_id = |kind: &str| format!("{id}/1/{kind}.v1");
    let ids =
        ["orders.deadline_due", "orders.order_placed", "orders.order_placed", "inventory.reserve_stock"].map(by_id);
    assert!(sent.iter().all(|sent| ids.contains(&sent.envelope.id)), "the same messages as before: {ids:?}");
}

#[tokio::test]
async fn a_cancellation_publishes_the_events_of_a_lost_record_of_the_placement() {
    let harness = Harness::new();
    let id = placed_and_lost(&harness).await;
    harness.cancel(id).await;
    harness.bench.relay().await.unwrap();
    let messages = ["deadline_due", "order_canceled", "order_placed", "order_placed", "release_reservation"];
    assert_eq!(kinds(&harness.bench.queues.take()), messages);
}

#[tokio::test]
async fn both_records_may_be_lost() {
    let harness = Harness::new();
    let id = placed_and_lost(&harness).await;
    harness.cancel(id).await;
    lose_records(&harness);
    tick_after(&harness, 60).await;
    let messages = ["deadline_due", "order_canceled", "order_placed", "order_placed", "release_reservation"];
    assert_eq!(kinds(&harness.bench.queues.take()), messages);
}

#[tokio::test]
async fn a_late_success_is_compensated_and_publishes_the_events_of_a_lost_record_of_the_cancellation() {
    let harness = Harness::new();
    let id = harness.awaiting_payment(1).await;
    harness.cancel(id).await;
    lose_records(&harness);
    harness.receive(2, &authorized(id, 1)).await;
    assert_eq!(kinds(&harness.bench.queues.take()), ["order_canceled", "void_payment"]);
}

#[tokio::test]
async fn an_order_of_a_lost_record_is_published_before_it_expires() {
    let harness = Harness::new();
    placed_and_lost(&harness).await;
    tick_after(&harness, 1800).await;
    let messages = ["deadline_due", "order_expired", "order_placed", "order_placed", "release_reservation"];
    assert_eq!(kinds(&harness.bench.queues.take()), messages);
}

#[tokio::test]
async fn no_command_is_resent_before_the_events_lost_with_it() {
    let harness = Harness::new();
    placed_and_lost(&harness).await;
    harness.bench.queues.break_next(9);
    harness.bench.world.pass_seconds(60);
    harness.bench.tick().await.unwrap();
    harness.bench.queues.break_next(0);
    assert!(!kinds(&harness.bench.queues.take()).contains(&"reserve_stock"), "its reply would move the order on");
    tick_after(&harness, 60).await;
    assert_eq!(kinds(&harness.bench.queues.take()), PLACED);
}

#[tokio::test]
async fn what_follows_from_a_message_is_remembered_by_its_queue_and_not_republished() {
    let harness = Harness::new();
    let id = harness.placed(1).await;
    harness.receive(2, &reserved(id)).await;
    harness.receive(2, &authorized(id, 1)).await;
    harness.bench.queues.take();
    tick_after(&harness, 60).await;
    assert_eq!(kinds(&harness.bench.queues.take()), ["commit_reservation", "create_shipment"]);
}
