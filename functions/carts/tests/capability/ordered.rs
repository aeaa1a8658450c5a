//! The lines of an order leave the cart, once.

use crate::harness::{Cart, bench, deliver_until_settled, lines, open, placed, put, see, token};
use carts::Carts;
use chassis::testing::Bench;
use serde_json::json;

async fn filled(bench: &Bench<Carts>, who: Option<&str>) -> Cart {
    let cart = open(bench, who).await;
    for (sku, quantity) in [("A", 2), ("B", 5), ("C", 1)] {
        put(bench, who, &cart, sku, quantity).await;
    }
    cart
}

#[tokio::test]
async fn what_was_ordered_leaves_and_what_was_added_since_stays() {
    let bench = bench();
    let mine = token(&bench, 1);
    let cart = filled(&bench, Some(&mine)).await;
    put(&bench, Some(&mine), &cart, "B", 7).await;
    put(&bench, Some(&mine), &cart, "D", 1).await;
    let message = placed(&bench, 1, Some(1), Some(&cart), &[("A", 2), ("B", 5), ("C", 9), ("GONE", 1)]);
    assert!(bench.deliver(&[message]).await.is_empty());
    assert_eq!(lines(&see(&bench, Some(&mine), &cart).await), ["B×2", "D×1"]);
}

#[tokio::test]
async fn a_repeated_order_message_removes_nothing_more() {
    let bench = bench();
    let cart = filled(&bench, None).await;
    let message = placed(&bench, 1, None, Some(&cart), &[("B", 2)]);
    for _ in 0..2 {
        assert!(bench.deliver(&[message.clone(), message.clone()]).await.is_empty());
        assert_eq!(lines(&see(&bench, None, &cart).await), ["A×2", "B×3", "C×1"]);
    }
    put(&bench, None, &cart, "B", 5).await;
    bench.deliver(&[message]).await;
    assert_eq!(lines(&see(&bench, None, &cart).await), ["A×2", "B×5", "C×1"]);
}

#[tokio::test]
async fn every_order_takes_its_own_and_the_latest_twenty_are_remembered() {
    let bench = bench();
    let cart = open(&bench, None).await;
    put(&bench, None, &cart, "A", 99).await;
    let orders: Vec<_> = (0..30).map(|n| placed(&bench, n, None, Some(&cart), &[("A", 1)])).collect();
    for batch in orders.chunks(10) {
        deliver_until_settled(&bench, batch).await;
    }
    assert_eq!(lines(&see(&bench, None, &cart).await), ["A×69"]);
    for recent in &orders[20..] {
        bench.deliver(std::slice::from_ref(recent)).await;
    }
    assert_eq!(lines(&see(&bench, None, &cart).await), ["A×69"]);
    assert_eq!(bench.dynamo.items()[0]["orders"]["L"].as_array().unwrap().len(), 20);
}

#[tokio::test]
async fn an_order_takes_nothing_from_a_cart_that_is_somebody_elses() {
    let bench = bench();
    let mine = token(&bench, 1);
    let cart = filled(&bench, Some(&mine)).await;
    for stranger in [None, Some(2)] {
        assert!(bench.deliver(&[placed(&bench, 1, stranger, Some(&cart), &[("A", 2)])]).await.is_empty());
    }
    assert_eq!(lines(&see(&bench, Some(&mine), &cart).await), ["A×2", "B×5", "C×1"]);
}

#[tokio::test]
async fn orders_without_a_cart_or_from_a_forgotten_one_are_acknowledged() {
    let bench = bench();
    let nowhere = Cart::nowhere();
    let orders = [placed(&bench, 1, None, None, &[("A", 2)]), placed(&bench, 2, None, Some(&nowhere), &[("A", 2)])];
    assert!(bench.deliver(&orders).await.is_empty());
    assert_eq!((bench.dynamo.items().len(), bench.queues.take(), bench.queues.dead_lettered().len()), (0, vec![], 0));
}

#[tokio::test(start_paused = true)]
async fn a_throttled_table_lets_the_order_come_again() {
    let bench = bench();
    let cart = filled(&bench, None).await;
    let message = placed(&bench, 1, None, Some(&cart), &[("A", 2)]);
    bench.dynamo.throttle_next(3);
    assert_eq!(bench.deliver(std::slice::from_ref(&message)).await, [0]);
    assert!(bench.deliver(&[message]).await.is_empty());
    assert_eq!(lines(&see(&bench, None, &cart).await), ["B×5", "C×1"]);
}

#[tokio::test]
async fn a_message_that_makes_no_sense_is_dead_lettered_alone() {
    let bench = bench();
    let cart = filled(&bench, None).await;
    let mut unknown = placed(&bench, 1, None, Some(&cart), &[("A", 1)]);
    unknown.kind = "orders.order_painted.v1".to_owned();
    let mut broken = placed(&bench, 2, None, Some(&cart), &[("A", 1)]);
    broken.data["lines"] = json!("many");
    assert!(bench.deliver(&[unknown, broken, placed(&bench, 3, None, Some(&cart), &[("A", 1)])]).await.is_empty());
    assert_eq!(bench.queues.dead_lettered().len(), 2);
    assert_eq!(lines(&see(&bench, None, &cart).await), ["A×1", "B×5", "C×1"]);
}
