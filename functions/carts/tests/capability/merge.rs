//! Merging a guest's cart into a customer's.

use crate::harness::{Cart, bench, lines, merge, open, placed, put, see, token, user};
use carts::Carts;
use chassis::testing::{Bench, Request};
use serde_json::json;

#[tokio::test]
async fn a_guests_lines_move_into_the_customers_cart_once() {
    let bench = bench();
    let mine = token(&bench, 1);
    let (cart, guest) = (open(&bench, Some(&mine)).await, open(&bench, None).await);
    for (sku, quantity) in [("A", 2), ("B", 90)] {
        put(&bench, Some(&mine), &cart, sku, quantity).await;
    }
    for (sku, quantity) in [("B", 3), ("C", 5)] {
        put(&bench, None, &guest, sku, quantity).await;
    }
    let merged = merge(&bench, Some(&mine), &cart, &guest).await;
    assert_eq!((merged.status, lines(&merged)), (200, vec!["A×2".into(), "B×93".into(), "C×5".into()]));
    put(&bench, Some(&mine), &cart, "C", 1).await;
    let again = merge(&bench, Some(&mine), &cart, &guest).await;
    assert_eq!((again.status, lines(&again)), (200, vec!["A×2".into(), "B×93".into(), "C×1".into()]));
    assert_eq!(lines(&see(&bench, None, &guest).await), [""; 0]);
}

#[tokio::test]
async fn a_merged_cart_is_closed() {
    let bench = bench();
    let (mine, other) = (token(&bench, 1), token(&bench, 2));
    let guest = open(&bench, None).await;
    let cart = open(&bench, Some(&mine)).await;
    merge(&bench, Some(&mine), &cart, &guest).await;
    let refused = put(&bench, None, &guest, "A", 1).await;
    assert_eq!((refused.status, refused.problem()), (409, "cart_merged"));
    assert!(!refused.body.to_string().contains(&cart.id), "whose cart it went to is nobody's business");
    let theirs = open(&bench, Some(&other)).await;
    let refused = merge(&bench, Some(&other), &theirs, &guest).await;
    assert_eq!((refused.status, refused.problem()), (409, "cart_merged"));
    bench.deliver(&[placed(&bench, 1, None, Some(&guest), &[("A", 1)])]).await;
    assert_eq!(lines(&see(&bench, None, &guest).await), [""; 0]);
}

#[tokio::test]
async fn only_a_guests_cart_goes_only_into_ones_own() {
    let bench = bench();
    let (mine, other) = (token(&bench, 1), token(&bench, 2));
    let guest = open(&bench, None).await;
    let (cart, theirs) = (open(&bench, Some(&mine)).await, open(&bench, Some(&other)).await);
    put(&bench, Some(&other), &theirs, "A", 1).await;
    let before = bench.dynamo.items();
    for (into, from) in [(&cart, &theirs), (&theirs, &guest), (&guest, &cart), (&cart, &cart), (&guest, &guest)] {
        assert_eq!(merge(&bench, Some(&mine), into, from).await.status, 404, "{from} into {into}");
    }
    assert_eq!(merge(&bench, Some(&mine), &cart, &Cart::nowhere()).await.status, 404);
    assert_eq!(merge(&bench, Some(&token(&bench, 3)), &cart, &guest).await.status, 404);
    assert_eq!(merge(&bench, None, &cart, &guest).await.status, 401);
    let odd = Request::post(&format!("/v1/carts/{cart}/merge"), json!({"guest_cart_id": user(1), "guest_token": "x"}))
        .bearer(&mine);
    assert_eq!(bench.http(odd).await.problem(), "invalid_field");
    assert_eq!(bench.dynamo.items(), before);
}

#[tokio::test]
async fn what_does_not_fit_is_not_half_merged() {
    let bench = bench();
    let mine = token(&bench, 1);
    let (cart, guest) = (open(&bench, Some(&mine)).await, open(&bench, None).await);
    for n in 0..30 {
        put(&bench, Some(&mine), &cart, &format!("MINE-{n}"), 1).await;
        put(&bench, None, &guest, &format!("GUEST-{n}"), 1).await;
    }
    let before = bench.dynamo.items();
    let refused = merge(&bench, Some(&mine), &cart, &guest).await;
    assert_eq!((refused.status, refused.problem()), (409, "cart_full"));
    assert_eq!(bench.dynamo.items(), before);
}

