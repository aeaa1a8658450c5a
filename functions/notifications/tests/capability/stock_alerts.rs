//! Who waits for a SKU, and who is told when it is back.

use crate::harness::{ADDRESS, MailService, bench, bench_of, registered};
use chassis::testing::signing::verified_access_token;
use chassis::testing::{Bench, Request, Response};
use events::carts::{AbandonedLine, CartAbandoned};
use events::ids::{CartId, UserId};
use events::inventory::BackInStock;
use events::users::Role;
use events::{Capability, Envelope};
use notifications::Notifications;
use notifications::domain::{Branding, Kind};
use serde_json::{Value, json};

const DAY: i64 = 24 * 60 * 60;
const GRACE: &str = "grace@example.com";

pub fn ada(bench: &Bench<Notifications>) -> String {
    verified_access_token(UserId::from_bits(1), bench.world.now())
}

/// A bench whose user 1 has an address, and nothing sent.
pub async fn known() -> (Bench<Notifications>, MailService) {
    let (bench, mail_service) = bench();
    bench.receive("user_00000000000000000000000001", 1, &registered()).await;
    mail_service.take();
    (bench, mail_service)
}

async fn wait(bench: &Bench<Notifications>, token: Option<&str>, body: Value) -> Response {
    let request = Request::post("/v1/stock-alerts", body).from_address("192.0.2.7");
    bench.http(token.into_iter().fold(request, Request::bearer)).await
}

async fn own(bench: &Bench<Notifications>, token: &str) -> Vec<Value> {
    let answer = bench.http(Request::get("/v1/stock-alerts").bearer(token)).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body["items"].as_array().unwrap().clone()
}

pub fn back(bench: &Bench<Notifications>, sku: &str, seq: u64) -> Envelope<Value> {
    bench.envelope(sku, seq, &BackInStock { sku: sku.parse().unwrap(), available: 3, seq })
}

/// Delivers a message, and what follows from it to itself, until nothing does.
pub async fn settle(bench: &Bench<Notifications>, message: Envelope<Value>) {
    let mut waiting = vec![message];
    while !waiting.is_empty() {
        assert!(bench.deliver(&waiting).await.is_empty());
        let sent = bench.queues.take();
        assert!(sent.iter().all(|sent| sent.to == Capability::Notifications), "{sent:?}");
        waiting = sent.into_iter().map(|sent| sent.envelope).collect();
    }
}

/// Whom the emails since the last call went to, and their subjects.
pub fn sent(mail_service: &MailService) -> Vec<(String, String)> {
    let to = |email: &Value| email["Destination"]["ToAddresses"][0].as_str().unwrap().to_owned();
    let subject = |email: &Value| email["Content"]["Simple"]["Subject"]["Data"].as_str().unwrap().to_owned();
    mail_service.take().iter().map(|email| (to(email), subject(email))).collect()
}

/// The token in the link of the only email.
pub fn token_in(mail_service: &MailService) -> String {
    let emails = mail_service.take();
    let text = emails[0]["Content"]["Simple"]["Body"]["Text"]["Data"].as_str().unwrap();
    let (_, link) = text.split_once("https://shop.example/stock-alerts/").unwrap();
    link.chars().take(43).collect()
}

async fn confirm(bench: &Bench<Notifications>, token: &str) -> Response {
    bench.http(Request::new("PUT", &format!("/v1/stock-alert-confirmations/{token}"))).await
}

#[tokio::test]
async fn a_user_waits_at_once_and_is_told_once_however_often_it_is_back() {
    let (bench, mail_service) = known().await;
    let token = ada(&bench);
    let first = wait(&bench, Some(&token), json!({"sku": "TEA"})).await;
    assert_eq!((first.status, &first.body["sku"]), (202, &json!("TEA")), "{first:?}");
    let again = wait(&bench, Some(&token), json!({"sku": "TEA"})).await;
    assert_eq!(again.body["id"], first.body["id"], "a repeat finds it");
    assert_eq!(own(&bench, &token).await.len(), 1);
    assert!(mail_service.take().is_empty());

    settle(&bench, back(&bench, "POT", 4)).await;
    assert!(sent(&mail_service).is_empty(), "nobody waits for it");
    // Twice, and once more after it was sold out.
    for message in [back(&bench, "TEA", 4), back(&bench, "TEA", 4), back(&bench, "TEA", 9)] {
        settle(&bench, message).await;
    }
    assert_eq!(sent(&mail_service), [(ADDRESS.to_owned(), "TEA is back".to_owned())]);
    assert!(own(&bench, &token).await.is_empty(), "it has ended");

    // Who asks again is told again.
    wait(&bench, Some(&token), json!({"sku": "TEA"})).await;
    settle(&bench, back(&bench, "TEA", 12)).await;
    assert_eq!(sent(&mail_service).len(), 1);
}

