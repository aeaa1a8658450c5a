//! Customers who want to be reminded of their cart, and the sweep that finds the carts that were left.

use crate::browser::{Browser, text};
use crate::harness::{Cart, bench, by, lines, open, placed, put, remove, see, token, user};
use carts::Carts;
use chassis::testing::signing::verified_access_token;
use chassis::testing::{Bench, Request, Response};
use events::Capability;
use serde_json::{Value, json};

const HOUR: i64 = 60 * 60;

fn verified(bench: &Bench<Carts>, n: u32) -> String {
    verified_access_token(user(n), bench.world.now())
}

async fn remind(bench: &Bench<Carts>, token: &str, cart: &Cart, enabled: bool) -> Response {
    let request = Request::put(&format!("/v1/carts/{cart}/reminder"), json!({"enabled": enabled}));
    bench.http(by(request, Some(token), cart)).await
}

/// A customer's cart with two units, and its reminder.
async fn reminding() -> (Bench<Carts>, Cart) {
    let bench = bench();
    let token = verified(&bench, 1);
    let cart = open(&bench, Some(&token)).await;
    put(&bench, Some(&token), &cart, "A", 2).await;
    let answer = remind(&bench, &token, &cart, true).await;
    assert_eq!((answer.status, &answer.body["reminder"]), (200, &json!(true)), "{answer:?}");
    (bench, cart)
}

/// What a tick after so many hours tells.
async fn told_after(bench: &Bench<Carts>, hours: i64) -> Vec<Value> {
    bench.world.pass_seconds(hours * HOUR);
    bench.tick().await.unwrap();
    let sent = bench.queues.take();
    assert!(sent.iter().all(|sent| sent.to == Capability::Notifications && sent.kind() == "carts.cart_abandoned.v1"));
    sent.into_iter().map(|sent| sent.envelope.data).collect()
}

fn is_looked_at(bench: &Bench<Carts>) -> bool {
    bench.dynamo.items().iter().any(|item| !item["due"].is_null())
}

#[tokio::test]
async fn a_cart_that_was_left_for_four_hours_is_told_once() {
    let (bench, cart) = reminding().await;
    assert!(told_after(&bench, 3).await.is_empty());
    put(&bench, Some(&verified(&bench, 1)), &cart, "B", 1).await;
    assert!(told_after(&bench, 3).await.is_empty(), "it changed three hours ago");
    let told = told_after(&bench, 1).await;
    let expected = json!([{"sku": "A", "quantity": 2}, {"sku": "B", "quantity": 1}]);
    assert_eq!((told.len(), &told[0]["user_id"], &told[0]["lines"]), (1, &json!(user(1)), &expected));
    assert!(told_after(&bench, 24).await.is_empty() && !is_looked_at(&bench), "it rests");

    // It changes, and a week has not passed.
    put(&bench, Some(&verified(&bench, 1)), &cart, "B", 2).await;
    assert!(is_looked_at(&bench) && told_after(&bench, 5).await.is_empty());
    assert_eq!(told_after(&bench, 7 * 24).await.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_could_not_be_sent_is_sent_by_a_later_tick_once() {
    let (bench, _) = reminding().await;
    bench.queues.break_next(100);
    assert!(told_after(&bench, 4).await.is_empty() && is_looked_at(&bench));
    bench.queues.break_next(0);
    assert_eq!(told_after(&bench, 1).await.len(), 1);
    assert!(told_after(&bench, 1).await.is_empty() && !is_looked_at(&bench));
}

#[tokio::test]
async fn a_cart_whose_customer_did_not_ask_costs_what_it_did_and_is_never_looked_at() {
    let bench = bench();
    let token = verified(&bench, 1);
    let cart = open(&bench, Some(&token)).await;
    bench.dynamo.take_calls();
    put(&bench, Some(&token), &cart, "A", 2).await;
    assert_eq!(bench.dynamo.take_calls().len(), 1);
    assert!(!is_looked_at(&bench) && told_after(&bench, 100).await.is_empty());
    let seen = see(&bench, Some(&verified(&bench, 1)), &cart).await;
    assert_eq!((seen.status, &seen.body["reminder"]), (200, &Value::Null));
}

#[tokio::test]
async fn a_change_of_a_cart_that_is_looked_at_is_one_write_as_well() {
    let (bench, cart) = reminding().await;
    let token = verified(&bench, 1);
    bench.dynamo.take_calls();
    put(&bench, Some(&token), &cart, "B", 2).await;
    remove(&bench, Some(&token), &cart, "B").await;
    assert_eq!(bench.dynamo.take_calls().len(), 2);
}

#[tokio::test]
async fn an_order_stops_it_and_so_does_an_empty_cart_or_its_customer() {
    let (bench, cart) = reminding().await;
    bench.deliver(&[placed(&bench, 1, Some(1), Some(&cart), &[("A", 1)])]).await;
    assert!(
        !is_looked_at(&bench) && told_after(&bench, 100).await.is_empty(),
        "one unit is left, and nobody touched it"
    );
    let token = verified(&bench, 1);
    put(&bench, Some(&token), &cart, "A", 3).await;
    assert!(is_looked_at(&bench));
    remove(&bench, Some(&token), &cart, "A").await;
    assert!(told_after(&bench, 100).await.is_empty());
    let token = verified(&bench, 1);
    put(&bench, Some(&token), &cart, "A", 3).await;
    assert_eq!(remind(&bench, &token, &cart, false).await.status, 200);
    assert!(!is_looked_at(&bench) && told_after(&bench, 100).await.is_empty());
}

#[tokio::test]
async fn a_customer_asks_for_their_own_cart_with_a_verified_address() {
    let (bench, cart) = reminding().await;
    let (unverified, other) = (token(&bench, 1), verified(&bench, 2));
    remind(&bench, &unverified, &cart, false).await;
    let refused = remind(&bench, &unverified, &cart, true).await;
    assert_eq!((refused.status, refused.problem()), (409, "email_unverified"));
    assert_eq!(remind(&bench, &other, &cart, true).await.status, 404);
    let guest = open(&bench, None).await;
    let request = Request::put(&format!("/v1/carts/{guest}/reminder"), json!({"enabled": true}));
    assert_eq!(bench.http(by(request, None, &guest)).await.status, 401);
    assert_eq!(lines(&see(&bench, Some(&unverified), &cart).await), ["A×2"]);
}

#[tokio::test]
async fn the_page_of_the_cart_has_a_button_for_it_and_another_against_it() {
    let bench = bench();
    let mut browser = Browser::signed_in(&verified(&bench, 1));
    browser.add(&bench, "A", "2").await;
    let page = text(&browser.get(&bench, "/cart").await);
    assert!(page.contains("Remind me of this cart") && !is_looked_at(&bench), "{page}");
    for (form, is_on) in [("enabled=yes", true), ("", false)] {
        let answer = browser.post(&bench, "/cart/reminder", form).await;
        assert_eq!((answer.status, answer.header("location")), (303, Some("/cart")), "{answer:?}");
        let page = text(&browser.get(&bench, "/cart").await);
        assert_eq!((page.contains("Stop reminding me"), is_looked_at(&bench)), (is_on, is_on), "{page}");
    }
    // A guest and a customer without a confirmed address have no button.
    for mut browser in [Browser::default(), Browser::signed_in(&crate::harness::token(&bench, 3))] {
        browser.add(&bench, "A", "2").await;
        let page = text(&browser.get(&bench, "/cart").await);
        assert!(!page.contains("Remind me"), "{page}");
    }
}
