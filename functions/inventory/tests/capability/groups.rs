//! Orders for the same SKUs in one batch share one write of the stock (group commit).

use crate::harness::{commit, count, levels, order, release, reply, reserve, stock, stocked};
use chassis::testing::Bench;
use events::ids::UserId;
use events::inventory::{StockRejected, StockReserved};
use events::{Actor, Capability, Envelope, Message};
use inventory::Inventory;
use serde_json::{Value, json};

/// The kinds of the replies to these orders, in their order.
fn answers(bench: &Bench<Inventory>, orders: std::ops::Range<u32>) -> Vec<String> {
    let sent = bench.queues.take();
    let of = |n: u32| {
        let id = order(n).to_string();
        let mut replies =
            sent.iter().filter(|sent| sent.to == Capability::Orders && sent.envelope.data["order_id"] == id);
        let reply = replies.next().unwrap_or_else(|| panic!("no reply to order {n}")).kind().to_owned();
        assert!(replies.next().is_none(), "two replies to order {n}");
        reply
    };
    orders.map(of).collect()
}

fn calls(bench: &Bench<Inventory>) -> Vec<String> {
    bench.dynamo.take_calls().into_iter().map(|call| call.operation).collect()
}

/// The number of writes of a SKU's stock.
fn writes(bench: &Bench<Inventory>, sku: &str) -> u64 {
    let pk = format!("stock#{sku}");
    let items = bench.dynamo.items();
    let item = items.iter().find(|item| item["pk"]["S"] == pk.as_str() && item["sk"]["S"] == "stock").unwrap();
    item["seq"]["N"].as_str().unwrap().parse().unwrap()
}

#[tokio::test]
async fn ten_orders_for_one_sku_read_once_write_once_and_are_answered_each() {
    let bench = stocked(&[("HOT", 100)]).await;
    let buyers: Vec<_> = (0..10).map(|n| reserve(&bench, n, &[("HOT", n + 1)])).collect();
    assert!(bench.deliver(&buyers).await.is_empty());
    assert_eq!(calls(&bench), ["BatchGetItem", "TransactWriteItems"]);
    assert_eq!(bench.queues.batches(), 1, "one batch of ten replies");
    assert_eq!(answers(&bench, 0..10), [StockReserved::TYPE; 10]);
    assert_eq!((stock(&bench, "HOT"), count(&bench, "reservation")), ((45, 100), 10));
}

#[tokio::test]
async fn the_last_units_go_to_the_first_orders_and_the_others_are_rejected() {
    let bench = stocked(&[("HOT", 6)]).await;
    let buyers: Vec<_> =
        [3, 4, 2, 2, 1].iter().zip(0..).map(|(units, n)| reserve(&bench, n, &[("HOT", *units)])).collect();
    assert!(bench.deliver(&buyers).await.is_empty());
    let (held, rejected) = (StockReserved::TYPE, StockRejected::TYPE);
    let sent = bench.queues.take();
    assert_eq!(levels(&sent), [("HOT".to_owned(), "out".to_owned(), 2)], "published once, as it is");
    let rejections: Vec<_> =
        sent.iter().filter(|sent| sent.kind() == rejected).map(|sent| sent.envelope.data.clone()).collect();
    assert_eq!(rejections[0]["missing"], json!([{"sku": "HOT", "requested": 4, "available": 3}]));
    // A repeat gets the same replies.
    assert!(bench.deliver(&buyers).await.is_empty());
    assert_eq!(answers(&bench, 0..5), [held, rejected, held, rejected, held]);
    assert_eq!(stock(&bench, "HOT"), (0, 6));
}

#[tokio::test]
async fn orders_for_other_skus_are_not_held_up() {
    let bench = stocked(&[("A", 10), ("B", 10)]).await;
    let orders: [&[(&str, u32)]; 4] = [&[("A", 1)], &[("B", 1), ("A", 1)], &[("A", 2)], &[("A", 1), ("B", 3)]];
    let buyers: Vec<_> = orders.iter().zip(0..).map(|(lines, n)| reserve(&bench, n, lines)).collect();
    assert!(bench.deliver(&buyers).await.is_empty());
    assert_eq!(answers(&bench, 0..4), [StockReserved::TYPE; 4]);
    assert_eq!((stock(&bench, "A"), stock(&bench, "B")), ((5, 10), (6, 10)));
    assert_eq!((writes(&bench, "A"), writes(&bench, "B")), (3, 2), "one for the receipt, one for each set of SKUs");
}

