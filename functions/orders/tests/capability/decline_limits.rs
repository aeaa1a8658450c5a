//! How many cards may be declined: of a customer or guest six in an hour here, of a network eight.

use crate::harness::{Harness, authorized, build, declined, reserved};
use chassis::Received;
use chassis::digest;
use chassis::http::Edge;
use chassis::testing::{Bench, Request, Response};
use events::ids::{OrderId, UserId};
use events::payments::PaymentDeclined;
use events::users::Role;
use orders::domain::input::Input;
use orders::domain::rejection::Rejection;
use orders::service::Error;
use serde_json::json;

const MINUTE: i64 = 60;

/// Ada tries a card for an order; it is declined.
async fn tries(harness: &Harness, order: OrderId, attempt: u32) -> Response {
    let answer = harness.act(order, "payment", json!({"payment_method": format!("pm_{attempt}")})).await;
    if answer.status == 202 {
        harness.receive(u64::from(attempt) * 2, &declined(order, attempt)).await;
    }
    answer
}

/// An order of Ada's of which so many cards were declined.
async fn declined_order(harness: &Harness, number: u128, cards: u32) -> OrderId {
    let order = harness.awaiting_payment(number).await;
    harness.receive(2, &declined(order, 1)).await;
    for attempt in 2..=cards {
        assert_eq!(tries(harness, order, attempt).await.status, 202, "card {attempt}");
    }
    order
}

/// An order of a guest, or of an account, from a network; its card is declined.
async fn one_declined(harness: &Harness, number: u128, account: Option<u128>, network: &str) -> Response {
    let quote = harness.quote(number);
    let mut body = harness.body(&quote);
    body["email"] = json!(format!("guest-{number}@example.com"));
    let request = Request::post("/v1/orders", body).from_address(network);
    let bearer = account.map(|user| harness.bench.token(UserId::from_bits(user), &[Role::Customer]));
    let answer = harness.bench.http(bearer.iter().fold(request, |request, token| request.bearer(token))).await;
    if answer.status == 202 {
        let order = quote.jti.order();
        harness.receive(2, &reserved(order)).await;
        harness.receive(2, &declined(order, 1)).await;
    }
    answer
}

fn refusal(answer: &Response) -> (u16, &str) {
    (answer.status, answer.problem())
}

#[tokio::test]
async fn after_too_many_declined_cards_a_customer_neither_orders_nor_pays_for_an_hour() {
    let harness = Harness::new();
    declined_order(&harness, 0, 5).await;
    harness.bench.world.pass_seconds(10 * MINUTE);
    let second = declined_order(&harness, 1, 1).await;
    let refused = harness.post(&harness.body(&harness.quote(2))).await;
    assert_eq!(refusal(&refused), (429, "too_many_declines"));
    assert_eq!(refused.headers["retry-after"], json!("3000"), "until the first no longer counts");
    let refused = tries(&harness, second, 2).await;
    assert_eq!((refusal(&refused), &refused.headers["retry-after"]), ((429, "too_many_declines"), &json!("3000")));
    assert!(harness.items("order").iter().all(|order| order["attempts"]["L"].as_array().unwrap().len() < 6));
    harness.bench.world.pass_seconds(50 * MINUTE);
    assert_eq!(harness.post(&harness.body(&harness.quote(3))).await.status, 202);
}

#[tokio::test]
async fn a_network_tries_no_more_cards_with_a_new_account_or_guest_for_each() {
    let harness = Harness::new();
    for number in 0..8u128 {
        let account = (number % 2 == 0).then_some(100 + number);
        let address = format!("2001:db8:0:1::{number:x}");
        assert_eq!(one_declined(&harness, number, account, &address).await.status, 202);
    }
    for account in [None, Some(200)] {
        let refused = one_declined(&harness, 8, account, "2001:db8:0:1::ffff").await;
        assert_eq!(refusal(&refused), (429, "too_many_declines"), "{account:?}");
    }
    assert_eq!(one_declined(&harness, 9, None, "2001:db8:0:2::1").await.status, 202, "another household");
}