#[tokio::test]
async fn who_waits_and_whose_address_is_lost_is_told_once_it_is_known_again() {
    let (bench, mail_service) = known().await;
    wait(&bench, Some(&ada(&bench)), json!({"sku": "TEA"})).await;
    let contact = format!("contact#{}", UserId::from_bits(1));
    bench.dynamo.remove(&contact, "contact");
    assert!(bench.deliver(&[back(&bench, "TEA", 4)]).await.is_empty());
    let due = bench.queues.take().remove(0).envelope;
    bench.world.pass_seconds(60);
    assert_eq!(bench.deliver(std::slice::from_ref(&due)).await, [0], "it waits");
    let asked = bench.queues.take();
    assert_eq!(
        (asked.len(), asked[0].to, asked[0].kind()),
        (1, Capability::Users, "notifications.contact_requested.v1")
    );
    bench.receive("user_00000000000000000000000001", 1, &registered()).await;
    mail_service.take();
    assert!(bench.deliver(&[due]).await.is_empty());
    assert_eq!(sent(&mail_service), [(ADDRESS.to_owned(), "TEA is back".to_owned())]);
}

#[tokio::test]
async fn the_email_goes_to_the_address_that_is_known_then_and_can_be_refused_by_one_click() {
    let (bench, mail_service) = known().await;
    let token = ada(&bench);
    wait(&bench, Some(&token), json!({"sku": "TEA"})).await;
    settle(&bench, back(&bench, "TEA", 4)).await;
    let email = mail_service.take().remove(0);
    let headers = email["Content"]["Simple"]["Headers"].as_array().unwrap().clone();
    let header = |name: &str| headers.iter().find(|header| header["Name"] == name).unwrap()["Value"].clone();
    let link = header("List-Unsubscribe").as_str().unwrap().trim_matches(['<', '>']).to_owned();
    let path = link.strip_prefix("https://shop.example").unwrap().to_owned();
    assert_eq!(bench.http(Request::new("POST", &path)).await.status, 200);
    let text = email["Content"]["Simple"]["Body"]["Text"]["Data"].as_str().unwrap();
    assert!(text.contains("https://shop.example/products/TEA"), "{text}");

    // Whoever asks once more wants it again.
    wait(&bench, Some(&token), json!({"sku": "TEA"})).await;
    settle(&bench, back(&bench, "TEA", 6)).await;
    assert_eq!(sent(&mail_service).len(), 1);
    wait(&bench, Some(&token), json!({"sku": "TEA"})).await;
    assert_eq!(bench.http(Request::new("POST", &path)).await.status, 200);
    settle(&bench, back(&bench, "TEA", 8)).await;
    assert!(sent(&mail_service).is_empty());
}

#[tokio::test]
async fn a_guest_is_told_once_the_mailbox_has_confirmed_it_and_not_before() {
    let (bench, mail_service) = bench();
    let asked = wait(&bench, None, json!({"sku": "TEA", "email": GRACE, "language": "de"})).await;
    assert_eq!((asked.status, asked.body), (202, json!({"sku": "TEA"})));
    let token = token_in(&mail_service);
    assert!(!serde_json::to_string(&bench.dynamo.items()).unwrap().contains(&token), "a hash is kept");
    settle(&bench, back(&bench, "TEA", 2)).await;
    assert!(sent(&mail_service).is_empty(), "nobody has confirmed it");

    for _ in 0..2 {
        assert_eq!(confirm(&bench, &token).await.status, 204);
    }
    settle(&bench, back(&bench, "TEA", 4)).await;
    settle(&bench, back(&bench, "TEA", 6)).await;
    assert_eq!(sent(&mail_service), [(GRACE.to_owned(), "TEA ist wieder da".to_owned())]);
    // The link was used: it brings no second one.
    assert_eq!(confirm(&bench, &token).await.status, 204);
    settle(&bench, back(&bench, "TEA", 8)).await;
    assert!(sent(&mail_service).is_empty());
    assert!(bench.dynamo.items().iter().all(|item| !item["pk"]["S"].as_str().unwrap().starts_with("waiting#")));
}

