//! The third step of the checkout: how the goods come.

use crate::harness::{bench, claims, put_zone, signed, zone};
use chassis::testing::signing::{signer, verifier};
use chassis::testing::{Bench, Request, Response};
use chassis::tokens::Expected;
use events::quotes::{QUOTE_AUDIENCE, QUOTE_TYP, QuoteClaims, SHIPPING_QUOTE_TYP, ShippingQuoteClaims};
use serde_json::json;
use shipping::Shipping;

const STEP: &str = "/checkout/delivery";

/// The fields of the first step, as a browser sends them, and as a page shows them.
const ADDRESS: [(&str, &str, &str); 10] = [
    ("email", "ada%40example.com", "ada@example.com"),
    ("name", "%3Cscript%3E%22%27%26%E2%80%8F", "&#60;script&#62;&#34;&#39;&#38;\u{200f}"),
    ("company", "", ""),
    ("line1", "Street+1", "Street 1"),
    ("line2", "", ""),
    ("postal_code", "10115", "10115"),
    ("city", "Berlin", "Berlin"),
    ("region", "", ""),
    ("country", "DE", "DE"),
    ("phone", "%2B49+30+1", "+49 30 1"),
];

async fn open_bench() -> Bench<Shipping> {
    let bench = bench();
    bench.http(put_zone(&bench, "home", &zone(&["DE"]))).await;
    bench
}

fn form(quote: &str) -> String {
    let address: Vec<_> = ADDRESS.iter().map(|(name, sent, _)| format!("{name}={sent}")).collect();
    format!("quote={quote}&cart_id=cart_1&{}", address.join("&"))
}

/// A form, from nowhere in particular.
fn form_of(form: &str) -> Request {
    Request::new("POST", STEP).body(form).header("content-type", "application/x-www-form-urlencoded")
}

fn own(quote: &str) -> Request {
    form_of(&form(quote)).header("sec-fetch-site", "same-origin")
}

async fn ask(bench: &Bench<Shipping>, quote: &str) -> Response {
    bench.http(own(quote)).await
}

fn text(answer: &Response) -> &str {
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{answer:?}");
    answer.body.as_str().unwrap()
}

