//! Refunds by staff whose stream record is lost: nobody but the payment remembers them.

use crate::harness::*;
use chassis::table::Update;
use chassis::testing::Bench;
use chassis::testing::connector::sdk_config;
use chassis::{Cause, Key, Table, Via};
use events::ids::OrderId;
use events::payments::{AuthorizePayment, CapturePayment};
use payments::Payments;

fn lose_records(bench: &Bench<Payments>) {
    assert!(!bench.dynamo.new_stream_records().is_empty());
}

#[tokio::test]
async fn a_staff_refund_whose_record_was_lost_is_executed_by_the_sweep() {
    let bench = bench();
    captured(&bench).await;
    assert_eq!(indexed(&bench), 0, "a payment without such a refund is not looked at");
    ask_refund(&bench, "one", 500).await;
    lose_records(&bench);
    assert_eq!(indexed(&bench), 1);
    tick_after(&bench, 119).await;
    assert!(bench.queues.take().is_empty(), "the relay may still be at it");
    tick_after(&bench, 1).await;
    assert_eq!(kinds(&settle(&bench).await), ["payment_refunded"]);
    assert_eq!((given_back(&bench).await, indexed(&bench)), (500, 0));
    tick_after(&bench, 86_400).await;
    assert!(bench.queues.take().is_empty(), "what is done is not looked at");
}

#[tokio::test]
async fn the_sweep_sends_what_the_relay_sends_and_both_refund_once() {
    let bench = bench();
    captured(&bench).await;
    ask_refund(&bench, "one", 500).await;
    ask_refund(&bench, "two", 700).await;
    bench.relay().await.unwrap();
    let relayed = bench.queues.take();
    bench.dynamo.take_calls();
    tick_after(&bench, 120).await;
    assert_eq!(bench.queues.take(), relayed);
    let writes: Vec<_> = bench.dynamo.take_calls().into_iter().filter(|call| !call.is_read()).collect();
    assert_eq!(writes.len(), 1, "a sweep writes nothing but the time of the next look: {writes:?}");
    for message in relayed.iter().chain(&relayed) {
        assert!(bench.deliver(std::slice::from_ref(&message.envelope)).await.is_empty());
    }
    settle(&bench).await;
    assert_eq!((given_back(&bench).await, indexed(&bench)), (1200, 0));
}

#[tokio::test]
async fn one_of_two_refunds_done_leaves_the_other_to_be_looked_after() {
    let bench = bench();
    captured(&bench).await;
    ask_refund(&bench, "lost", 500).await;
    lose_records(&bench);
    ask_refund(&bench, "heard", 700).await;
    relay(&bench).await;
    assert_eq!((given_back(&bench).await, indexed(&bench)), (700, 1));
    tick_after(&bench, 120).await;
    settle(&bench).await;
    assert_eq!((given_back(&bench).await, indexed(&bench)), (1200, 0));
}

#[tokio::test]
async fn refunds_of_orders_are_remembered_by_their_queue_and_stay_out_of_the_index() {
    let bench = bench();
    captured(&bench).await;
    bench.dynamo.new_stream_records();
    say(&bench, 9, &refund("order_canceled", TOTAL)).await;
    let records = bench.dynamo.new_stream_records();
    assert!(!records.is_empty());
    assert!(records.iter().all(|record| record["dynamodb"]["NewImage"].get("due").is_none()));
}

#[tokio::test]
async fn a_payment_that_cannot_be_read_does_not_keep_the_sweep_from_the_others() {
    let bench = bench();
    captured(&bench).await;
    ask_refund(&bench, "one", 500).await;
    // Another order's payment, whose id sorts before.
    let other = OrderId::from_bits(1);
    let (order_id, payment_id) = (other, other.payment());
    say(&bench, 1, &AuthorizePayment { order_id, payment_id, ..authorize(1, "pm_card_visa") }).await;
    say(&bench, 2, &CapturePayment { order_id, payment_id, attempt: 1 }).await;
    lose_records(&bench);
    let client = aws_sdk_dynamodb::Client::new(&sdk_config(bench.dynamo.service(), &bench.world.world()));
    let table = Table::new(client, bench.dynamo.table_name());
    let odd = Update::of(Key::new(payment_id.to_string(), "payment"))
        .set("terms = :odd, due = :shard, due_at = :now")
        .value(":odd", "once")
        .value(":shard", "0")
        .value(":now", bench.world.now());
    let cause = Cause::new(Via::Queue, "test", 0);
    let _: chassis::table::Updated<serde_json::Value> = table.update(odd, &cause).await.unwrap();

    tick_after(&bench, 120).await;
    assert_eq!(kinds(&settle(&bench).await), ["payment_refunded"]);
    let item = bench.dynamo.item(&payment_id.to_string(), "payment").unwrap();
    assert_eq!(
        item["due_at"]["S"],
        bench.world.now().plus_seconds(3600).to_string(),
        "it is looked at again, and seldom"
    );
}

#[tokio::test]
async fn a_refund_that_is_still_open_is_executed_again_by_the_sweep_after_next() {
    let bench = bench();
    captured(&bench).await;
    ask_refund(&bench, "one", 500).await;
    lose_records(&bench);
    tick_after(&bench, 120).await;
    assert_eq!(bench.queues.take().len(), 1);
    tick_after(&bench, 60).await;
    assert!(bench.queues.take().is_empty(), "its message may be under way");
    tick_after(&bench, 60).await;
    assert_eq!(bench.queues.take().len(), 1);
}

#[tokio::test]
async fn what_the_version_before_left_in_its_index_is_moved_and_swept() {
    let bench = bench();
    captured(&bench).await;
    ask_refund(&bench, "one", 500).await;
    lose_records(&bench);
    let mut item = bench.dynamo.item(&pay().to_string(), "payment").unwrap();
    let attributes = item.as_object_mut().unwrap();
    attributes.retain(|name, _| name != "due" && name != "due_at");
    attributes.insert("refunding".to_owned(), serde_json::json!({"S": "staff"}));
    bench.dynamo.put(&item);
    tick_after(&bench, 120).await;
    let moved = bench.dynamo.item(&pay().to_string(), "payment").unwrap();
    assert!(moved.get("refunding").is_none() && moved.get("due").is_some());
    bench.tick().await.unwrap();
    assert_eq!(kinds(&settle(&bench).await), ["payment_refunded"]);
    assert_eq!((given_back(&bench).await, indexed(&bench)), (500, 0));
}