#[tokio::test]
async fn carts_that_have_more_units_together_than_an_order_are_not_merged() {
    let bench = bench();
    let mine = token(&bench, 1);
    let (cart, guest) = (open(&bench, Some(&mine)).await, open(&bench, None).await);
    put(&bench, Some(&mine), &cart, "A", 60).await;
    put(&bench, None, &guest, "A", 60).await;
    let merged = merge(&bench, Some(&mine), &cart, &guest).await;
    assert_eq!(lines(&merged), ["A×100"], "of one SKU there are at most as many as an order has");
    let guest = open(&bench, None).await;
    put(&bench, None, &guest, "B", 1).await;
    let refused = merge(&bench, Some(&mine), &cart, &guest).await;
    assert_eq!((refused.status, refused.problem(), &refused.body["limit"]), (409, "cart_full", &json!(100)));
    put(&bench, Some(&mine), &cart, "A", 99).await;
    assert_eq!(lines(&merge(&bench, Some(&mine), &cart, &guest).await), ["A×99", "B×1"]);
}

/// A guest's cart with `A×2 B×5` and the cart of customer 1 with `B×1`, not merged yet.
async fn guest_and_customer(bench: &Bench<Carts>, mine: &str) -> (Cart, Cart) {
    let (guest, cart) = (open(bench, None).await, open(bench, Some(mine)).await);
    for (sku, quantity) in [("A", 2), ("B", 5)] {
        put(bench, None, &guest, sku, quantity).await;
    }
    put(bench, Some(mine), &cart, "B", 1).await;
    (guest, cart)
}

#[tokio::test]
async fn what_a_guest_ordered_leaves_the_cart_that_the_guests_was_merged_into_before_the_order_was_heard_of() {
    let bench = bench();
    let mine = token(&bench, 1);
    let (guest, cart) = guest_and_customer(&bench, &mine).await;
    let order = placed(&bench, 1, None, Some(&guest), &[("A", 2), ("B", 5)]);
    bench.world.pass_seconds(1);
    merge(&bench, Some(&mine), &cart, &guest).await;
    put(&bench, Some(&mine), &cart, "C", 1).await;
    for _ in 0..2 {
        assert!(bench.deliver(std::slice::from_ref(&order)).await.is_empty());
        assert_eq!(lines(&see(&bench, Some(&mine), &cart).await), ["B×1", "C×1"]);
    }
}

#[tokio::test]
async fn an_order_that_a_cart_heard_of_before_its_merge_takes_nothing_from_the_customers() {
    let bench = bench();
    let mine = token(&bench, 1);
    let (guest, cart) = guest_and_customer(&bench, &mine).await;
    let order = placed(&bench, 1, None, Some(&guest), &[("A", 2), ("B", 4)]);
    for expected in [["B×1"], ["B×2"], ["B×2"]] {
        assert!(bench.deliver(std::slice::from_ref(&order)).await.is_empty());
        assert_eq!(lines(&see(&bench, Some(&mine), &cart).await), expected);
        bench.world.pass_seconds(1);
        merge(&bench, Some(&mine), &cart, &guest).await;
    }
}

#[tokio::test]
async fn after_the_merge_a_closed_cart_stands_for_the_customers_only_in_the_customers_own_orders() {
    let bench = bench();
    let mine = token(&bench, 1);
    let (guest, cart) = guest_and_customer(&bench, &mine).await;
    merge(&bench, Some(&mine), &cart, &guest).await;
    bench.world.pass_seconds(1);
    for (n, stranger) in [(1, None), (2, Some(2))] {
        assert!(bench.deliver(&[placed(&bench, n, stranger, Some(&guest), &[("A", 1)])]).await.is_empty());
    }
    assert_eq!(lines(&see(&bench, Some(&mine), &cart).await), ["A×2", "B×6"]);
    bench.deliver(&[placed(&bench, 3, Some(1), Some(&guest), &[("A", 1)])]).await;
    assert_eq!(lines(&see(&bench, Some(&mine), &cart).await), ["A×1", "B×6"]);
}

#[test]
fn lines_that_are_added_while_carts_merge_are_in_one_of_them_or_refused() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for _ in 0..10 {
        let bench = bench();
        let mine = token(&bench, 1);
        let (cart, guest) = runtime().block_on(async { (open(&bench, Some(&mine)).await, open(&bench, None).await) });
        let added = std::thread::scope(|scope| {
            let adding = scope.spawn(|| {
                runtime().block_on(async {
                    let mut added = 0;
                    for n in 0..10 {
                        added += usize::from(put(&bench, None, &guest, &format!("S{n}"), 1).await.status == 200);
                    }
                    added
                })
            });
            for _ in 0..2 {
                scope.spawn(|| {
                    runtime().block_on(async {
                        for _ in 0..100 {
                            if merge(&bench, Some(&mine), &cart, &guest).await.status != 503 {
                                return;
                            }
                        }
                        panic!("they never merge");
                    });
                });
            }
            adding.join().unwrap()
        });
        runtime().block_on(async {
            assert_eq!(lines(&see(&bench, Some(&mine), &cart).await).len(), added);
            assert_eq!(lines(&see(&bench, None, &guest).await).len(), 0);
        });
    }
}
