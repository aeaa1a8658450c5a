//! The form by which staff refund.

use crate::harness::*;
use crate::staff_pages::{as_staff, path, see, text};
use chassis::testing::Bench;
use chassis::testing::http::{Request, Response};
use events::ids::UserId;
use events::users::{AccessChanged, Role};
use payments::Payments;
use serde_json::json;

/// The key that the form was made with.
async fn key(bench: &Bench<Payments>) -> String {
    let answer = see(bench, &path()).await;
    let (_, rest) = text(&answer).split_once(r#"name="key" value=""#).expect("there is a form");
    rest.split_once('"').unwrap().0.to_owned()
}

fn form(fields: &[(&str, &str)]) -> Request {
    Request::form(&format!("{}/refunds", path()), fields)
}

async fn send(bench: &Bench<Payments>, fields: &[(&str, &str)]) -> Response {
    bench.http(as_staff(bench, form(fields))).await
}

/// Everything but the amount.
fn filled<'a>(key: &'a str, amount: &'a str) -> [(&'a str, &'a str); 5] {
    [("key", key), ("amount", amount), ("reason", "Damaged"), ("exact", "yes"), ("confirm", "yes")]
}

#[tokio::test]
async fn staff_refund_a_part_and_the_page_says_so() {
    let bench = bench();
    captured(&bench).await;
    let answer = send(&bench, &filled(&key(&bench).await, "10,00")).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    let shown = see(&bench, answer.header("location").unwrap()).await;
    assert!(text(&shown).contains("€10.00 is refunded"), "{shown:?}");
    assert_eq!(payment(&bench).await["sums"]["pending"]["amount"], 1_000);
    assert_eq!(kinds(&relay(&bench).await), ["payment_refunded"]);
    assert_eq!(given_back(&bench).await, 1_000);
    let admin = bench.token(UserId::from_bits(98), &[Role::Admin]);
    let audit = bench.http(Request::get("/v1/payments/audit").bearer(&admin)).await.body["items"].clone();
    assert_eq!(audit.as_array().unwrap().len(), 1);
    assert_eq!(
        (&audit[0]["action"], &audit[0]["actor"]),
        (&json!("refundPayment"), &json!(UserId::from_bits(99))),
        "as the API's own"
    );
}

#[tokio::test]
async fn a_form_that_is_sent_twice_refunds_once() {
    let bench = bench();
    captured(&bench).await;
    let key = key(&bench).await;
    let answers = [send(&bench, &filled(&key, "10")).await, send(&bench, &filled(&key, "10.00")).await];
    assert_eq!(answers.each_ref().map(|answer| answer.status), [303, 303]);
    assert_eq!(answers[0].header("location"), answers[1].header("location"));
    let other = send(&bench, &filled(&key, "11")).await;
    assert!(other.status == 409 && text(&other).contains("This form was sent before"), "{other:?}");
    assert!(!text(&other).contains(&key), "the next one has a key of its own");
    relay(&bench).await;
    assert_eq!(given_back(&bench).await, 1_000);
}

