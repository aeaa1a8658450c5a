//! Placing orders: the quote is the idempotency key.

use crate::harness::Harness;
use chassis::digest;
use chassis::testing::Request;
use chassis::testing::signing::signer;
use events::ids::UserId;
use events::quotes::{QUOTE_TYP, QuoteClaims, SHIPPING_QUOTE_TYP};
use events::users::Role;
use serde_json::{Value, json};

async fn refused(harness: &Harness, body: &Value) -> (u16, String) {
    let answer = harness.post(body).await;
    assert!(harness.bench.dynamo.items().is_empty(), "a refused order left something behind");
    (answer.status, answer.problem().to_owned())
}

fn sign(quote: &QuoteClaims) -> Value {
    json!(signer("catalog").sign(QUOTE_TYP, quote).unwrap())
}

#[tokio::test]
async fn the_same_request_again_finds_the_same_order() {
    let harness = Harness::new();
    let body = harness.body(&harness.quote(1));
    let first = harness.post(&body).await;
    let again = harness.post(&body).await;
    assert_eq!((first.status, again.status), (202, 202));
    assert_eq!(first.body, again.body);
    harness.bench.relay().await.unwrap();
    assert_eq!(harness.bench.queues.take().len(), 4, "only one order is published");
    assert_eq!(harness.items("order").len(), 1);
}

#[tokio::test]
async fn requests_at_once_make_one_order() {
    let harness = Harness::new();
    let body = harness.body(&harness.quote(1));
    let (a, b, c) = tokio::join!(harness.post(&body), harness.post(&body), harness.post(&body));
    assert_eq!([a.status, b.status, c.status], [202; 3]);
    assert_eq!((&a.body, &a.body), (&b.body, &c.body));
    assert_eq!(harness.items("order").len(), 1);
}

#[tokio::test]
async fn the_same_quote_with_another_body_names_the_order_it_became() {
    let harness = Harness::new();
    let quote = harness.quote(1);
    harness.post(&harness.body(&quote)).await;
    let mut other = harness.body(&quote);
    other["payment_method"] = json!("pm_card_other");
    let answer = harness.post(&other).await;
    assert_eq!((answer.status, answer.problem()), (409, "order_exists"));
    assert_eq!(answer.body["order_id"], json!(quote.jti.order()));
}

#[tokio::test]
async fn a_guest_who_repeats_an_order_in_another_spelling_finds_it_with_its_token() {
    let harness = Harness::new();
    let mut body = harness.guest_body(&harness.quote(1));
    let placed = harness.post_as_guest(&body).await;
    assert!(placed.status == 202 && placed.body["guest_token"].is_string(), "{placed:?}");
    body["billing_address"] = body["ship_to"].clone();
    for (part, field, value) in [
        ("", "email", "GUEST@Example.com "),
        ("", "cart_id", " "),
        ("", "payment_method", " pm_card_visa\u{a0}"),
        ("ship_to", "name", "\u{a0}Ada Lovelace  "),
        ("ship_to", "country", "de"),
        ("ship_to", "postal_code", "D-10115"),
        ("ship_to", "line2", ""),
        ("ship_to", "region", "-"),
        ("ship_to", "phone", "-"),
        ("billing_address", "city", " Berlin"),
    ] {
        let object = if part.is_empty() { &mut body } else { &mut body[part] };
        object[field] = json!(value);
        let again = harness.post_as_guest(&body).await;
        assert_eq!((again.status, &again.body), (202, &placed.body), "{part} {field}");
    }
    for field in ["name", "line2"] {
        let mut other = body.clone();
        other["ship_to"][field] = json!("Annabella");
        assert_eq!(harness.post_as_guest(&other).await.problem(), "order_exists", "{field}");
    }
    body["email"] = json!("another.guest@example.com");
    assert_eq!(harness.post_as_guest(&body).await.problem(), "order_exists");
}

