//! Stream records that are lost: only they remembered what followed from a request, so the order itself must tell it again.

use crate::desk::{Desk, authorized, kinds, reserved};
use events::ids::OrderId;

/// Everything that a placed order is said with.
const PLACED: [&str; 4] = ["deadline_due", "order_placed", "order_placed", "reserve_stock"];

fn lose_records(desk: &Desk) {
    assert!(!desk.bench.dynamo.new_stream_records().is_empty());
}

async fn placed_and_lost(desk: &Desk) -> OrderId {
    let quote = desk.quote(1);
    assert_eq!(desk.post(&desk.body(&quote)).await.status, 202);
    lose_records(desk);
    quote.jti.order()
}

async fn tick_after(desk: &Desk, seconds: i64) {
    desk.bench.world.pass_seconds(seconds);
    desk.bench.tick().await.unwrap();
}

#[tokio::test]
async fn what_a_lost_record_would_have_told_is_told_with_its_question_by_the_sweep() {
    let desk = Desk::open();
    let id = placed_and_lost(&desk).await;
    tick_after(&desk, 60).await;
    let sent = desk.bench.queues.take();
    assert_eq!(kinds(&sent), PLACED);
    let by_id = |kind: &str| format!("{id}/1/{kind}.v1");
    let ids =
        ["orders.deadline_due", "orders.order_placed", "orders.order_placed", "inventory.reserve_stock"].map(by_id);
    assert!(sent.iter().all(|sent| ids.contains(&sent.envelope.id)), "the same messages as ever: {ids:?}");
}

#[tokio::test]
async fn a_cancellation_tells_what_the_lost_record_of_the_placement_would_have_told() {
    let desk = Desk::open();
    let id = placed_and_lost(&desk).await;
    desk.cancel(id).await;
    desk.bench.relay().await.unwrap();
    let told = ["deadline_due", "order_canceled", "order_placed", "order_placed", "release_reservation"];
    assert_eq!(kinds(&desk.bench.queues.take()), told);
}

#[tokio::test]
async fn both_records_may_be_lost() {
    let desk = Desk::open();
    let id = placed_and_lost(&desk).await;
    desk.cancel(id).await;
    lose_records(&desk);
    tick_after(&desk, 60).await;
    let told = ["deadline_due", "order_canceled", "order_placed", "order_placed", "release_reservation"];
    assert_eq!(kinds(&desk.bench.queues.take()), told);
}

#[tokio::test]
async fn a_late_success_is_undone_and_tells_what_the_lost_record_of_the_cancellation_would_have_told() {
    let desk = Desk::open();
    let id = desk.awaiting_payment(1).await;
    desk.cancel(id).await;
    lose_records(&desk);
    desk.hear(2, &authorized(id, 1)).await;
    assert_eq!(kinds(&desk.bench.queues.take()), ["order_canceled", "void_payment"]);
}

#[tokio::test]
async fn an_order_that_expires_unheard_of_is_told_of_first() {
    let desk = Desk::open();
    placed_and_lost(&desk).await;
    tick_after(&desk, 1800).await;
    let told = ["deadline_due", "order_expired", "order_placed", "order_placed", "release_reservation"];
    assert_eq!(kinds(&desk.bench.queues.take()), told);
}

#[tokio::test]
async fn nothing_is_asked_again_before_what_was_lost_with_it_is_told() {
    let desk = Desk::open();
    placed_and_lost(&desk).await;
    desk.bench.queues.break_next(9);
    desk.bench.world.pass_seconds(60);
    desk.bench.tick().await.unwrap_err();
    desk.bench.queues.break_next(0);
    assert!(!kinds(&desk.bench.queues.take()).contains(&"reserve_stock"), "its answer would move the order on");
    tick_after(&desk, 60).await;
    assert_eq!(kinds(&desk.bench.queues.take()), PLACED);
}

#[tokio::test]
async fn what_a_message_made_is_remembered_by_its_queue_and_not_told_again() {
    let desk = Desk::open();
    let id = desk.placed(1).await;
    desk.hear(2, &reserved(id)).await;
    desk.hear(2, &authorized(id, 1)).await;
    desk.bench.queues.take();
    tick_after(&desk, 60).await;
    assert_eq!(kinds(&desk.bench.queues.take()), ["commit_reservation", "create_shipment"]);
}