#[tokio::test]
async fn what_no_mailbox_confirms_in_a_day_has_ended() {
    let (bench, mail_service) = bench();
    wait(&bench, None, json!({"sku": "TEA", "email": GRACE})).await;
    let token = token_in(&mail_service);
    bench.world.pass_seconds(DAY);
    for dead in [token.as_str(), "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "short"] {
        let answer = confirm(&bench, dead).await;
        assert_eq!((answer.status, answer.problem()), (404, "invalid_token"));
    }
    settle(&bench, back(&bench, "TEA", 2)).await;
    assert!(sent(&mail_service).is_empty());
}

#[tokio::test]
async fn the_answer_to_a_guest_is_the_same_whatever_is_known_and_a_mailbox_is_asked_five_times_an_hour() {
    let (bench, mail_service) = known().await;
    let ask = async |email: &str, from: &str| {
        let body = json!({"sku": "TEA", "email": email});
        let answer = bench.http(Request::post("/v1/stock-alerts", body).from_address(from)).await;
        (answer.status, answer.body)
    };
    let expected = (202, json!({"sku": "TEA"}));
    for number in 0..7 {
        // Any spelling of one mailbox counts as that.
        let email = format!("grace+{number}@example.com");
        assert_eq!(ask(&email, &format!("192.0.2.{number}")).await, expected);
    }
    assert_eq!(sent(&mail_service).len(), 5);
    assert_eq!(ask(ADDRESS, "192.0.2.99").await, expected);
    mail_service.refuse_next(1, 400, "MessageRejected");
    assert_eq!(ask("nobody@example.com", "192.0.2.99").await, expected);
    bench.world.pass_seconds(60 * 60);
    assert_eq!(ask(GRACE, "192.0.2.1").await, expected);
    assert_eq!(sent(&mail_service).len(), 2);
}

#[tokio::test]
async fn a_network_asks_twenty_times_in_a_quarter_of_an_hour() {
    let (bench, _) = bench();
    for number in 0..20 {
        let body = json!({"sku": "TEA", "email": format!("guest{number}@example.com")});
        assert_eq!(wait(&bench, None, body).await.status, 202);
    }
    let refused = wait(&bench, None, json!({"sku": "TEA", "email": GRACE})).await;
    assert_eq!((refused.status, refused.problem()), (429, "too_many_requests"));
    assert!(refused.header("retry-after").is_some());
    bench.world.pass_seconds(15 * 60);
    assert_eq!(wait(&bench, None, json!({"sku": "TEA", "email": GRACE})).await.status, 202);
}

#[tokio::test]
async fn a_request_is_refused_without_a_verified_address_beyond_twenty_and_where_the_shop_does_without() {
    let (bench, _) = known().await;
    let (unverified, ada) = (bench.token(UserId::from_bits(1), &[Role::Customer]), ada(&bench));
    for (token, body, status, problem) in [
        (Some(&unverified), json!({"sku": "TEA"}), 409, "email_unverified"),
        (Some(&ada), json!({"sku": "TEA", "email": GRACE}), 422, "invalid_field"),
        (None, json!({"sku": "TEA"}), 422, "invalid_field"),
        (None, json!({"sku": "TEA", "email": "nobody"}), 422, "invalid_field"),
    ] {
        let refused = wait(&bench, token.map(String::as_str), body).await;
        assert_eq!((refused.status, refused.problem()), (status, problem), "{refused:?}");
    }
    for number in 0..20 {
        assert_eq!(wait(&bench, Some(&ada), json!({"sku": format!("TEA-{number}")})).await.status, 202);
    }
    let refused = wait(&bench, Some(&ada), json!({"sku": "POT"})).await;
    assert_eq!((refused.status, refused.problem()), (409, "too_many_alerts"));

    let (without, mail_service) = bench_of(&Branding { off: "back_in_stock".parse().unwrap(), ..Branding::default() });
    let refused = wait(&without, None, json!({"sku": "TEA", "email": GRACE})).await;
    assert_eq!((refused.status, refused.problem()), (409, "stock_alerts_off"));
    assert!(mail_service.take().is_empty() && without.dynamo.items().is_empty());
}

#[tokio::test]
async fn an_alert_ends_by_its_owner_alone_and_after_half_a_year_by_itself() {
    let (bench, mail_service) = known().await;
    let token = ada(&bench);
    let id = |answer: &Response| answer.body["id"].as_str().unwrap().to_owned();
    let tea = id(&wait(&bench, Some(&token), json!({"sku": "TEA"})).await);
    let end = async |token: &str| {
        bench.http(Request::new("DELETE", &format!("/v1/stock-alerts/{tea}")).bearer(token)).await.status
    };
    let other = verified_access_token(UserId::from_bits(2), bench.world.now());
    assert_eq!(end(&other).await, 204);
    assert_eq!(own(&bench, &token).await.len(), 1, "nobody else's to end");
    assert_eq!((end(&token).await, end(&token).await), (204, 204));
    assert!(own(&bench, &token).await.is_empty());
    settle(&bench, back(&bench, "TEA", 4)).await;

    wait(&bench, Some(&token), json!({"sku": "TEA"})).await;
    bench.world.pass_seconds(180 * DAY);
    assert!(own(&bench, &ada(&bench)).await.is_empty());
    settle(&bench, back(&bench, "TEA", 6)).await;
    assert!(sent(&mail_service).is_empty());
}

