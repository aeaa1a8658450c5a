//! How many orders a shopper may leave unpaid, and how many cards a shopper may try.

use crate::harness::{Harness, authorized, declined, reserved};
use chassis::digest;
use chassis::testing::signing::verified_access_token;
use chassis::testing::{Request, Response};
use events::ids::{OrderId, UserId};
use events::users::Role;
use futures_util::future::join_all;
use serde_json::{Value, json};

const MINUTE: i64 = 60;

/// Orders of Ada's for which no card was tried yet.
async fn unpaid(harness: &Harness, numbers: std::ops::Range<u128>) -> Vec<OrderId> {
    let mut orders = Vec::new();
    for number in numbers {
        orders.push(harness.placed(number).await);
    }
    orders
}

async fn places(harness: &Harness, number: u128) -> Response {
    harness.post(&harness.body(&harness.quote(number))).await
}

/// Each guest has an address of their own.
fn guest_from(harness: &Harness, number: u128, address: &str) -> Request {
    let mut body = harness.guest_body(&harness.quote(number));
    body["email"] = json!(format!("guest-{number}@example.com"));
    Request::post("/v1/orders", body).from_address(address)
}

/// The orders that count, by whom they count against.
fn counted(harness: &Harness) -> Vec<(String, Value)> {
    let items = harness.items("shopper").into_iter();
    items.map(|item| (item["pk"]["S"].as_str().unwrap().to_owned(), item["orders"].clone())).collect()
}

#[tokio::test]
async fn a_customer_may_leave_five_orders_unpaid_and_is_told_when_to_come_back() {
    let harness = Harness::new();
    let orders = unpaid(&harness, 0..5).await;
    harness.bench.world.pass_seconds(10 * MINUTE);
    let before = (harness.items("order"), counted(&harness));
    let refused = places(&harness, 5).await;
    assert_eq!((refused.status, refused.problem()), (429, "too_many_open_orders"));
    assert_eq!(refused.headers["retry-after"], json!("4800"), "for an hour after the time to pay");
    assert_eq!((harness.items("order"), counted(&harness)), before, "it counts nowhere");

    let bob = harness.bench.token(UserId::from_bits(2), &[Role::Customer]);
    let quote = harness.quote(6);
    let of_bob = Request::post("/v1/orders", harness.body(&quote)).bearer(&bob);
    assert_eq!(harness.bench.http(of_bob).await.status, 202, "others may order");
    harness.receive(2, &reserved(orders[2])).await;
    harness.receive(3, &authorized(orders[2], 1)).await;
    assert_eq!(places(&harness, 5).await.status, 202, "there is room for one");
    assert_eq!(places(&harness, 7).await.status, 429, "and for no more");
}

#[tokio::test]
async fn whoever_waits_as_long_as_told_may_order_and_not_a_second_earlier() {
    let harness = Harness::new();
    let order = |number: u128| Request::post("/v1/orders", harness.guest_body(&harness.quote(number)));
    for number in 0..5 {
        assert_eq!(harness.bench.http(order(number)).await.status, 202);
    }
    harness.bench.world.pass_seconds(10 * MINUTE);
    let refused = harness.bench.http(order(5)).await;
    assert_eq!((refused.status, refused.problem()), (429, "too_many_open_orders"));
    let wait: i64 = refused.headers["retry-after"].as_str().unwrap().parse().unwrap();
    assert_eq!(wait, 80 * MINUTE, "20 minutes to pay, and an hour for the mails");
    // The orders expire some minutes late.
    harness.bench.world.pass_seconds(25 * MINUTE);
    harness.bench.tick().await.unwrap();
    harness.bench.world.pass_seconds(wait - 25 * MINUTE - 1);
    let refused = harness.bench.http(order(6)).await;
    assert_eq!((refused.status, &refused.headers["retry-after"]), (429, &json!("1")));
    harness.bench.world.pass_seconds(1);
    assert_eq!(harness.bench.http(order(7)).await.status, 202);
}

#[tokio::test]
async fn ordering_all_at_once_gets_nobody_more_than_five() {
    let harness = Harness::new();
    let answers = join_all((0..12).map(|number| places(&harness, number))).await;
    let placed = answers.iter().filter(|answer| answer.status == 202).count();
    let refused = answers.iter().filter(|answer| answer.problem() == "too_many_open_orders").count();
    assert_eq!((placed, refused), (5, 7));
}

