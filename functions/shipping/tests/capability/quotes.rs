//! Shipping quotes: the offers, their signatures, and the price quotes that are refused.

use crate::harness::{bench, claims, put_zone, signed, zone};
use chassis::testing::signing::{signer, verifier};
use chassis::testing::{Bench, Request, Response};
use chassis::tokens::Expected;
use events::quotes::{QUOTE_AUDIENCE, QUOTE_TYP, QuoteClaims, SHIPPING_QUOTE_TYP, ShippingQuoteClaims};
use serde_json::{Value, json};
use shipping::Shipping;
use std::collections::BTreeSet;

async fn open_bench() -> Bench<Shipping> {
    let bench = bench();
    bench.http(put_zone(&bench, "home", &zone(&["DE"]))).await;
    bench
}

async fn ask(bench: &Bench<Shipping>, quote: &str) -> Response {
    bench.http(Request::post("/v1/shipping-quotes", json!({"quote": quote}))).await
}

fn read(quote: &Value) -> ShippingQuoteClaims {
    let expected = Expected { typ: SHIPPING_QUOTE_TYP, issuer: "shipping", audience: QUOTE_AUDIENCE };
    verifier("shipping").verify(quote.as_str().unwrap(), expected).unwrap()
}

#[tokio::test]
async fn a_price_quote_brings_every_service_of_its_zone_in_order_each_signed() {
    let bench = open_bench().await;
    let quote = claims(&bench);
    let answer = ask(&bench, &signed(&quote)).await;
    assert_eq!(answer.status, 200);
    let options = answer.body["items"].as_array().unwrap();
    let prices: Vec<_> = options.iter().map(|option| (&option["service"], &option["price"], &option["tax"])).collect();
    let euro = |amount: i64| json!({"amount": amount, "currency": "EUR"});
    assert_eq!(prices, [(&json!("standard"), &euro(530), &euro(101)), (&json!("express"), &euro(1330), &euro(253)),]);
    assert_eq!(options[0]["total"], euro(631));
    assert_eq!(options[0]["expires_at"], "2026-01-01T00:30:00.000Z");
    for option in options {
        let promise = read(&option["shipping_quote"]);
        assert_eq!((promise.quote, promise.exp, promise.stage.as_str()), (quote.jti, quote.exp, "test"));
        assert_eq!(json!(promise.service), option["service"]);
        assert_eq!(json!(promise.amount), option["price"]["amount"]);
        assert_eq!(json!(promise.tax), option["tax"]["amount"]);
        assert_eq!(json!(promise.currency), option["price"]["currency"]);
    }
    let ids: BTreeSet<_> = options.iter().map(|option| read(&option["shipping_quote"]).jti).collect();
    assert_eq!(ids.len(), 2);
}

#[tokio::test]
async fn quoting_reads_once_and_writes_nothing() {
    let bench = open_bench().await;
    bench.dynamo.take_calls();
    ask(&bench, &signed(&claims(&bench))).await;
    let calls = bench.dynamo.take_calls();
    assert_eq!(calls.iter().map(|call| call.operation.as_str()).collect::<Vec<_>>(), ["GetItem"]);
    assert_eq!(calls[0].tenths_of_units, 5);
}

#[tokio::test]
async fn a_service_without_a_rate_in_the_currency_is_left_out() {
    let bench = open_bench().await;
    let quote = QuoteClaims { currency: "USD".parse().unwrap(), ..claims(&bench) };
    let answer = ask(&bench, &signed(&quote)).await;
    let options = answer.body["items"].as_array().unwrap();
    assert_eq!(options.len(), 1);
    assert_eq!(options[0]["total"], json!({"amount": 726, "currency": "USD"}));
}

#[tokio::test]
async fn an_unserved_country_and_an_unpriced_currency_are_named() {
    let bench = open_bench().await;
    let mut elsewhere = claims(&bench);
    elsewhere.ship_to.country = "JP".parse().unwrap();
    let refused = ask(&bench, &signed(&elsewhere)).await;
    assert_eq!((refused.status, refused.problem()), (422, "destination_unsupported"));
    assert_eq!(refused.body["country"], "JP");
    let francs = QuoteClaims { currency: "CHF".parse().unwrap(), ..claims(&bench) };
    let refused = ask(&bench, &signed(&francs)).await;
    assert_eq!((refused.status, refused.problem()), (422, "currency_unavailable"));
    assert_eq!(refused.body["currency"], "CHF");
}

#[tokio::test]
async fn only_a_fresh_quote_of_our_own_catalog_is_accepted() {
    let bench = open_bench().await;
    let good = claims(&bench);
    let tampered = {
        let token = signed(&good);
        let (rest, signature) = token.rsplit_once('.').unwrap();
        let other = signed(&QuoteClaims { currency: "USD".parse().unwrap(), ..good.clone() });
        let body = other.split('.').nth(1).unwrap();
        format!("{}.{body}.{signature}", rest.split('.').next().unwrap())
    };
    let now = bench.world.now().seconds();
    let refused_quotes = [
        ("tampered", tampered),
        ("no token", "hello".to_owned()),
        ("empty", String::new()),
        ("foreign key", signer("shipping").sign(QUOTE_TYP, &good).unwrap()),
        ("other kind", signer("catalog").sign(SHIPPING_QUOTE_TYP, &good).unwrap()),
        ("other issuer", signed(&QuoteClaims { iss: "orders".into(), ..good.clone() })),
        ("other audience", signed(&QuoteClaims { aud: "souk".into(), ..good.clone() })),
        ("other stage", signed(&QuoteClaims { stage: "prod".into(), ..good.clone() })),
        ("from the future", signed(&QuoteClaims { iat: now + 60, ..good.clone() })),
    ];
    for (what, quote) in refused_quotes {
        let refused = ask(&bench, &quote).await;
        assert_eq!((refused.status, refused.problem()), (422, "quote_invalid"), "{what}");
    }
    let mut too_dear = good.clone();
    too_dear.lines[0].unit_price = i64::MAX;
    assert_eq!(ask(&bench, &signed(&too_dear)).await.problem(), "quote_invalid");
    let quote = signed(&good);
    bench.world.pass_seconds(1806);
    let refused = ask(&bench, &quote).await;
    assert_eq!((refused.status, refused.problem()), (422, "quote_expired"));
}

#[tokio::test]
async fn a_throttled_table_is_answered_503() {
    let bench = open_bench().await;
    let quote = signed(&claims(&bench));
    bench.dynamo.throttle_next(3);
    let answer = ask(&bench, &quote).await;
    assert_eq!((answer.status, answer.problem()), (503, "unavailable"));
    assert_eq!(ask(&bench, &quote).await.status, 200);
}