/// The values of the radio buttons.
fn offered(page: &str) -> Vec<ShippingQuoteClaims> {
    let expected = || Expected { typ: SHIPPING_QUOTE_TYP, issuer: "shipping", audience: QUOTE_AUDIENCE };
    let values = page.split(r#"name="shipping_quote" value=""#).skip(1).map(|rest| rest.split('"').next().unwrap());
    values.map(|value| verifier("shipping").verify(value, expected()).unwrap()).collect()
}

#[tokio::test]
async fn each_service_can_be_chosen_with_its_signed_price_and_its_days() {
    let bench = open_bench().await;
    let quote = claims(&bench);
    let answer = ask(&bench, &signed(&quote)).await;
    let page = text(&answer);
    assert_eq!((answer.status, answer.header("cache-control")), (200, Some("private, no-cache")));
    let offers: Vec<_> = offered(page).into_iter().map(|offer| (offer.quote, offer.service, offer.amount)).collect();
    assert_eq!(offers, [(quote.jti, "standard".to_owned(), 530), (quote.jti, "express".to_owned(), 1330)]);
    for told in ["Parcel", "Takes 1 to 3 days.", "Express", "Takes one day.", "Continue to payment", "Germany"] {
        assert!(page.contains(told), "{told}: {page}");
    }
    let parcel = page.split("Parcel").nth(1).unwrap();
    assert!(parcel.contains("6.31") && parcel.contains("1.01"), "the price has its tax: {parcel}");
    assert_eq!(page.matches(" checked").count(), 1, "the first is chosen");
    assert_eq!((page.matches("<h1").count(), page.matches(r#"aria-current="step""#).count()), (1, 1));
    assert!(page.len() < 30_000, "{} bytes", page.len());
}

#[tokio::test]
async fn what_the_steps_before_asked_is_handed_on_unchanged_and_as_text() {
    let bench = open_bench().await;
    let quote = signed(&claims(&bench));
    let answer = ask(&bench, &quote).await;
    let page = text(&answer);
    assert!(page.contains(r#"action="/checkout/payment""#));
    let hidden = |name: &str, value: &str| page.contains(&format!(r#"type="hidden" name="{name}" value="{value}""#));
    assert!(hidden("quote", &quote) && hidden("cart_id", "cart_1"), "{page}");
    for (name, _, shown) in ADDRESS {
        assert!(hidden(name, shown), "{name}: {page}");
    }
    assert!(!page.contains("<script>") && !page.contains("\"'&"));
}

#[tokio::test]
async fn the_step_offers_no_language_that_would_lead_back_to_the_cart() {
    let bench = open_bench().await;
    for quote in [signed(&claims(&bench)), "forged".to_owned()] {
        let german = bench.http(own(&quote).header("cookie", "__Host-souk_lang=de")).await;
        let page = text(&german);
        assert!(page.contains("<html lang=\"de\">") && !page.contains("hreflang"), "{page}");
    }
}

#[tokio::test]
async fn the_step_reads_the_zones_once_and_writes_nothing() {
    let bench = open_bench().await;
    bench.dynamo.take_calls();
    ask(&bench, &signed(&claims(&bench))).await;
    ask(&bench, "forged").await;
    let calls = bench.dynamo.take_calls();
    assert_eq!(calls.iter().map(|call| call.operation.as_str()).collect::<Vec<_>>(), ["GetItem"]);
    assert_eq!(calls[0].tenths_of_units, 5);
}

#[tokio::test]
async fn a_step_that_is_reloaded_starts_again_at_the_cart() {
    let bench = open_bench().await;
    let answer = bench.http(Request::get(STEP)).await;
    assert_eq!((answer.status, answer.header("location")), (303, Some("/cart")));
}

#[tokio::test]
async fn prices_that_expired_or_are_not_ours_lead_back_to_the_cart() {
    let bench = open_bench().await;
    let good = claims(&bench);
    let forged = [
        ("hello".to_owned(), "no token"),
        (String::new(), "none"),
        ("%3Cscript%3E%22".to_owned(), "markup"),
        (signer("shipping").sign(QUOTE_TYP, &good).unwrap(), "of another key"),
        (signed(&QuoteClaims { stage: "prod".into(), ..good.clone() }), "of another stage"),
        ("A".repeat(40_000), "long"),
    ];
    for (quote, what) in forged {
        let answer = ask(&bench, &quote).await;
        let page = text(&answer);
        assert_eq!(answer.status, 422, "{what}");
        assert!(page.contains("We cannot read these prices") && page.contains(r#"href="/cart""#), "{what}: {page}");
        assert!(!page.contains("<script>") && !page.contains("<form method") && page.len() < 30_000, "{what}");
    }
    let quote = signed(&good);
    bench.world.pass_seconds(1806);
    let answer = ask(&bench, &quote).await;
    assert!(answer.status == 422 && text(&answer).contains("These prices have expired"), "{answer:?}");
    assert!(text(&answer).contains(r#"href="/cart""#));
}

#[tokio::test]
async fn where_nothing_is_delivered_the_address_can_be_changed() {
    let bench = open_bench().await;
    let mut elsewhere = claims(&bench);
    elsewhere.ship_to.country = "JP".parse().unwrap();
    let francs = QuoteClaims { currency: "CHF".parse().unwrap(), ..claims(&bench) };
    for (quote, told) in [(elsewhere, "We do not deliver to this country: Japan."), (francs, "paid in CHF")] {
        let answer = ask(&bench, &signed(&quote)).await;
        let page = text(&answer);
        assert_eq!(answer.status, 422);
        assert!(page.contains("We cannot deliver there") && page.contains(told), "{page}");
        assert!(
            page.contains(r#"action="/checkout""#) && page.contains(r#"name="lines" value="TEA*1 MUG*2""#),
            "{page}"
        );
        assert!(page.contains(r#"name="city" value="Berlin""#) && page.contains(r#"name="cart_id" value="cart_1""#));
        assert!(page.contains(r#"href="/cart""#) && offered(page).is_empty());
    }
}

#[tokio::test]
async fn goods_that_are_too_heavy_lead_back_to_the_cart() {
    let bench = open_bench().await;
    let mut heavy = claims(&bench);
    let line = heavy.lines[0].clone();
    heavy.lines = std::iter::repeat_n(line, 50).collect();
    for line in &mut heavy.lines {
        (line.unit_price, line.quantity, line.weight_grams) = (1, u32::MAX, u32::MAX);
    }
    let mut dear = zone(&["DE"]);
    for service in dear["services"].as_array_mut().unwrap() {
        service["rates"] = json!([{"currency": "EUR", "base": 10_000_000_000_i64, "per_kg": 10_000_000_000_i64}]);
    }
    let put = put_zone(&bench, "home", &dear).header("if-match", "\"1\"");
    assert_eq!(bench.http(put).await.status, 200);
    let answer = ask(&bench, &signed(&heavy)).await;
    assert!(answer.status == 422 && text(&answer).contains("too heavy"), "{answer:?}");
    assert!(text(&answer).contains(r#"href="/cart""#) && !text(&answer).contains(r#"action="/checkout""#));
}

#[tokio::test]
async fn free_shipping_and_days_are_said_in_words() {
    let bench = bench();
    let service = |code: &str, min: u16, max: u16| {
        json!({"code": code, "name": code, "min_days": min, "max_days": max,
            "rates": [{"currency": "EUR", "base": 410, "per_kg": 60, "free_from": 100}]})
    };
    let services = [service("courier", 0, 0), service("next", 1, 1), service("slow", 5, 5), service("sea", 0, 60)];
    let body = json!({"name": "Home", "countries": ["DE"], "tax_basis_points": 1900, "services": services});
    bench.http(put_zone(&bench, "home", &body)).await;
    let answer = ask(&bench, &signed(&claims(&bench))).await;
    let days = [
        "Arrives on the day that it leaves us.",
        "Takes one day.",
        "Takes 5 days.",
        "Takes 0 to 60 days.",
        "Free of charge",
    ];
    for told in days {
        assert!(text(&answer).contains(told), "{told}: {answer:?}");
    }
    let german = bench.http(own(&signed(&claims(&bench))).header("accept-language", "de")).await;
    for told in ["Lieferung", "Kostenlos", "Dauert 5 Tage.", "Weiter zur Zahlung", "Deutschland"] {
        assert!(text(&german).contains(told), "{told}: {german:?}");
    }
}

#[tokio::test]
async fn a_form_of_another_site_is_not_answered_with_prices() {
    let bench = open_bench().await;
    let quote = signed(&claims(&bench));
    for request in [
        form_of(&form(&quote)),
        form_of(&form(&quote)).header("sec-fetch-site", "cross-site"),
        form_of(&form(&quote)).header("origin", "https://evil.example"),
    ] {
        let refused = bench.http(request).await;
        assert!(refused.status == 403 && offered(text(&refused)).is_empty(), "{refused:?}");
    }
}

#[tokio::test]
async fn an_expired_session_is_renewed_before_the_step_is_shown() {
    let bench = open_bench().await;
    let stale = bench.staff();
    bench.world.pass_seconds(1_000);
    let quote = signed(&claims(&bench));
    for (cookie, status) in
        [("", 200), (&*format!("__Host-souk_access={stale}"), 307), ("__Host-souk_access=nonsense", 307)]
    {
        assert_eq!(bench.http(own(&quote).header("cookie", cookie)).await.status, status, "{cookie}");
    }
}

#[tokio::test]
async fn a_table_that_is_busy_is_said_on_a_page() {
    let bench = open_bench().await;
    bench.dynamo.throttle_next(3);
    let answer = ask(&bench, &signed(&claims(&bench))).await;
    assert_eq!(answer.status, 503);
    text(&answer);
    assert_eq!(bench.http(form_of(&"a".repeat(65_537)).header("sec-fetch-site", "same-origin")).await.status, 413);
}