#[tokio::test]
async fn a_repeated_request_finds_its_order_even_at_the_limit() {
    let harness = Harness::new();
    let orders = unpaid(&harness, 0..5).await;
    assert_eq!(places(&harness, 3).await.body["id"], json!(orders[3]));
    harness.receive(2, &reserved(orders[3])).await;
    harness.receive(3, &authorized(orders[3], 1)).await;
    assert_eq!(places(&harness, 5).await.status, 202);
    let again = places(&harness, 3).await;
    assert_eq!((again.status, &again.body["id"]), (202, &json!(orders[3])), "also an order that no longer counts");
}

#[tokio::test]
async fn what_is_paid_does_not_count_and_what_expired_counts_for_an_hour() {
    let harness = Harness::new();
    for number in 0..12 {
        harness.confirmed(number).await;
    }
    unpaid(&harness, 12..17).await;
    assert_eq!(places(&harness, 17).await.status, 429);
    harness.bench.world.pass_seconds(31 * MINUTE);
    assert_eq!(places(&harness, 18).await.status, 429, "the goods are held until the sweep runs");
    harness.bench.tick().await.unwrap();
    let refused = places(&harness, 18).await;
    assert_eq!((refused.status, &refused.headers["retry-after"]), (429, &json!("3540")), "its mails count for an hour");
    harness.bench.world.pass_seconds(60 * MINUTE);
    assert_eq!(places(&harness, 19).await.status, 202);
}

#[tokio::test]
async fn canceling_orders_makes_no_room_for_more_cards() {
    let harness = Harness::new();
    for number in 0..5 {
        let id = harness.awaiting_payment(number).await;
        harness.receive(2, &declined(id, 1)).await;
        assert_eq!(harness.cancel(id).await.status, 202);
    }
    let refused = places(&harness, 5).await;
    assert_eq!((refused.status, refused.problem()), (429, "too_many_open_orders"));
    assert_eq!(refused.headers["retry-after"], json!("3600"));
    harness.bench.world.pass_seconds(60 * MINUTE);
    assert_eq!(places(&harness, 5).await.status, 202);
}

#[tokio::test]
async fn canceling_an_order_before_the_bank_replies_hides_no_card() {
    let harness = Harness::new();
    for number in 0..5 {
        let id = harness.awaiting_payment(number).await;
        assert_eq!(harness.cancel(id).await.status, 202);
        harness.receive(2, &declined(id, 1)).await;
    }
    assert_eq!(places(&harness, 5).await.problem(), "too_many_open_orders");
    harness.bench.world.pass_seconds(60 * MINUTE);
    assert_eq!(places(&harness, 5).await.status, 202);
}

#[tokio::test]
async fn a_card_that_was_declined_before_another_paid_does_not_count() {
    let harness = Harness::new();
    for number in 0..5 {
        let id = harness.awaiting_payment(number).await;
        harness.receive(2, &declined(id, 1)).await;
        assert_eq!(harness.act(id, "payment", json!({"payment_method": "pm_2"})).await.status, 202);
        harness.receive(3, &authorized(id, 2)).await;
    }
    assert_eq!(places(&harness, 5).await.status, 202);
}

#[tokio::test]
async fn guests_are_counted_by_network() {
    let harness = Harness::new();
    for number in 0..20u128 {
        let address = format!("2001:db8:0:1::{number:x}");
        assert_eq!(harness.bench.http(guest_from(&harness, number, &address)).await.status, 202);
    }
    let refused = harness.bench.http(guest_from(&harness, 20, "2001:db8:0:1::ffff")).await;
    assert_eq!((refused.status, refused.problem()), (429, "too_many_open_orders"));
    assert_eq!(harness.bench.http(guest_from(&harness, 20, "2001:db8:0:2::1")).await.status, 202);
    assert_eq!(places(&harness, 21).await.status, 202, "in another network");
}

