//! Tokens with which guests open their orders: whose they are, until when, and how they end.

use crate::harness::{GUEST_KEYS, Harness};
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chassis::testing::{Request, Response};
use events::Timestamp;
use events::ids::OrderId;
use serde_json::{Value, json};

const DAY: i64 = 24 * 60 * 60;

/// The answer to somebody who holds a token.
pub async fn opened(harness: &Harness, id: OrderId, token: &str) -> u16 {
    harness.bench.http(Request::get(&format!("/v1/orders/{id}")).header("x-guest-token", token)).await.status
}

pub async fn replaced(harness: &Harness, id: OrderId) -> Response {
    let request = Request::post(&format!("/v1/orders/{id}/guest-token"), json!({}));
    harness.bench.http(request.bearer(&harness.bench.staff())).await
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// A guest's order and its token.
pub async fn placed(harness: &Harness, number: u128) -> (OrderId, String) {
    let quote = harness.quote(number);
    let answer = harness.post_as_guest(&harness.guest_body(&quote)).await;
    assert_eq!(answer.status, 202, "{:?}", answer.body);
    (quote.jti.order(), text(&answer.body["guest_token"]))
}

/// The token of an order, made as the function makes it.
fn made(id: OrderId, key: u32, expires: i64, replaced: u32) -> String {
    let secret = GUEST_KEYS.iter().find(|(number, _)| *number == key).unwrap().1;
    let secret = hmac::Key::new(hmac::HMAC_SHA256, &URL_SAFE_NO_PAD.decode(secret).unwrap());
    let tag = hmac::sign(&secret, format!("{id}.{key}.{expires}.{replaced}").as_bytes());
    format!("{key}.{expires}.{}", URL_SAFE_NO_PAD.encode(tag))
}

#[tokio::test]
async fn a_guest_gets_the_same_token_every_time_and_it_opens_that_order_only() {
    let harness = Harness::new();
    let body = harness.guest_body(&harness.quote(1));
    let (mine, token) = placed(&harness, 1).await;
    assert_eq!(harness.post_as_guest(&body).await.body["guest_token"], token);
    let (other, others) = placed(&harness, 2).await;
    assert_ne!(token, others);
    let (head, tag) = token.rsplit_once('.').unwrap();
    let expires = harness.bench.world.now().seconds() + 90 * DAY;
    for (id, token, status) in [
        (mine, token.clone(), 200),
        (other, token.clone(), 404),
        (mine, format!("{token}x"), 404),
        (mine, head.to_owned(), 404),
        (mine, tag.to_owned(), 404),
        (mine, format!("1.{}.{tag}", expires + 1), 404),
        (mine, format!("2.{expires}.{tag}"), 404),
        (mine, format!("1.x.{tag}"), 404),
        (mine, String::new(), 404),
        (mine, "%%%".to_owned(), 404),
    ] {
        assert_eq!(opened(&harness, id, &token).await, status, "{token}");
    }
}

#[tokio::test]
async fn a_guest_token_never_opens_a_customers_order() {
    let harness = Harness::new();
    let (guests, token) = placed(&harness, 2).await;
    let expires = harness.bench.world.now().seconds() + 90 * DAY;
    assert_eq!(token, made(guests, 1, expires, 0), "such is a guest's token");
    let customers = harness.placed(1).await;
    assert_eq!(opened(&harness, customers, &made(customers, 1, expires, 0)).await, 404);
    let refused = replaced(&harness, customers).await;
    assert_eq!((refused.status, refused.problem()), (409, "not_a_guests_order"));
}

#[tokio::test]
async fn a_guest_token_ends_ninety_days_after_the_order_was_placed() {
    let harness = Harness::new();
    let answer = harness.post_as_guest(&harness.guest_body(&harness.quote(1))).await;
    let (id, token) = (harness.quote(1).jti.order(), text(&answer.body["guest_token"]));
    let expires: Timestamp = serde_json::from_value(answer.body["guest_token_expires_at"].clone()).unwrap();
    assert_eq!(expires.seconds(), harness.bench.world.now().seconds() + 90 * DAY);
    harness.bench.world.pass_seconds(90 * DAY - 1);
    assert_eq!(opened(&harness, id, &token).await, 200);
    harness.bench.world.pass_seconds(1);
    assert_eq!(opened(&harness, id, &token).await, 404);
    let fresh = replaced(&harness, id).await;
    assert_eq!(fresh.status, 201, "{:?}", fresh.body);
    assert_eq!(opened(&harness, id, &text(&fresh.body["guest_token"])).await, 200, "staff have another");
    harness.bench.world.pass_seconds(90 * DAY);
    assert_eq!(opened(&harness, id, &text(&fresh.body["guest_token"])).await, 404);
}

#[tokio::test]
async fn staff_end_the_token_of_one_order_and_repeating_the_order_does_not_bring_it_back() {
    let harness = Harness::new();
    let ((leaked, token), (other, others)) = (placed(&harness, 1).await, placed(&harness, 2).await);
    let first = replaced(&harness, leaked).await;
    let second = replaced(&harness, leaked).await;
    let (first, second) = (text(&first.body["guest_token"]), text(&second.body["guest_token"]));
    for (id, token, status) in
        [(leaked, &token, 404), (leaked, &first, 404), (leaked, &second, 200), (other, &others, 200)]
    {
        assert_eq!(opened(&harness, id, token).await, status, "{token}");
    }
    let again = harness.post_as_guest(&harness.guest_body(&harness.quote(1))).await;
    assert_eq!((again.status, again.body.get("guest_token")), (202, None), "{:?}", again.body);
    let timeline =
        harness.bench.http(Request::get(&format!("/v1/orders/{leaked}/timeline")).header("x-guest-token", &second));
    let timeline = timeline.await.body;
    assert_eq!(timeline["items"][2]["kind"], "guest_token_replaced", "{timeline}");
}

#[tokio::test]
async fn an_order_that_waits_for_a_reply_is_not_looked_at_later_since_its_token_was_replaced() {
    let harness = Harness::new();
    let (id, _) = placed(&harness, 1).await;
    harness.bench.world.pass_seconds(59);
    replaced(&harness, id).await;
    harness.bench.world.pass_seconds(1);
    harness.bench.queues.take();
    harness.bench.tick().await.unwrap();
    let sent = harness.bench.queues.take();
    let kinds = crate::harness::kinds(&sent);
    assert!(kinds.contains(&"reserve_stock") && kinds.contains(&"order_placed"), "{kinds:?}");
}

#[tokio::test]
async fn what_a_lost_record_should_have_published_is_published_though_the_token_was_replaced_since() {
    let harness = Harness::new();
    let (id, _) = placed(&harness, 1).await;
    replaced(&harness, id).await;
    harness.bench.world.pass_seconds(30 * 60);
    harness.bench.queues.take();
    harness.bench.tick().await.unwrap();
    let sent = harness.bench.queues.take();
    let kinds = crate::harness::kinds(&sent);
    assert!(kinds.contains(&"order_placed") && kinds.contains(&"order_expired"), "{kinds:?}");
}

#[tokio::test]
async fn while_a_key_of_guests_tokens_is_replaced_the_tokens_of_both_open_and_in_the_end_the_new_ones_do() {
    let harness = Harness::new();
    let (old, old_token) = placed(&harness, 1).await;
    let harness = harness.redeployed_with(&[1, 2]);
    let expires = harness.bench.world.now().seconds() + 90 * DAY;
    assert_eq!(opened(&harness, old, &made(old, 2, expires, 0)).await, 200, "the next key is trusted before it signs");
    let harness = harness.redeployed_with(&[2, 1]);
    let (new, new_token) = placed(&harness, 2).await;
    assert!(new_token.starts_with("2."), "{new_token}");
    assert_eq!((opened(&harness, old, &old_token).await, opened(&harness, new, &new_token).await), (200, 200));
    let harness = harness.redeployed_with(&[2]);
    assert_eq!((opened(&harness, old, &old_token).await, opened(&harness, new, &new_token).await), (404, 200));
}