#[tokio::test]
async fn the_digest_of_an_order_in_our_spelling_is_that_of_its_body_so_a_repeat_is_known_after_a_release() {
    let harness = Harness::new();
    let body = harness.guest_body(&harness.quote(1));
    assert_eq!(harness.post_as_guest(&body).await.status, 202);
    let quotes = format!(r#""quote":{},"shipping_quote":{}"#, body["quote"], body["shipping_quote"]);
    let ship_to =
        r#"{"name":"Ada Lovelace","line1":"1 Analytical Way","city":"Berlin","postal_code":"10115","country":"DE"}"#;
    let rest = format!(r#""payment_method":"pm_card_visa","ship_to":{ship_to},"email":"guest@example.com""#);
    let typed = format!("[null,{{{quotes},{rest}}}]");
    assert_eq!(harness.items("order")[0]["request_digest"]["S"], digest::of_bytes(typed.as_bytes()));
}

#[tokio::test]
async fn somebody_elses_repeat_of_an_open_quote_does_not_get_the_order() {
    let harness = Harness::new();
    let body = harness.body(&harness.quote(1));
    harness.post(&body).await;
    let mallory = harness.bench.token(UserId::from_bits(666), &[Role::Customer]);
    let answer = harness.bench.http(Request::post("/v1/orders", &body).bearer(&mallory)).await;
    assert_eq!((answer.status, answer.problem()), (409, "order_exists"));
    assert!(answer.body.get("lines").is_none());
}

#[tokio::test]
async fn an_expired_quote_makes_no_order_but_finds_the_one_it_made() {
    let harness = Harness::new();
    let (used, unused) = (harness.quote(1), harness.quote(2));
    let body = harness.body(&used);
    assert_eq!(harness.post(&body).await.status, 202);
    harness.bench.world.pass_seconds(906);
    assert_eq!(harness.post(&body).await.status, 202);
    let mut other = body.clone();
    other["payment_method"] = json!("pm_card_other");
    assert_eq!(harness.post(&other).await.problem(), "order_exists");
    let answer = harness.post(&harness.body(&unused)).await;
    assert_eq!((answer.status, answer.problem()), (422, "quote_expired"));
    assert_eq!(harness.items("order").len(), 1);
}

#[tokio::test]
async fn tampered_foreign_and_mistaken_quotes_are_refused() {
    let harness = Harness::new();
    let quote = harness.quote(1);
    let good = harness.body(&quote);
    let with = |field: &str, value: Value| {
        let mut body = good.clone();
        body[field] = value;
        body
    };
    let invalid = (422, "quote_invalid".to_owned());
    let mut cheaper = quote.clone();
    cheaper.lines[0].unit_price = 1;
    let forged = {
        // Other claims under the same signature.
        let (honest, lie) = (sign(&quote), sign(&cheaper));
        let (honest, lie) = (honest.as_str().unwrap(), lie.as_str().unwrap());
        format!("{}.{}", lie.rsplit_once('.').unwrap().0, honest.rsplit_once('.').unwrap().1)
    };
    assert_eq!(refused(&harness, &with("quote", json!(forged))).await, invalid);
    for text in ["", "x", "a.b.c", good["shipping_quote"].as_str().unwrap()] {
        assert_eq!(refused(&harness, &with("quote", json!(text))).await, invalid, "{text}");
    }
    assert_eq!(refused(&harness, &with("shipping_quote", good["quote"].clone())).await, invalid);
    // Right key and claims, wrong kind of token.
    let untyped = signer("catalog").sign("JWT", &quote).unwrap();
    assert_eq!(refused(&harness, &with("quote", json!(untyped))).await, invalid);
    // Signed by somebody whose key counts for other things.
    let usurped = signer("shipping").sign(QUOTE_TYP, &quote).unwrap();
    assert_eq!(refused(&harness, &with("quote", json!(usurped))).await, invalid);

    let changed = |change: &dyn Fn(&mut QuoteClaims)| {
        let mut changed = quote.clone();
        change(&mut changed);
        with("quote", sign(&changed))
    };
    assert_eq!(refused(&harness, &changed(&|q| q.stage = "prod".to_owned())).await, invalid);
    assert_eq!(refused(&harness, &changed(&|q| q.iss = "shipping".to_owned())).await, invalid);
    assert_eq!(refused(&harness, &changed(&|q| q.aud = "carts".to_owned())).await, invalid);
    assert_eq!(refused(&harness, &changed(&|q| q.iat += 60)).await, invalid);
    assert_eq!(refused(&harness, &changed(&|q| q.lines.clear())).await, invalid);
    assert_eq!(refused(&harness, &changed(&|q| q.lines[0].unit_price = i64::MAX)).await, invalid);
    assert_eq!(refused(&harness, &changed(&|q| q.lines[0].discount = 4000)).await, invalid);
    assert_eq!(refused(&harness, &changed(&|q| q.lines[0].quantity = 1000)).await, invalid);
    let foreign = changed(&|q| q.sub = Some(UserId::from_bits(666)));
    assert_eq!(refused(&harness, &foreign).await, (403, "quote_foreign".to_owned()));
}

#[tokio::test]
async fn quotes_that_do_not_match_are_refused() {
    let harness = Harness::new();
    let quote = harness.quote(1);
    let mismatch = (422, "quote_mismatch".to_owned());
    let mut body = harness.body(&quote);
    body["shipping_quote"] = harness.body(&harness.quote(2))["shipping_quote"].clone();
    assert_eq!(refused(&harness, &body).await, mismatch);

    let mut dollars = harness.shipping_quote(&quote);
    dollars.currency = events::Currency::USD;
    body["shipping_quote"] = json!(signer("shipping").sign(SHIPPING_QUOTE_TYP, &dollars).unwrap());
    assert_eq!(refused(&harness, &body).await, mismatch);
}

#[tokio::test]
async fn a_quote_made_for_a_customer_is_not_for_guests() {
    let harness = Harness::new();
    let mut quote = harness.quote(1);
    quote.sub = Some(harness.ada);
    let body = harness.guest_body(&quote);
    let answer = harness.post_as_guest(&body).await;
    assert_eq!((answer.status, answer.problem()), (403, "quote_foreign"));
    assert_eq!(harness.post(&harness.body(&quote)).await.status, 202);
}

#[tokio::test]
async fn no_signed_quote_is_stored() {
    let harness = Harness::new();
    let body = harness.guest_body(&harness.quote(1));
    harness.post_as_guest(&body).await;
    let stored = json!(harness.bench.dynamo.items()).to_string();
    for field in ["quote", "shipping_quote"] {
        assert!(!stored.contains(body[field].as_str().unwrap()));
    }
}