#[tokio::test]
async fn customers_count_with_the_guests_of_their_network_until_their_address_is_verified() {
    let harness = Harness::new();
    for number in 0..20u128 {
        assert_eq!(harness.bench.http(guest_from(&harness, number, "198.51.100.7")).await.status, 202);
    }
    let order =
        |number: u128| Request::post("/v1/orders", harness.body(&harness.quote(number))).from_address("198.51.100.7");
    let refused = harness.bench.http(order(20).bearer(&harness.ada_token())).await;
    assert_eq!((refused.status, refused.problem()), (429, "too_many_open_orders"));
    let verified = verified_access_token(harness.ada, harness.bench.world.now());
    for number in 20..25 {
        assert_eq!(harness.bench.http(order(number).bearer(&verified)).await.status, 202);
    }
    assert_eq!(harness.bench.http(order(25).bearer(&verified)).await.status, 429, "by their own number");
}

#[tokio::test]
async fn a_new_account_for_each_order_gives_a_network_no_more_of_them() {
    let harness = Harness::new();
    let mut statuses = Vec::new();
    for number in 0..22u128 {
        let account = harness.bench.token(UserId::from_bits(100 + number), &[Role::Customer]);
        let order = Request::post("/v1/orders", harness.body(&harness.quote(number)));
        statuses.push(harness.bench.http(order.bearer(&account)).await.status);
    }
    assert_eq!(statuses, [[202; 20].as_slice(), &[429; 2]].concat());
}

#[tokio::test]
async fn a_mailbox_gets_the_mails_of_five_orders_an_hour_from_whatever_network_and_however_they_end() {
    let harness = Harness::new();
    let order = |number: u128, email: &str| {
        let mut body = harness.guest_body(&harness.quote(number));
        body["email"] = json!(email);
        Request::post("/v1/orders", body).from_address(format!("198.51.100.{number}"))
    };
    for (number, email) in (0u128..).zip(["v@example.com", "V@example.com", "v+1@example.com", "v+2@Example.com"]) {
        let placed = harness.bench.http(order(number, email)).await;
        assert_eq!(placed.status, 202, "{:?}", placed.body);
        let cancel = format!("/v1/orders/{}/cancellation", placed.body["id"].as_str().unwrap());
        let guest = placed.body["guest_token"].as_str().unwrap();
        let canceled = Request::post(&cancel, json!({})).header("x-guest-token", guest);
        assert_eq!(harness.bench.http(canceled).await.status, 202);
    }
    assert_eq!(harness.bench.http(order(4, "v@example.com")).await.status, 202);
    let refused = harness.bench.http(order(5, "v@example.com")).await;
    assert_eq!((refused.status, refused.problem()), (429, "too_many_open_orders"));
    assert_eq!(harness.bench.http(order(5, "other@example.com")).await.status, 202);
    harness.bench.world.pass_seconds(60 * MINUTE);
    assert_eq!(harness.bench.http(order(6, "v@example.com")).await.status, 202);
}

#[tokio::test]
async fn accounts_at_a_strangers_address_bring_no_more_mails_than_guests() {
    let harness = Harness::new();
    for number in 0..5 {
        let id = harness.placed(number).await;
        assert_eq!(harness.cancel(id).await.status, 202);
    }
    assert_eq!(places(&harness, 5).await.status, 429);
    let verified = verified_access_token(harness.ada, harness.bench.world.now());
    let order = Request::post("/v1/orders", harness.body(&harness.quote(5))).bearer(&verified);
    assert_eq!(harness.bench.http(order).await.status, 202, "a verified address is the customer's own");
}

#[tokio::test]
async fn the_open_order_list_names_nobody_wakes_no_relay_and_expires() {
    let harness = Harness::new();
    harness.bench.http(guest_from(&harness, 1, "198.51.100.7")).await;
    places(&harness, 2).await;
    let counts = harness.items("shopper");
    assert_eq!(counts.len(), 4, "a guest, a customer and two networks");
    let order = harness.items("order").iter().map(ToString::to_string).collect::<String>();
    for known in ["198.51.100.7", "192.0.2.1", "guest-1@example.com"] {
        let digest = digest::of_bytes(known.as_bytes());
        assert!(!order.contains(&digest) && !counted(&harness).iter().any(|(key, _)| key.contains(&digest)), "{known}");
    }
    for count in counts {
        assert!(!count.to_string().contains("198.51.100.7") && !count.to_string().contains(&harness.ada.to_string()));
        assert!(!count.to_string().contains("guest-1"));
        let ttl: i64 = count["ttl"]["N"].as_str().unwrap().parse().unwrap();
        assert_eq!(ttl, harness.bench.world.now().seconds() + 10_800);
        assert_eq!(count["cause"]["M"]["via"]["S"], "silent");
    }
}