#[tokio::test]
async fn many_who_wait_are_told_by_a_message_each_and_a_message_tells_fifty() {
    let (bench, mail_service) = bench();
    for number in 1..=60_u32 {
        let user = UserId::from_bits(u128::from(number));
        let contact = events::Contact { email: format!("u{number}@example.com").parse().unwrap(), name: None };
        let known = events::users::ContactChanged { user_id: user, user_version: 2, contact, language: None };
        bench.receive(&user.to_string(), 2, &known).await;
        let token = verified_access_token(user, bench.world.now());
        assert_eq!(wait(&bench, Some(&token), json!({"sku": "TEA"})).await.status, 202);
    }
    assert!(bench.deliver(&[back(&bench, "TEA", 4)]).await.is_empty());
    let first = bench.queues.take();
    let more: Vec<_> = first.iter().filter(|sent| sent.kind() == "notifications.stock_alerts_due.v1").collect();
    assert_eq!((first.len(), more.len()), (51, 1));
    for message in first {
        settle(&bench, message.envelope).await;
    }
    let mut addresses: Vec<_> = sent(&mail_service).into_iter().map(|(to, _)| to).collect();
    addresses.sort();
    addresses.dedup();
    assert_eq!(addresses.len(), 60);
}

#[tokio::test]
async fn a_mail_that_the_service_does_not_take_now_comes_again_and_the_alert_waits_for_it() {
    let (bench, mail_service) = known().await;
    let token = ada(&bench);
    wait(&bench, Some(&token), json!({"sku": "TEA"})).await;
    assert!(bench.deliver(&[back(&bench, "TEA", 4)]).await.is_empty());
    let due = bench.queues.take().remove(0).envelope;
    mail_service.refuse_next(1, 400, "SendingPausedException");
    assert_eq!(bench.deliver(std::slice::from_ref(&due)).await, [0]);
    assert_eq!(own(&bench, &token).await.len(), 1);
    assert!(bench.deliver(&[due]).await.is_empty());
    assert_eq!((sent(&mail_service).len(), own(&bench, &token).await.len()), (1, 0));
}

#[tokio::test]
async fn of_a_user_who_is_forgotten_no_alert_is_left() {
    let (bench, mail_service) = known().await;
    let token = ada(&bench);
    for sku in ["TEA", "POT"] {
        wait(&bench, Some(&token), json!({"sku": sku})).await;
    }
    let context = chassis::Context::sweep(bench.world.now());
    bench.function.service().forget_stock_alerts(&UserId::from_bits(1).to_string(), &context).await.unwrap();
    settle(&bench, back(&bench, "TEA", 4)).await;
    assert!(sent(&mail_service).is_empty());
    let left = bench.dynamo.items();
    let of_alerts = |item: &&Value| {
        ["alerts#", "waiting#"].iter().any(|start| item["pk"]["S"].as_str().unwrap().starts_with(start))
    };
    assert_eq!(left.iter().filter(of_alerts).count(), 0, "{left:?}");
}

#[tokio::test]
async fn the_customer_of_a_cart_that_was_left_is_told_of_its_lines_once() {
    let (bench, mail_service) = known().await;
    let line = |sku: &str, quantity| AbandonedLine { sku: sku.parse().unwrap(), title: None, quantity };
    let (user_id, cart_id) = (UserId::from_bits(1), CartId::from_bits(1));
    let lines = vec![line("TEA", 2), line("POT", 1)];
    let message = bench.envelope(&user_id.to_string(), 7, &CartAbandoned { user_id, cart_id, lines, seq: 7 });
    for _ in 0..2 {
        assert!(bench.deliver(std::slice::from_ref(&message)).await.is_empty());
    }
    let emails = mail_service.take();
    assert_eq!(emails.len(), 1);
    let text = emails[0]["Content"]["Simple"]["Body"]["Text"]["Data"].as_str().unwrap();
    for wanted in ["TEA", "POT", "https://shop.example/cart"] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    assert!(!Kind::CartAbandoned.is_transactional() && text.contains("https://shop.example/unsubscribe/"), "{text}");
}