#[tokio::test]
async fn the_form_asks_for_all_that_is_left() {
    let bench = bench();
    captured(&bench).await;
    let form = async |language: &str| {
        let request = as_staff(&bench, Request::get(&path())).header("accept-language", language);
        text(&bench.http(request).await).to_owned()
    };
    assert!(form("en").await.contains(r#"value="101.15""#));
    assert!(form("de").await.contains(r#"value="101,15""#));
    let answer = send(&bench, &filled(&key(&bench).await, "101.15")).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    let after = see(&bench, &path()).await;
    assert!(!text(&after).contains("<textarea") && !text(&after).contains(r#"name="amount""#), "nothing is left");
}

#[tokio::test]
async fn what_does_not_fit_is_said_at_its_field_and_nothing_is_written() {
    let bench = bench();
    captured(&bench).await;
    let key = key(&bench).await;
    bench.dynamo.take_calls();
    for amount in ["", "0", "-1", "12.345", "1,234.50", "all", "99999999999999999999"] {
        let answer = send(&bench, &filled(&key, amount)).await;
        let page = text(&answer);
        assert!(answer.status == 422 && page.contains(r#"id="field-amount-error""#), "{amount}: {page}");
        assert!(page.contains(&format!(r#"name="amount" type="text" value="{amount}""#)), "{amount}: {page}");
        assert!(page.contains(r#"value="Damaged""#) && page.contains(&key), "what was typed stays");
    }
    let long = "x".repeat(501);
    for (fields, field) in [
        (vec![("key", key.as_str()), ("amount", "1"), ("reason", " "), ("confirm", "yes")], "reason"),
        (vec![("key", key.as_str()), ("amount", "1"), ("reason", long.as_str()), ("confirm", "yes")], "reason"),
        (vec![("key", key.as_str()), ("amount", "1"), ("reason", "4242 4242 4242 4242"), ("confirm", "yes")], "reason"),
        (vec![("key", key.as_str()), ("amount", "1"), ("reason", "Damaged")], "confirm"),
        (vec![("key", key.as_str()), ("amount", "1"), ("reason", "Damaged"), ("confirm", "no")], "confirm"),
    ] {
        let answer = send(&bench, &fields).await;
        let page = text(&answer);
        assert!(answer.status == 422 && page.contains(&format!(r#"id="field-{field}-error""#)), "{field}: {page}");
        assert!(!page.contains("4242 4242"), "{page}");
    }
    for foreign in ["", "one", "page-", "page-0123456789abcdef0123456789abcdeg"] {
        assert_eq!(send(&bench, &filled(foreign, "1")).await.status, 400, "{foreign}");
    }
    assert!(bench.dynamo.take_calls().iter().all(chassis::testing::dynamo::DynamoCall::is_read));
}

#[tokio::test]
async fn more_than_what_is_left_is_refused_in_words_or_the_rest_is_refunded() {
    let bench = bench();
    captured(&bench).await;
    ask_refund(&bench, "one", 10_000).await;
    let exact = send(&bench, &filled(&key(&bench).await, "2.00")).await;
    assert!(exact.status == 409 && text(&exact).contains("Only €1.15 is left to refund"), "{exact:?}");
    let key = key(&bench).await;
    let rest = [("key", key.as_str()), ("amount", "2.00"), ("reason", "Damaged"), ("confirm", "yes")];
    let answer = send(&bench, &rest).await;
    assert_eq!(answer.status, 303, "{answer:?}");
    let shown = see(&bench, answer.header("location").unwrap()).await;
    assert!(text(&shown).contains("€1.15 of the €2.00 asked for is refunded"), "{shown:?}");
    // Somebody else was faster: the page of before still has a form.
    let late = "page-0123456789abcdef0123456789abcdef";
    let answer = send(&bench, &filled(late, "1")).await;
    assert!(answer.status == 409 && text(&answer).contains("Nothing is left to refund"), "{answer:?}");
}

#[tokio::test]
async fn nobody_refunds_by_a_page_who_may_not_by_the_api() {
    let bench = bench();
    captured(&bench).await;
    let key = key(&bench).await;
    let fields = filled(&key, "10");
    let owner = bench.token(customer(), &[Role::Customer]);
    let forged = form(&fields).header("cookie", &format!("__Host-souk_access={owner}"));
    assert_eq!(bench.http(forged).await.status, 403);
    assert_eq!(bench.http(form(&fields)).await.status, 303, "a guest signs in first");
    let foreign = as_staff(&bench, form(&fields).header("sec-fetch-site", "cross-site"));
    assert_eq!(bench.http(foreign).await.status, 403);
    let staff = UserId::from_bits(99);
    bench.receive(&staff.to_string(), 2, &AccessChanged { user_id: staff, user_version: 2 }).await;
    let answer = send(&bench, &fields).await;
    let renewal = "/account/session?ended=1&then=";
    assert!(answer.status == 307 && answer.header("location").unwrap().starts_with(renewal), "{answer:?}");
    assert_eq!(payment(&bench).await["refunds"], json!([]));
}
