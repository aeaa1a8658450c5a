//! Many orders for the same SKU at the same moment: DynamoDB lets one of the transactions that meet through.

use crate::harness::{adjust, reply, reserve};
use chassis::Table;
use chassis::testing::connector::{WireRequest, sdk_config};
use chassis::testing::{Bench, EmbeddedDynamo, Request};
use events::inventory::StockReserved;
use events::{Capability, Message};
use inventory::Inventory;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// A bench, and the number of its next transactions that meet another one.
fn contended() -> (Bench<Inventory>, Arc<AtomicU32>) {
    let met = Arc::new(AtomicU32::new(0));
    let meeting = Arc::clone(&met);
    let bench = Bench::new(|parts| {
        let dynamo = EmbeddedDynamo::for_capability(Capability::Inventory);
        let answer = dynamo.service();
        let service = Arc::new(move |request: WireRequest<'_>| {
            let meets = |left: u32| (request.operation == "TransactWriteItems").then(|| left.checked_sub(1)).flatten();
            match meeting.fetch_update(Ordering::SeqCst, Ordering::SeqCst, meets) {
                Ok(_) => (400, conflict(request.body).to_string()),
                Err(_) => answer(request),
            }
        });
        let client = aws_sdk_dynamodb::Client::new(&sdk_config(service, &parts.wiring.world));
        Inventory::new(Table::new(client, dynamo.table_name()), parts.wiring.clone())
    });
    (bench, met)
}

/// What DynamoDB says when another transaction is on the last of the items.
fn conflict(request: &str) -> Value {
    let request: Value = serde_json::from_str(request).unwrap();
    let mut reasons = vec![json!({"Code": "None"}); request["TransactItems"].as_array().unwrap().len()];
    *reasons.last_mut().unwrap() =
        json!({"Code": "TransactionConflict", "Message": "Transaction is ongoing for the item"});
    let kind = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException";
    json!({"__type": kind, "Message": "Transaction canceled", "CancellationReasons": reasons})
}

#[tokio::test(start_paused = true)]
async fn a_transaction_that_meets_others_at_a_popular_sku_is_retried_at_once() {
    let (bench, met) = contended();
    met.store(3, Ordering::SeqCst);
    assert_eq!(adjust(&bench, "HOT", 5, "receipt").await.status, 201);
    met.store(5, Ordering::SeqCst);
    assert_eq!(reply(&bench, &reserve(&bench, 1, &[("HOT", 1)])).await.kind, StockReserved::TYPE);
    assert_eq!(met.load(Ordering::SeqCst), 0);
}

#[tokio::test(start_paused = true)]
async fn a_command_that_meets_others_all_the_time_is_retried_later_and_takes_once() {
    let (bench, met) = contended();
    assert_eq!(adjust(&bench, "HOT", 5, "receipt").await.status, 201);
    let command = reserve(&bench, 1, &[("HOT", 1)]);
    met.store(u32::MAX, Ordering::SeqCst);
    assert_eq!(bench.deliver(std::slice::from_ref(&command)).await, [0]);
    assert_eq!(adjust(&bench, "HOT", 1, "more").await.status, 503);
    assert!(bench.queues.take().is_empty());
    met.store(0, Ordering::SeqCst);
    assert!(bench.deliver(&[command]).await.is_empty());
    let left = bench.http(Request::get("/v1/stock?sku=HOT").bearer(&bench.staff())).await;
    assert_eq!(left.body["items"][0]["available"], 4);
}
