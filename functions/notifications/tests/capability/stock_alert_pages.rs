//! The pages on which somebody asks to be told when a SKU is back, confirms it, and ends it.

use crate::harness::bench;
use crate::stock_alerts::{ada, known, sent, token_in};
use chassis::testing::{Bench, Request, Response};
use events::ids::UserId;
use events::users::Role;
use notifications::Notifications;
use notifications::domain::Kind;
use notifications::domain::unsubscription::Subject;

const ASK: &str = "/stock-alerts?sku=TEA";

fn with(request: Request, token: &str) -> Request {
    request.header("cookie", &format!("__Host-souk_access={token}"))
}

fn text(answer: &Response) -> &str {
    answer.body.as_str().unwrap_or_default()
}

async fn page(bench: &Bench<Notifications>, token: Option<&str>, target: &str) -> String {
    let answer = bench.http(token.into_iter().fold(Request::get(target), with)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    text(&answer).to_owned()
}

#[tokio::test]
async fn a_customer_presses_one_button_sees_what_they_wait_for_and_ends_it() {
    let (bench, _) = known().await;
    let token = ada(&bench);
    let shown = page(&bench, Some(&token), ASK).await;
    assert!(shown.contains("Tell me when it is back") && !shown.contains("name=\"email\""), "{shown}");
    let answer = bench.http(with(Request::form("/stock-alerts", &[("sku", "TEA")]), &token)).await;
    assert_eq!((answer.status, answer.header("location")), (303, Some("/stock-alerts?sku=TEA&done=waiting")));
    let done = page(&bench, Some(&token), "/stock-alerts?sku=TEA&done=waiting").await;
    assert!(done.contains("as soon as it is back") && done.contains("href=\"/account/notifications\""), "{done}");

    let own = page(&bench, Some(&token), "/account/notifications").await;
    let (_, rest) = own.split_once("name=\"id\" value=\"").unwrap();
    let id = rest.split('"').next().unwrap();
    assert!(own.contains("href=\"/products/TEA\""), "{own}");
    let answer = bench.http(with(Request::form("/account/notifications", &[("id", id)]), &token)).await;
    assert_eq!((answer.status, answer.header("location")), (303, Some("/account/notifications?ended=yes")));
    let none = page(&bench, Some(&token), "/account/notifications?ended=yes").await;
    assert!(none.contains("You wait for nothing"), "{none}");
}

#[tokio::test]
async fn a_guest_types_an_address_and_the_link_in_the_mail_opens_a_page_with_a_button() {
    let (bench, mail_service) = bench();
    let shown = page(&bench, None, ASK).await;
    assert!(shown.contains("name=\"email\""), "{shown}");
    let refused = bench.http(Request::form("/stock-alerts", &[("sku", "TEA"), ("email", "grace")])).await;
    assert!(refused.status == 422 && text(&refused).contains("value=\"grace\""), "{refused:?}");
    let answer = bench.http(Request::form("/stock-alerts", &[("sku", "TEA"), ("email", "grace@example.com")])).await;
    assert_eq!((answer.status, answer.header("location")), (303, Some("/stock-alerts?sku=TEA&done=asked")));
    let link = format!("/stock-alerts/{}", token_in(&mail_service));
    let items = bench.dynamo.items();
    let opened = page(&bench, None, &link).await;
    assert!(opened.contains("grace@example.com") && opened.contains("Yes, tell me"), "{opened}");
    assert_eq!(bench.dynamo.items(), items, "a scanner of mail opens links, too");
    let answer = bench.http(Request::form(&link, &[])).await;
    assert_eq!((answer.status, answer.header("location")), (303, Some("/stock-alerts?sku=TEA&done=confirmed")));
    assert_ne!(bench.dynamo.items(), items);
    bench.world.pass_seconds(24 * 60 * 60);
    let dead = bench.http(Request::get(&link)).await;
    assert!(dead.status == 404 && text(&dead).contains("its day is over"), "{dead:?}");
}

#[tokio::test]
async fn who_has_no_confirmed_address_is_told_so_and_no_such_page_is_of_a_text_that_is_no_sku() {
    let (bench, mail_service) = known().await;
    let token = bench.token(UserId::from_bits(1), &[Role::Customer]);
    let shown = page(&bench, Some(&token), ASK).await;
    assert!(shown.contains("Confirm your email address first") && !shown.contains("data-once"), "{shown}");
    let refused = bench.http(with(Request::form("/stock-alerts", &[("sku", "TEA")]), &token)).await;
    assert!(refused.status == 409 && text(&refused).contains("Confirm your email address first"), "{refused:?}");
    assert_eq!(bench.http(Request::get("/stock-alerts?sku=%20")).await.status, 404);
    assert!(sent(&mail_service).is_empty());
}

#[tokio::test]
async fn a_customer_who_refused_such_emails_sees_it_and_has_them_sent_again() {
    let (bench, _) = known().await;
    let token = ada(&bench);
    let subject = Subject::user(UserId::from_bits(1));
    let refusal = bench.function.service().unsubscribe_token(subject, Kind::CartAbandoned).await.unwrap();
    assert_eq!(bench.http(Request::new("POST", &format!("/v1/unsubscriptions/{refusal}"))).await.status, 200);
    let shown = page(&bench, Some(&token), "/account/notifications").await;
    assert!(shown.contains("no more emails of this kind: Reminder of the cart"), "{shown}");
    let answer = bench.http(with(Request::form("/account/notifications", &[("kind", "cart_abandoned")]), &token)).await;
    assert_eq!((answer.status, answer.header("location")), (303, Some("/account/notifications")));
    let shown = page(&bench, Some(&token), "/account/notifications").await;
    assert!(!shown.contains("no more emails of this kind"), "{shown}");
    let odd = bench.http(with(Request::form("/account/notifications", &[("id", "x")]), &token)).await;
    assert_eq!(odd.status, 404);
}
