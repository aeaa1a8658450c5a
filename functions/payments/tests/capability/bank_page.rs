//! The page of the sandbox's bank, as customers see it.

use crate::harness::*;
use chassis::World;
use chassis::testing::Bench;
use chassis::testing::http::{Request, Response};
use events::ids::PaymentId;
use payments::domain::Outcome;
use payments::providers::sandbox::Sandbox;
use payments::providers::{GatewayFuture, Instruction, PaymentGateway, Provider};
use payments::{Config, Payments};
use serde_json::{Value, json};
use std::sync::Arc;

fn path() -> String {
    format!("/payments/{}/challenge", pay())
}

async fn see(bench: &Bench<Payments>, target: &str) -> Response {
    bench.http(Request::get(target)).await
}

/// A form, from nowhere in particular.
fn form_of(target: &str, form: &str) -> Request {
    Request::new("POST", target).body(form).header("content-type", "application/x-www-form-urlencoded")
}

async fn send(bench: &Bench<Payments>, form: &str) -> Response {
    bench.http(form_of(&path(), form).header("sec-fetch-site", "same-origin")).await
}

fn text(answer: &Response) -> &str {
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{answer:?}");
    answer.body.as_str().unwrap()
}

fn is_a_question(page: &str) -> bool {
    page.contains(r#"value="succeed""#) && page.contains(r#"value="fail""#)
}

fn link_back() -> String {
    format!(r#"href="/orders/{}""#, order())
}

async fn waiting() -> Bench<Payments> {
    let bench = bench();
    say(&bench, 1, &authorize(1, "pm_card_requires_action")).await;
    bench
}

#[tokio::test]
async fn the_bank_shows_the_amount_and_says_that_no_money_moves() {
    let bench = waiting().await;
    let url = payment(&bench).await["action_url"].as_str().unwrap().to_owned();
    let answer = see(&bench, url.strip_prefix("https://api.example.com").unwrap()).await;
    let page = text(&answer);
    assert_eq!((answer.status, answer.header("cache-control")), (200, Some("no-store")));
    assert!(page.contains("Sandbox bank – no money moves") && page.contains("101"), "{page}");
    assert!(
        is_a_question(page) && page.contains(r#"name="attempt" value="1""#) && page.contains(&link_back()),
        "{page}"
    );
    assert_eq!(page.matches("<h1").count(), 1);
    let german = bench.http(Request::get(&path()).header("accept-language", "de")).await;
    assert!(text(&german).contains("es fließt kein Geld") && text(&german).contains("Bestätigen"), "{german:?}");
}

#[tokio::test]
async fn the_page_takes_one_read() {
    let bench = waiting().await;
    bench.dynamo.take_calls();
    see(&bench, &path()).await;
    let calls = bench.dynamo.take_calls();
    assert_eq!(calls.iter().map(|call| call.operation.as_str()).collect::<Vec<_>>(), ["GetItem"]);
}

#[tokio::test]
async fn the_customer_confirms_and_is_sent_back_to_the_order() {
    let bench = waiting().await;
    for _ in 0..2 {
        let answer = send(&bench, "result=succeed&attempt=1").await;
        let order = format!("/orders/{}", order());
        assert_eq!((answer.status, answer.header("location")), (303, Some(order.as_str())), "as often as it is sent");
    }
    assert_eq!(kinds(&relay(&bench).await), ["payment_authorized"]);
    let page = see(&bench, &format!("{}?attempt=1", path())).await;
    assert!(
        text(&page).contains("This payment is confirmed already.") && text(&page).contains(&link_back()),
        "{page:?}"
    );
    assert!(!is_a_question(text(&page)) && page.status == 200);
    let contrary = send(&bench, "result=fail&attempt=1").await;
    assert!(contrary.status == 409 && text(&contrary).contains("This payment is confirmed already."), "{contrary:?}");
    assert_eq!(status(&bench).await, "authorized");
}

#[tokio::test]
async fn the_customer_refuses_and_another_attempt_has_a_page_of_its_own() {
    let bench = waiting().await;
    assert_eq!(send(&bench, "result=fail&attempt=1").await.status, 303);
    assert_eq!(kinds(&relay(&bench).await), ["payment_declined"]);
    assert!(text(&see(&bench, &path()).await).contains("This payment was refused."));
    say(&bench, 2, &authorize(2, "pm_card_requires_action")).await;
    let old = see(&bench, &format!("{}?attempt=1", path())).await;
    assert!(text(&old).contains("This payment was refused.") && !is_a_question(text(&old)));
    let url = payment(&bench).await["action_url"].as_str().unwrap().to_owned();
    assert!(url.ends_with("?attempt=2"), "{url}");
    assert!(is_a_question(text(&see(&bench, &format!("{}?attempt=2", path())).await)));
    assert_eq!(send(&bench, "result=succeed&attempt=1").await.status, 409);
    assert_eq!(send(&bench, "result=succeed&attempt=2").await.status, 303);
    assert_eq!(status(&bench).await, "authorized");
}

#[tokio::test]
async fn a_page_that_was_left_open_counts_no_more_once_another_card_was_tried() {
    let bench = waiting().await;
    say(&bench, 2, &authorize(2, "pm_card_visa")).await;
    let page = see(&bench, &format!("{}?attempt=1", path())).await;
    assert!(text(&page).contains("does not wait for an answer") && text(&page).contains(&link_back()), "{page:?}");
    let late = send(&bench, "result=succeed&attempt=1").await;
    assert!(late.status == 409 && text(&late).contains("does not wait for an answer"), "{late:?}");
    assert_eq!(status(&bench).await, "authorized");
}

#[tokio::test]
async fn a_payment_that_was_called_off_or_never_challenged_does_not_wait() {
    let bench = waiting().await;
    say(&bench, 2, &void()).await;
    assert!(text(&see(&bench, &path()).await).contains("does not wait for an answer"));
    assert_eq!(send(&bench, "result=succeed").await.status, 409);
    assert_eq!(status(&bench).await, "voided");
    let plain = self::bench();
    authorized(&plain).await;
    assert!(text(&see(&plain, &path()).await).contains("does not wait for an answer"));
    assert_eq!(send(&plain, "result=fail").await.status, 409);
}

#[tokio::test]
async fn an_unknown_payment_is_said_to_be_unknown() {
    let bench = bench();
    let unknown = PaymentId::from_bits(4);
    let target = format!("/payments/{unknown}/challenge");
    let sent = form_of(&target, "result=succeed").header("sec-fetch-site", "same-origin");
    for answer in [see(&bench, &target).await, bench.http(sent).await] {
        assert_eq!(answer.status, 404);
        assert!(text(&answer).contains("This bank does not know the payment."), "{answer:?}");
        assert!(text(&answer).contains(&format!(r#"href="/orders/{}""#, unknown.order())));
    }
    assert_eq!(see(&bench, "/payments/order_1/challenge").await.status, 404);
    assert!(bench.dynamo.items().is_empty());
}

#[tokio::test]
async fn nonsense_is_refused_and_changes_nothing() {
    let bench = waiting().await;
    let before = bench.dynamo.items();
    for form in ["", "result=maybe", "result=%3Cscript%3E%22%27%26&attempt=1", "attempt=1"] {
        let answer = send(&bench, form).await;
        assert_eq!(answer.status, 422, "{form}");
        let page = text(&answer);
        assert!(page.contains("Choose one of the two answers.") && is_a_question(page) && !page.contains("<script>"));
    }
    for attempt in ["0", "7", "-1", "99999999999", "%3Cscript%3E"] {
        let answer = send(&bench, &format!("result=succeed&attempt={attempt}")).await;
        assert_eq!(answer.status, 409, "{attempt}");
        assert!(!text(&answer).contains("<script>"));
    }
    for attempt in ["0", "-1", "256", "x"] {
        let answer = see(&bench, &format!("{}?attempt={attempt}", path())).await;
        assert_eq!(answer.status, 400, "{attempt}");
        text(&answer);
    }
    assert_eq!(bench.dynamo.items(), before);
}

#[tokio::test]
async fn a_form_of_another_site_confirms_nothing() {
    let bench = waiting().await;
    let before = bench.dynamo.items();
    let form = || form_of(&path(), "result=succeed&attempt=1");
    for request in
        [form(), form().header("sec-fetch-site", "cross-site"), form().header("origin", "https://evil.example")]
    {
        let refused = bench.http(request).await;
        assert_eq!(refused.status, 403);
        text(&refused);
    }
    assert_eq!(bench.dynamo.items(), before);
}

#[tokio::test]
async fn whoever_has_the_link_is_asked_as_the_api_asks_them() {
    let bench = waiting().await;
    let (customer, stranger) = (bench.token(customer(), &[]), bench.staff());
    for token in [customer, stranger] {
        let request = Request::get(&path()).header("cookie", &format!("__Host-souk_access={token}"));
        assert!(is_a_question(text(&bench.http(request).await)));
    }
    bench.world.pass_seconds(1_000);
    let expired = bench.token(self::customer(), &[]);
    bench.world.pass_seconds(1_000);
    let request = Request::get(&path()).header("cookie", &format!("__Host-souk_access={expired}"));
    let answer = bench.http(request).await;
    assert!(answer.status == 303 && answer.header("location").unwrap().starts_with("/account/session?then="));
}

/// A gateway that takes real money.
#[derive(Debug)]
struct RealMoney(Sandbox);

impl PaymentGateway for RealMoney {
    fn remembers_keys_seconds(&self) -> i64 {
        i64::MAX
    }

    fn perform<'a>(&'a self, instruction: &'a Instruction<'a>, world: &'a World) -> GatewayFuture<'a, Outcome> {
        Box::pin(async move { Ok(self.0.perform(instruction, world).await) })
    }

    fn look_up<'a>(&'a self, instruction: &'a Instruction<'a>) -> GatewayFuture<'a, Option<Outcome>> {
        Box::pin(async move { Ok(Some(self.0.look_up(instruction))) })
    }
}

#[tokio::test]
async fn there_is_no_such_page_where_real_money_moves() {
    let bench = Bench::new(|parts| {
        let gateway = RealMoney(Sandbox::new("https://api.example.com"));
        let config = Config { provider: Provider::Gateway(Arc::new(gateway)), ..config() };
        Payments::new(parts.table.clone(), parts.wiring.clone(), config)
    });
    say(&bench, 1, &authorize(1, "pm_card_requires_action")).await;
    for answer in [see(&bench, &path()).await, send(&bench, "result=succeed").await] {
        assert_eq!(answer.status, 404);
        assert!(!text(&answer).contains("Sandbox"), "{answer:?}");
    }
    assert_eq!(status(&bench).await, "requires_action");
}

#[tokio::test]
async fn a_shop_without_pages_has_no_bank_page_and_programs_answer_as_before() {
    let bench = bench_with_pages(false);
    say(&bench, 1, &authorize(1, "pm_card_requires_action")).await;
    let answer = see(&bench, &path()).await;
    assert_eq!((answer.status, answer.problem()), (404, "not_found"));
    let api = format!("/v1/sandbox/payments/{}/challenge", pay());
    let answer = bench.http(Request::post(&api, json!({"result": "succeed", "attempt": 1}))).await;
    assert_eq!((answer.status, &answer.body["status"]), (200, &Value::from("authorized")));
}
