//! An order whose item cannot be read.

use crate::harness::{Harness, kinds};
use chassis::table::Update;
use chassis::testing::connector::sdk_config;
use chassis::{Cause, Key, Table, Via};

#[tokio::test]
async fn an_order_that_cannot_be_read_does_not_keep_the_sweep_from_the_others() {
    let harness = Harness::new();
    // Ids that share a shard, the unreadable one first.
    let broken = harness.placed(8).await;
    harness.placed(16).await;
    harness.bench.queues.take();
    let dynamo = &harness.bench.dynamo;
    let client = aws_sdk_dynamodb::Client::new(&sdk_config(dynamo.service(), &harness.bench.world.world()));
    let table = Table::new(client, dynamo.table_name());
    let update = Update::of(Key::new(broken.to_string(), "order")).set("placed_at = :odd").value(":odd", "once");
    let cause = Cause { via: Via::Queue, id: "test".to_owned(), seq: 0 };
    let _: chassis::table::Updated<serde_json::Value> = table.update(update, &cause).await.unwrap();

    harness.bench.world.pass_seconds(61);
    let outcome = harness.bench.tick().await;
    assert!(kinds(&harness.bench.queues.take()).contains(&"reserve_stock"));
    assert_eq!(outcome.unwrap_err(), "for now: 1 items could not be recovered");
}