#[tokio::test]
async fn a_verified_customer_is_bound_by_the_declined_cards_of_the_network_too() {
    let harness = Harness::new();
    for number in 0..8u128 {
        assert_eq!(one_declined(&harness, number, None, "198.51.100.7").await.status, 202);
    }
    let now = harness.bench.world.now();
    let verified = chassis::testing::signing::verified_access_token(harness.ada, now);
    let order = |network: &str| {
        let request = Request::post("/v1/orders", harness.body(&harness.quote(8)));
        request.bearer(&verified).from_address(network)
    };
    assert_eq!(refusal(&harness.bench.http(order("198.51.100.7")).await), (429, "too_many_declines"));
    assert_eq!(harness.bench.http(order("198.51.100.8")).await.status, 202);
}

#[tokio::test]
async fn a_guest_tries_no_more_cards_from_other_networks() {
    let harness = Harness::new();
    let order = |number: u128| {
        let body = harness.guest_body(&harness.quote(number));
        Request::post("/v1/orders", body).from_address(format!("198.51.100.{number}"))
    };
    for number in 0..2u128 {
        let placed = harness.bench.http(order(number)).await;
        assert_eq!(placed.status, 202, "{:?}", placed.body);
        let id = harness.quote(number).jti.order();
        harness.receive(2, &reserved(id)).await;
        harness.receive(2, &declined(id, 1)).await;
        for attempt in 2..=3 {
            let body = json!({"payment_method": format!("pm_{attempt}")});
            let pay = Request::post(&format!("/v1/orders/{id}/payment"), body);
            let guest = placed.body["guest_token"].as_str().unwrap();
            assert_eq!(harness.bench.http(pay.header("x-guest-token", guest)).await.status, 202);
            harness.receive(u64::from(attempt) * 2, &declined(id, attempt)).await;
        }
    }
    assert_eq!(refusal(&harness.bench.http(order(2)).await), (429, "too_many_declines"));
}

#[tokio::test]
async fn a_decline_counts_once_however_often_its_message_comes() {
    let harness = Harness::new();
    let order = harness.awaiting_payment(0).await;
    for _ in 0..10 {
        harness.receive(2, &declined(order, 1)).await;
    }
    let counts = harness.items("shopper");
    assert_eq!(counts.len(), 2);
    for count in counts {
        assert_eq!(count["declines"]["SS"].as_array().map(Vec::len), Some(1), "{count}");
    }
    assert_eq!(tries(&harness, order, 2).await.status, 202);
}

#[tokio::test]
async fn a_decline_that_comes_after_the_cancellation_counts() {
    let harness = Harness::new();
    let order = harness.awaiting_payment(0).await;
    assert_eq!(harness.cancel(order).await.status, 202);
    harness.receive(2, &declined(order, 1)).await;
    for count in harness.items("shopper") {
        assert_eq!(count["declines"]["SS"].as_array().map(Vec::len), Some(1), "{count}");
    }
}

#[tokio::test]
async fn an_attempt_of_which_the_bank_never_heard_is_no_declined_card() {
    let harness = Harness::new();
    for (number, reason) in [(0, "earlier_payment_waits"), (1, "canceled")] {
        let order = harness.awaiting_payment(number).await;
        harness.receive(2, &PaymentDeclined { reason: reason.to_owned(), ..declined(order, 1) }).await;
    }
    let counts = harness.items("shopper");
    assert_eq!(counts.len(), 2);
    assert!(counts.iter().all(|count| count["declines"].is_null()), "{counts:?}");
}

