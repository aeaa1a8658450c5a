//! When the level of a SKU is published, and to whom.

use crate::harness::{adjust, bench, deliver, levels, release, reserve, restock, stocked};
use chassis::testing::Sent;
use events::Capability;

fn level(sku: &str, level: &str, seq: u64) -> (String, String, u64) {
    (sku.to_owned(), level.to_owned(), seq)
}

#[tokio::test]
async fn an_order_that_leaves_plenty_publishes_no_level() {
    let bench = stocked(&[("A", 10)]).await;
    assert_eq!(levels(&deliver(&bench, &reserve(&bench, 1, &[("A", 4)])).await), []);
}

#[tokio::test]
async fn catalog_and_notifications_hear_when_a_sku_gets_low_and_when_it_runs_out() {
    let bench = stocked(&[("A", 10), ("B", 10)]).await;
    let sent = deliver(&bench, &reserve(&bench, 1, &[("A", 5), ("B", 1)])).await;
    assert_eq!(levels(&sent), [level("A", "low", 2)]);
    assert!(sent.iter().any(|sent| sent.to == Capability::Notifications));
    let sent = deliver(&bench, &reserve(&bench, 2, &[("A", 5)])).await;
    assert_eq!(levels(&sent), [level("A", "out", 3)]);
}

#[tokio::test]
async fn an_order_that_finds_nothing_republishes_that_the_sku_is_out() {
    let bench = stocked(&[("A", 1)]).await;
    deliver(&bench, &reserve(&bench, 1, &[("A", 1)])).await;
    let sent = deliver(&bench, &reserve(&bench, 2, &[("A", 1)])).await;
    assert_eq!(levels(&sent), [level("A", "out", 2)]);
}

#[tokio::test]
async fn the_level_of_returned_units_is_always_published() {
    let bench = stocked(&[("A", 10)]).await;
    deliver(&bench, &reserve(&bench, 1, &[("A", 10)])).await;
    assert_eq!(levels(&deliver(&bench, &release(&bench, 1)).await), [level("A", "in_stock", 3)]);
}

#[tokio::test(start_paused = true)]
async fn a_level_that_could_not_be_sent_is_published_as_it_is_when_the_command_is_retried() {
    let bench = stocked(&[("A", 10)]).await;
    deliver(&bench, &reserve(&bench, 1, &[("A", 10)])).await;
    let command = release(&bench, 1);
    bench.queues.break_next(100);
    assert_eq!(bench.deliver(std::slice::from_ref(&command)).await, [0]);
    bench.queues.break_next(0);
    deliver(&bench, &reserve(&bench, 2, &[("A", 7)])).await;
    assert_eq!(levels(&deliver(&bench, &command).await), [level("A", "low", 4)]);
}

#[tokio::test]
async fn an_adjustment_is_relayed_exactly_when_it_changes_the_level() {
    let bench = bench();
    let mut published = Vec::new();
    for (n, delta) in [10, 5, -12, -1, -2, 1].into_iter().enumerate() {
        assert_eq!(adjust(&bench, "A", delta, &format!("k{n}")).await.status, 201);
        bench.relay().await.unwrap();
        published.push(levels(&bench.queues.take()));
    }
    let nothing = vec![];
    assert_eq!(
        published,
        [
            vec![level("A", "in_stock", 1)],
            nothing.clone(),
            vec![level("A", "low", 3)],
            nothing,
            vec![level("A", "out", 5)],
            vec![level("A", "low", 6)],
        ]
    );
}

#[tokio::test]
async fn an_unreadable_stream_record_is_dead_lettered_and_does_not_delay_the_others() {
    let bench = bench();
    adjust(&bench, "A", 10, "k").await;
    let mut records = bench.dynamo.new_stream_records();
    records.retain(|record| record["dynamodb"]["NewImage"]["sk"]["S"] == "stock");
    let mut broken = records[0].clone();
    broken["dynamodb"]["NewImage"]["available"] = serde_json::json!({"S": "many"});
    records.insert(0, broken);
    bench.invoke(&serde_json::json!({"Records": records})).await.unwrap();
    assert_eq!(bench.queues.dead_lettered().len(), 1);
    assert_eq!(levels(&bench.queues.take()), [level("A", "in_stock", 1)]);
}

/// What is said to be back, as (SKU, available), and to whom.
fn back(sent: &[Sent]) -> Vec<(String, u64)> {
    let told = sent.iter().filter(|sent| sent.kind() == "inventory.back_in_stock.v1");
    told.map(|sent| {
        assert_eq!(sent.to, Capability::Notifications);
        let data = &sent.envelope.data;
        (data["sku"].as_str().unwrap().to_owned(), data["available"].as_u64().unwrap())
    })
    .collect()
}

#[tokio::test]
async fn an_adjustment_says_that_a_sku_is_back_exactly_when_nothing_of_it_was_available() {
    let bench = bench();
    let mut told = Vec::new();
    for (n, delta) in [10, 5, -15, 2, 1].into_iter().enumerate() {
        assert_eq!(adjust(&bench, "A", delta, &format!("k{n}")).await.status, 201);
        bench.relay().await.unwrap();
        told.push(back(&bench.queues.take()));
    }
    let back = |units| vec![("A".to_owned(), units)];
    assert_eq!(told, [back(10), vec![], vec![], back(2), vec![]]);
}

#[tokio::test(start_paused = true)]
async fn what_a_release_or_a_return_brings_back_is_said_once_and_again_if_it_could_not_be_sent() {
    let bench = stocked(&[("A", 3), ("B", 9)]).await;
    assert_eq!(back(&deliver(&bench, &reserve(&bench, 1, &[("A", 3), ("B", 1)])).await), []);
    let command = release(&bench, 1);
    bench.queues.break_next(100);
    assert_eq!(bench.deliver(std::slice::from_ref(&command)).await, [0]);
    bench.queues.break_next(0);
    let expected = [("A".to_owned(), 3)];
    // However often it comes.
    for _ in 0..2 {
        assert_eq!(back(&deliver(&bench, &command).await), expected);
    }
    deliver(&bench, &reserve(&bench, 2, &[("A", 2)])).await;
    assert_eq!(back(&deliver(&bench, &release(&bench, 2)).await), [], "one was left");
    deliver(&bench, &reserve(&bench, 3, &[("A", 3)])).await;
    assert_eq!(back(&deliver(&bench, &restock(&bench, 3, 1, &[("A", 1)])).await), [("A".to_owned(), 1)]);
    assert_eq!(back(&deliver(&bench, &release(&bench, 3)).await), [], "one came back before");
}
