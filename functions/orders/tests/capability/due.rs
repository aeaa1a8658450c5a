//! When the sweep looks at an order: what is in the index, what a tick reads, where it goes on.

use crate::harness::{Harness, authorized, declined, delivered, dispatched, kinds, reserved};
use chassis::testing::Request;
use events::Timestamp;
use events::ids::OrderId;
use serde_json::json;

const DAY: i64 = 86_400;

async fn tick_after(harness: &Harness, seconds: i64) -> Vec<String> {
    harness.bench.world.pass_seconds(seconds);
    harness.bench.tick().await.unwrap();
    kinds(&harness.bench.queues.take()).into_iter().map(str::to_owned).collect()
}

async fn timeline(harness: &Harness, id: OrderId) -> Vec<String> {
    let request = Request::get(&format!("/v1/orders/{id}/timeline")).bearer(&harness.ada_token());
    let entries = harness.bench.http(request).await.body["items"].as_array().unwrap().clone();
    entries.iter().map(|entry| entry["kind"].as_str().unwrap().to_owned()).collect()
}

async fn dispatched_and_paid(harness: &Harness) -> OrderId {
    let id = harness.confirmed(1).await;
    harness.receive(3, &dispatched(id)).await;
    harness.settle().await;
    id
}

/// When the sweep looks at the order, in seconds from now; `None` if it is not in the index.
fn due_in(harness: &Harness, id: OrderId) -> Option<i64> {
    let item = harness.bench.dynamo.item(&id.to_string(), "order").unwrap();
    assert_eq!(item.get("due").is_some(), item.get("due_at").is_some());
    let due = Timestamp::parse(item["due_at"]["S"].as_str()?).unwrap();
    Some(due.seconds_since(harness.bench.world.now()))
}

#[tokio::test]
async fn the_key_moves_when_an_order_comes_to_rest_or_must_be_looked_at_earlier_and_leaves_with_its_end() {
    let harness = Harness::new();
    let id = harness.placed(1).await;
    assert_eq!(due_in(&harness, id), Some(60), "its stream record may be lost");
    harness.bench.world.pass_seconds(10);
    harness.receive(2, &reserved(id)).await;
    harness.receive(2, &authorized(id, 1)).await;
    assert_eq!(due_in(&harness, id), Some(50), "a key that comes soon enough stays");
    harness.settle().await;
    assert_eq!(due_in(&harness, id), Some(3 * DAY), "it waits for the warehouse");
    harness.bench.world.pass_seconds(3600);
    harness.receive(3, &dispatched(id)).await;
    assert_eq!(due_in(&harness, id), Some(60), "its money is being taken");
    harness.settle().await;
    assert_eq!(due_in(&harness, id), Some(3 * DAY), "it waits for the carrier");
    harness.receive(4, &delivered(id)).await;
    assert_eq!(due_in(&harness, id), None);
}

#[tokio::test]
async fn an_order_that_waits_for_its_customer_is_looked_at_when_it_expires() {
    let harness = Harness::new();
    let id = harness.awaiting_payment(1).await;
    harness.receive(2, &declined(id, 1)).await;
    assert_eq!(due_in(&harness, id), Some(1800));
    harness.bench.queues.take();
    harness.bench.dynamo.take_calls();
    for _ in 0..29 {
        assert!(tick_after(&harness, 60).await.is_empty());
    }
    assert!(harness.bench.dynamo.take_calls().iter().all(|call| call.operation == "Query"), "it costs nothing");
    assert!(tick_after(&harness, 60).await.contains(&"order_expired".to_owned()));
}

#[tokio::test]
async fn a_look_that_comes_before_an_order_is_stuck_only_moves_its_key() {
    let harness = Harness::new();
    let id = harness.placed(1).await;
    harness.bench.world.pass_seconds(50);
    harness.receive(2, &reserved(id)).await;
    harness.bench.queues.take();
    assert!(tick_after(&harness, 10).await.is_empty());
    assert_eq!(due_in(&harness, id), Some(50), "its command is a minute old then");
    assert_eq!(tick_after(&harness, 50).await, ["authorize_payment"]);
}

#[tokio::test]
async fn an_order_is_completed_two_weeks_after_its_dispatch_if_no_carrier_says_more() {
    let harness = Harness::new();
    let id = dispatched_and_paid(&harness).await;
    let mut asked = Vec::new();
    for day in 1..14 {
        let sent = tick_after(&harness, DAY).await;
        if !sent.is_empty() {
            assert_eq!(sent, ["create_shipment"]);
            asked.push(day);
        }
    }
    assert_eq!(asked, [3, 9], "shipping is asked seldom");
    assert_eq!(harness.states(id).await, ["confirmed", "captured", "dispatched"]);
    assert!(tick_after(&harness, DAY).await.is_empty());
    assert_eq!(harness.states(id).await, ["completed", "captured", "dispatched"]);
    assert_eq!(timeline(&harness, id).await.last().unwrap(), "delivery_assumed");
    assert_eq!(due_in(&harness, id), None);
}

#[tokio::test]
async fn a_delivery_that_is_told_after_the_order_was_completed_is_noted() {
    let harness = Harness::new();
    let id = dispatched_and_paid(&harness).await;
    tick_after(&harness, 14 * DAY).await;
    assert_eq!(harness.states(id).await, ["completed", "captured", "dispatched"]);
    harness.receive(4, &delivered(id)).await;
    assert_eq!(kinds(&harness.bench.queues.take()), ["order_delivered"]);
    assert_eq!(harness.states(id).await, ["completed", "captured", "delivered"]);
    assert_eq!(due_in(&harness, id), None);
}

#[tokio::test]
async fn an_order_whose_money_was_not_taken_is_not_completed_without_a_word_of_the_carrier() {
    let harness = Harness::new();
    let id = harness.confirmed(1).await;
    harness.receive(3, &dispatched(id)).await;
    tick_after(&harness, 20 * DAY).await;
    assert_eq!(harness.states(id).await, ["confirmed", "authorized", "dispatched"]);
    harness.settle().await;
    tick_after(&harness, 60).await;
    assert_eq!(harness.states(id).await[0], "confirmed", "no message was sent to settle it");
}

/// What a version before left: in the index `open`, and without a time.
#[tokio::test]
async fn an_order_that_the_version_before_left_is_found() {
    let harness = Harness::new();
    let id = harness.placed(1).await;
    let mut item = harness.bench.dynamo.item(&id.to_string(), "order").unwrap();
    for new in ["due", "due_at"] {
        item.as_object_mut().unwrap().remove(new);
    }
    item["open"] = json!({"S": "open-3"});
    harness.bench.dynamo.put(&item);
    tick_after(&harness, 600).await;
    let item = harness.bench.dynamo.item(&id.to_string(), "order").unwrap();
    assert!(item.get("open").is_none());
    assert_eq!(due_in(&harness, id), Some(0), "it is looked at with the next tick");
    assert!(tick_after(&harness, 60).await.contains(&"reserve_stock".to_owned()));
}
