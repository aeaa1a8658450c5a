//! An order whose item cannot be read, or that cannot be recovered: the others go on, and the schedule stays green.

use crate::harness::{Harness, kinds};
use chassis::table::Update;
use chassis::testing::connector::sdk_config;
use chassis::{Cause, Key, Table, Via};
use events::ids::OrderId;
use serde_json::Value;

/// Ids that share a shard, the unreadable one first.
async fn with_an_unreadable_order() -> (Harness, OrderId) {
    let harness = Harness::new();
    let broken = harness.placed(8).await;
    harness.placed(16).await;
    harness.bench.queues.take();
    make_unreadable(&harness, broken).await;
    (harness, broken)
}

async fn make_unreadable(harness: &Harness, broken: OrderId) {
    let dynamo = &harness.bench.dynamo;
    let client = aws_sdk_dynamodb::Client::new(&sdk_config(dynamo.service(), &harness.bench.world.world()));
    let table = Table::new(client, dynamo.table_name());
    let update = Update::of(Key::new(broken.to_string(), "order")).set("placed_at = :odd").value(":odd", "once");
    let cause = Cause::new(Via::Queue, "test", 0);
    let _: chassis::table::Updated<Value> = table.update(update, &cause).await.unwrap();
}

fn due_at(harness: &Harness, id: OrderId) -> String {
    harness.bench.dynamo.item(&id.to_string(), "order").unwrap()["due_at"]["S"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_order_that_cannot_be_read_does_not_keep_the_sweep_from_the_others() {
    let (harness, broken) = with_an_unreadable_order().await;
    harness.bench.world.pass_seconds(61);
    harness.bench.tick().await.unwrap();
    assert!(kinds(&harness.bench.queues.take()).contains(&"reserve_stock"));
    let next_hour = harness.bench.world.now().plus_seconds(3600).to_string();
    assert_eq!(due_at(&harness, broken), next_hour, "it is looked at again, and seldom");
}

#[tokio::test]
async fn an_order_that_cannot_be_read_is_read_again_only_after_an_hour() {
    let (harness, broken) = with_an_unreadable_order().await;
    harness.bench.world.pass_seconds(61);
    harness.bench.tick().await.unwrap();
    let moved = due_at(&harness, broken);
    // The other order is resent again after two and after four minutes.
    for _ in 0..59 {
        harness.bench.world.pass_seconds(60);
        harness.bench.tick().await.unwrap();
        assert_eq!(due_at(&harness, broken), moved);
    }
    harness.bench.world.pass_seconds(60);
    harness.bench.tick().await.unwrap();
    assert_ne!(due_at(&harness, broken), moved);
}

#[tokio::test]
async fn an_order_whose_messages_cannot_be_sent_now_is_looked_at_a_minute_later_and_the_schedule_stays_green() {
    let harness = Harness::new();
    let id = harness.placed(1).await;
    harness.bench.world.pass_seconds(60);
    // The SDK tries three times, and an entry of a batch comes again three times.
    harness.bench.queues.break_next(9);
    harness.bench.tick().await.unwrap();
    harness.bench.queues.break_next(0);
    assert!(harness.bench.queues.take().is_empty());
    assert_eq!(due_at(&harness, id), harness.bench.world.now().plus_seconds(60).to_string());
    harness.bench.world.pass_seconds(60);
    harness.bench.tick().await.unwrap();
    assert!(kinds(&harness.bench.queues.take()).contains(&"reserve_stock"));
}

#[tokio::test]
async fn a_tick_fails_if_the_index_itself_cannot_be_read() {
    let harness = Harness::new();
    harness.placed(1).await;
    harness.bench.world.pass_seconds(60);
    harness.bench.dynamo.throttle_next(24);
    let failed = harness.bench.tick().await.unwrap_err();
    assert!(failed.contains("the index cannot be read"), "{failed}");
    harness.bench.tick().await.unwrap();
    assert!(kinds(&harness.bench.queues.take()).contains(&"reserve_stock"));
}

#[tokio::test]
async fn an_order_that_cannot_be_read_keeps_nobody_from_ordering() {
    let harness = Harness::new();
    let mut orders = Vec::new();
    for number in 0..5 {
        orders.push(harness.placed(number).await);
    }
    make_unreadable(&harness, orders[0]).await;
    let places = async || harness.post(&harness.body(&harness.quote(5))).await;
    assert_eq!(places().await.status, 429, "it counts for as long as its quote was good");
    harness.bench.world.pass_seconds(15 * 60);
    assert_eq!(places().await.status, 202);
}