#[tokio::test]
async fn an_order_that_was_answered_gets_the_same_answer_and_takes_nothing() {
    let bench = stocked(&[("HOT", 10)]).await;
    let buyers: Vec<_> = (0..4).map(|n| reserve(&bench, n, &[("HOT", 2)])).collect();
    assert!(bench.deliver(&[buyers[1].clone(), release(&bench, 2)]).await.is_empty());
    bench.queues.take();
    let all = [&buyers[..], &[buyers[0].clone()]].concat();
    assert!(bench.deliver(&all).await.is_empty());
    let replies: Vec<Envelope<Value>> = bench
        .queues
        .take()
        .into_iter()
        .filter(|sent| sent.to == Capability::Orders)
        .map(|sent| sent.envelope)
        .collect();
    let kinds: Vec<_> = replies.iter().map(|reply| reply.kind.rsplit('.').nth(1).unwrap()).collect();
    assert_eq!(kinds, ["stock_reserved", "stock_reserved", "reservation_released", "stock_reserved", "stock_reserved"]);
    assert_eq!(replies[0], replies[4], "the same message twice is the same reply twice");
    assert_eq!(stock(&bench, "HOT"), (4, 10));
}

#[tokio::test]
async fn a_corrupt_reservation_is_dead_lettered_and_does_not_affect_the_others() {
    let bench = stocked(&[("HOT", 10)]).await;
    let corrupt =
        json!({"pk": {"S": order(1).reservation().to_string()}, "sk": {"S": "reservation"}, "seq": {"S": "?"}});
    bench.dynamo.put(&corrupt);
    let buyers: Vec<_> = (0..3).map(|n| reserve(&bench, n, &[("HOT", 2)])).collect();
    assert!(bench.deliver(&buyers).await.is_empty());
    assert_eq!((stock(&bench, "HOT"), bench.queues.dead_lettered().len()), ((6, 10), 1));
}

#[tokio::test]
async fn an_order_for_no_units_is_dead_lettered_and_does_not_affect_the_others() {
    let bench = stocked(&[("HOT", 10)]).await;
    let buyers: Vec<_> = [2, 0, 2].iter().zip(0..).map(|(units, n)| reserve(&bench, n, &[("HOT", *units)])).collect();
    assert!(bench.deliver(&buyers).await.is_empty());
    assert_eq!((stock(&bench, "HOT"), bench.queues.dead_lettered().len()), ((6, 10), 1));
}

#[tokio::test(start_paused = true)]
async fn when_the_replies_cannot_be_sent_all_commands_are_retried_and_nothing_is_taken_twice() {
    let bench = stocked(&[("HOT", 10)]).await;
    let buyers: Vec<_> = (0..4).map(|n| reserve(&bench, n, &[("HOT", 1)])).collect();
    bench.queues.break_next(1_000);
    assert_eq!(bench.deliver(&buyers).await, [0, 1, 2, 3]);
    bench.queues.break_next(0);
    assert!(bench.deliver(&buyers).await.is_empty());
    assert_eq!(answers(&bench, 0..4), [StockReserved::TYPE; 4]);
    assert_eq!(stock(&bench, "HOT"), (6, 10));
}

#[tokio::test]
async fn reservations_of_one_group_are_committed_and_released_alone() {
    let bench = stocked(&[("HOT", 10)]).await;
    let buyers: Vec<_> = (0..3).map(|n| reserve(&bench, n, &[("HOT", 2)])).collect();
    assert!(bench.deliver(&buyers).await.is_empty());
    assert!(bench.deliver(&[commit(&bench, 0), release(&bench, 1)]).await.is_empty());
    assert_eq!(stock(&bench, "HOT"), (6, 10));
}

#[tokio::test]
async fn a_thousand_buyers_write_a_popular_stock_item_a_tenth_as_often() {
    let bench = stocked(&[("HOT", 1_000)]).await;
    for first in (0..1_000).step_by(10) {
        let buyers: Vec<_> = (first..first + 10).map(|n| reserve(&bench, n, &[("HOT", 1)])).collect();
        assert!(bench.deliver(&buyers).await.is_empty());
    }
    assert_eq!((stock(&bench, "HOT"), writes(&bench, "HOT") - 1), ((0, 1_000), 100));
}

#[tokio::test]
async fn a_copy_in_the_same_batch_gets_the_very_same_reply_which_names_who_wanted_it() {
    let bench = stocked(&[("A", 10)]).await;
    bench.queues.take();
    let mut command = reserve(&bench, 1, &[("A", 1)]);
    command.actor = Some(Actor::from(UserId::from_bits(7)));
    assert!(bench.deliver(&[command.clone(), command.clone()]).await.is_empty());
    let replies = bench.queues.take();
    assert_eq!(replies.len(), 2);
    assert_eq!((&replies[0], &replies[0].envelope.actor), (&replies[1], &command.actor));
    let mut released = release(&bench, 1);
    released.actor = Some(Actor::from(UserId::from_bits(99)));
    assert_eq!(reply(&bench, &released).await.actor, released.actor);
    assert_eq!(reply(&bench, &command).await, replies[0].envelope, "a later repeat too");
}