#[tokio::test]
async fn a_repeat_that_the_decline_overtakes_is_another_card_and_refused_like_one() {
    let mut service = None;
    let bench = Bench::new(|parts| {
        service = Some(build(parts));
        build(parts)
    });
    let (harness, service) = (Harness { bench, ada: UserId::from_bits(1) }, service.unwrap());
    declined_order(&harness, 0, 5).await;
    let order = harness.awaiting_payment(1).await;
    let read_before = service.find(order).await.unwrap();
    harness.receive(2, &declined(order, 1)).await;
    let repeat = Input::PayAgain { method: read_before.attempts[0].method.clone(), key: Some("k".to_owned()) };
    let envelope = harness.bench.envelope(&order.to_string(), 3, &declined(order, 1));
    let context = Received { envelope, now: harness.bench.world.now() }.context();
    let refused = service.pay_again(read_before, &repeat, &context).await;
    assert!(matches!(refused, Err(Error::Rejected(Rejection::TooManyDeclines(_)))), "{refused:?}");
}

#[tokio::test]
async fn a_repeat_is_answered_whatever_was_declined_meanwhile() {
    let harness = Harness::new();
    let order = declined_order(&harness, 0, 4).await;
    assert_eq!(harness.act(order, "payment", json!({"payment_method": "pm_5"})).await.status, 202);
    for number in 1..9u128 {
        assert_ne!(one_declined(&harness, number, None, "192.0.2.1").await.status, 500);
    }
    assert_eq!(
        harness.act(order, "payment", json!({"payment_method": "pm_5"})).await.status,
        202,
        "the same card again"
    );
    let again = harness.post(&harness.body(&harness.quote(0))).await;
    assert_eq!((again.status, &again.body["id"]), (202, &json!(order)), "the same order again");
    assert_eq!(refusal(&harness.post(&harness.body(&harness.quote(20))).await), (429, "too_many_declines"));
}

#[tokio::test]
async fn what_an_order_counts_against_is_forgotten_once_it_is_paid() {
    let harness = Harness::new();
    let order = declined_order(&harness, 0, 1).await;
    assert!(harness.items("order")[0]["network"]["S"].is_string());
    assert_eq!(harness.act(order, "payment", json!({"payment_method": "pm_2"})).await.status, 202);
    harness.receive(4, &authorized(order, 2)).await;
    assert!(harness.items("order")[0]["network"].is_null());
}

#[tokio::test]
async fn open_orders_and_declined_cards_behind_the_edge_are_counted_by_the_viewers_network() {
    let secret = "known to the edge alone";
    let bench = Bench::new(|parts| {
        parts.wiring.edge = Edge::from_digests(&digest::hex_of_bytes(secret.as_bytes())).unwrap();
        build(parts)
    });
    let harness = Harness { bench, ada: UserId::from_bits(1) };
    let through = |number: u128, viewer: &str| {
        let mut body = harness.guest_body(&harness.quote(number));
        body["email"] = json!(format!("guest-{number}@example.com"));
        let request = Request::post("/v1/orders", body).from_address("203.0.113.1");
        request.header("x-origin-secret", secret).header("cloudfront-viewer-address", viewer)
    };
    for number in 0..20u128 {
        let viewer = format!("2001:db8:1:2::{number:x}:{}", 40_000 + number);
        assert_eq!(harness.bench.http(through(number, &viewer)).await.status, 202);
    }
    let refused = harness.bench.http(through(20, "2001:db8:1:2:ffff::1:443")).await;
    assert_eq!(refusal(&refused), (429, "too_many_open_orders"));
    for number in 20..28u128 {
        assert_eq!(harness.bench.http(through(number, "2001:db8:1:3::1:443")).await.status, 202);
        let order = harness.quote(number).jti.order();
        harness.receive(2, &reserved(order)).await;
        harness.receive(2, &declined(order, 1)).await;
    }
    assert_eq!(refusal(&harness.bench.http(through(28, "2001:db8:1:3::2:443")).await), (429, "too_many_declines"));
    assert_eq!(harness.bench.http(through(28, "2001:db8:1:4::1:443")).await.status, 202, "another household");
}
