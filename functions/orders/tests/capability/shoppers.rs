//! How many orders somebody may leave unpaid, and how many cards they may try.

use crate::desk::{Desk, authorized, declined};
use chassis::testing::{Request, Response};
use events::ids::{OrderId, UserId};
use events::users::Role;
use futures_util::future::join_all;
use serde_json::json;

const MINUTE: i64 = 60;

/// So many orders of Ada's for which no card was tried yet.
async fn unpaid(desk: &Desk, numbers: std::ops::Range<u128>) -> Vec<OrderId> {
    let mut orders = Vec::new();
    for number in numbers {
        orders.push(desk.placed(number).await);
    }
    orders
}

async fn places(desk: &Desk, number: u128) -> Response {
    desk.post(&desk.body(&desk.quote(number))).await
}

fn guest_from(desk: &Desk, number: u128, address: &str) -> Request {
    Request::post("/v1/orders", desk.guest_body(&desk.quote(number))).from_address(address)
}

#[tokio::test]
async fn a_customer_leaves_five_orders_unpaid_at_most_and_hears_when_to_come_back() {
    let desk = Desk::open();
    let orders = unpaid(&desk, 0..5).await;
    desk.bench.world.pass_seconds(10 * MINUTE);
    let before = desk.bench.dynamo.items();
    let refused = places(&desk, 5).await;
    assert_eq!((refused.status, refused.problem()), (429, "too_many_open_orders"));
    assert_eq!(refused.headers["retry-after"], json!("1200"), "the first must be paid until then");
    assert_eq!(desk.bench.dynamo.items(), before);

    let bob = desk.bench.token(UserId::from_bits(2), &[Role::Customer]);
    let quote = desk.quote(6);
    let of_bob = Request::post("/v1/orders", desk.body(&quote)).bearer(&bob);
    assert_eq!(desk.bench.http(of_bob).await.status, 202, "others may order");
    assert_eq!(desk.cancel(orders[2]).await.status, 202);
    assert_eq!(places(&desk, 5).await.status, 202, "a place is free");
    assert_eq!(places(&desk, 7).await.status, 429, "and taken");
}

#[tokio::test]
async fn ordering_all_at_once_gets_nobody_more_than_five() {
    let desk = Desk::open();
    let answers = join_all((0..12).map(|number| places(&desk, number))).await;
    let placed = answers.iter().filter(|answer| answer.status == 202).count();
    let refused = answers.iter().filter(|answer| answer.problem() == "too_many_open_orders").count();
    assert_eq!((placed, refused), (5, 7));
}

#[tokio::test]
async fn a_repeat_is_answered_however_many_orders_count() {
    let desk = Desk::open();
    let orders = unpaid(&desk, 0..5).await;
    assert_eq!(places(&desk, 3).await.body["id"], json!(orders[3]));
    desk.cancel(orders[3]).await;
    assert_eq!(places(&desk, 5).await.status, 202);
    let again = places(&desk, 3).await;
    assert_eq!((again.status, &again.body["id"]), (202, &json!(orders[3])), "also one that counts no more");
}

#[tokio::test]
async fn what_is_paid_or_expired_does_not_count() {
    let desk = Desk::open();
    for number in 0..12 {
        desk.confirmed(number).await;
    }
    unpaid(&desk, 12..17).await;
    assert_eq!(places(&desk, 17).await.status, 429);
    desk.bench.world.pass_seconds(31 * MINUTE);
    assert_eq!(places(&desk, 18).await.status, 429, "the goods are held until somebody notices");
    desk.bench.tick().await.unwrap();
    assert_eq!(places(&desk, 18).await.status, 202);
}

#[tokio::test]
async fn whoever_tries_cards_cannot_go_on_by_calling_the_orders_off() {
    let desk = Desk::open();
    for number in 0..5 {
        let id = desk.awaiting_payment(number).await;
        desk.hear(2, &declined(id, 1)).await;
        assert_eq!(desk.cancel(id).await.status, 202);
    }
    let refused = places(&desk, 5).await;
    assert_eq!((refused.status, refused.problem()), (429, "too_many_open_orders"));
    assert_eq!(refused.headers["retry-after"], json!("3600"));
    desk.bench.world.pass_seconds(60 * MINUTE);
    assert_eq!(places(&desk, 5).await.status, 202);
}

#[tokio::test]
async fn calling_an_order_off_before_the_bank_has_answered_hides_no_card() {
    let desk = Desk::open();
    for number in 0..5 {
        let id = desk.awaiting_payment(number).await;
        assert_eq!(desk.cancel(id).await.status, 202);
        desk.hear(2, &declined(id, 1)).await;
    }
    assert_eq!(places(&desk, 5).await.problem(), "too_many_open_orders");
    desk.bench.world.pass_seconds(60 * MINUTE);
    assert_eq!(places(&desk, 5).await.status, 202);
}

#[tokio::test]
async fn a_card_that_was_declined_before_another_paid_does_not_count() {
    let desk = Desk::open();
    for number in 0..6 {
        let id = desk.awaiting_payment(number).await;
        desk.hear(2, &declined(id, 1)).await;
        assert_eq!(desk.act(id, "payment", json!({"payment_method": "pm_2"})).await.status, 202);
        desk.hear(3, &authorized(id, 2)).await;
    }
}

#[tokio::test]
async fn guests_are_counted_by_network() {
    let desk = Desk::open();
    for number in 0..20u128 {
        let address = format!("2001:db8:0:1::{number:x}");
        assert_eq!(desk.bench.http(guest_from(&desk, number, &address)).await.status, 202);
    }
    let refused = desk.bench.http(guest_from(&desk, 20, "2001:db8:0:1::ffff")).await;
    assert_eq!((refused.status, refused.problem()), (429, "too_many_open_orders"));
    assert_eq!(desk.bench.http(guest_from(&desk, 20, "2001:db8:0:2::1")).await.status, 202);
    assert_eq!(places(&desk, 21).await.status, 202, "who signs in is counted alone");
}

#[tokio::test]
async fn the_count_names_nobody_wakes_nobody_and_leaves_by_itself() {
    let desk = Desk::open();
    desk.bench.http(guest_from(&desk, 1, "198.51.100.7")).await;
    places(&desk, 2).await;
    let counts = desk.items("shopper");
    assert_eq!(counts.len(), 2);
    for count in counts {
        assert!(!count.to_string().contains("198.51.100.7") && !count.to_string().contains(&desk.ada.to_string()));
        let ttl: i64 = count["ttl"]["N"].as_str().unwrap().parse().unwrap();
        assert_eq!(ttl, desk.bench.world.now().seconds() + 10_800);
        assert_eq!(count["cause"]["M"]["via"]["S"], "unannounced");
    }
}
