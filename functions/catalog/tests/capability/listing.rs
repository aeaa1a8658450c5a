//! Browsing and searching, and how fresh the answers are.

use crate::harness::*;
use chassis::testing::{Bench, Request, Response};
use serde_json::{Value, json};

async fn stocked() -> Bench<catalog::Catalog> {
    let bench = furnished().await;
    stock(&bench, &product("mint-tea", "Mint tea", &[variant("TEA-MINT", 690), variant("TEA-MINT-L", 1490)])).await;
    bench.world.pass_seconds(1);
    let mut lamp = product("mosaic-lamp", "Mosaïc lamp", &[variant("LAMP", 8900)]);
    lamp["category"] = json!("home");
    lamp["description"] = json!("Drink your tea beneath it.");
    stock(&bench, &lamp).await;
    bench.world.pass_seconds(1);
    stock(&bench, &product("black-tea", "Black tea", &[variant("TEA-BLACK", 590)])).await;
    bench
}

async fn list(bench: &Bench<catalog::Catalog>, query: &str) -> Response {
    let answer = bench.http(Request::get(&format!("/v1/products?{query}"))).await;
    assert_eq!(answer.status, 200, "{query}: {:?}", answer.body);
    answer
}

#[tokio::test]
async fn anyone_browses_searches_filters_and_sorts() {
    let bench = stocked().await;
    let cases: [(&str, &[&str]); 13] = [
        ("", &["Black tea", "Mint tea", "Mosaïc lamp"]),
        ("q=&category=&sort=title&cursor=", &["Black tea", "Mint tea", "Mosaïc lamp"]),
        ("q=tea", &["Black tea", "Mint tea", "Mosaïc lamp"]),
        ("q=MOSAIC", &["Mosaïc lamp"]),
        ("q=mosa%C3%AFc+lam", &["Mosaïc lamp"]),
        ("q=tea-mint-l", &["Mint tea"]),
        ("q=home", &["Mosaïc lamp"]),
        ("q=coffee", &[]),
        ("q=tea&sort=newest", &["Black tea", "Mosaïc lamp", "Mint tea"]),
        ("category=pantry&sort=price_asc", &["Black tea", "Mint tea"]),
        ("sort=price_desc&currency=USD", &["Mosaïc lamp", "Mint tea", "Black tea"]),
        ("min_price=600&max_price=1000", &["Mint tea"]),
        ("currency=GBP", &[]),
    ];
    for (query, expected) in cases {
        assert_eq!(titles(&list(&bench, query).await), expected, "{query}");
    }
}

#[tokio::test]
async fn counts_come_with_the_list() {
    let bench = stocked().await;
    let facets = list(&bench, "q=tea&category=tea&max_price=1000&limit=1").await.body["facets"].clone();
    let expected = json!({
        "total": 2,
        "in_stock": 0,
        "categories": [{"id": "pantry", "count": 2}, {"id": "tea", "count": 2}],
        "price": {"min": {"amount": 590, "currency": "EUR"}, "max": {"amount": 1490, "currency": "EUR"}},
    });
    assert_eq!(facets, expected);
}

#[tokio::test]
async fn pages_follow_one_another_through_cursors() {
    let bench = stocked().await;
    let first = list(&bench, "limit=2").await;
    let cursor = first.body["cursor"].as_str().unwrap();
    let second = list(&bench, &format!("limit=2&cursor={cursor}")).await;
    assert_eq!((titles(&first), titles(&second)), (vec!["Black tea", "Mint tea"], vec!["Mosaïc lamp"]));
    assert!(second.body.get("cursor").is_none());
}

#[tokio::test]
async fn a_cursor_survives_what_comes_and_goes_meanwhile() {
    let bench = stocked().await;
    let first = list(&bench, "limit=2").await;
    let cursor = first.body["cursor"].as_str().unwrap();
    stock(&bench, &product("almond-tea", "Almond tea", &[variant("ALMOND", 1)])).await;
    let gone = first.body["items"][1]["id"].as_str().unwrap();
    as_staff(&bench, Request::new("DELETE", &format!("/v1/products/{gone}"))).await;
    let second = list(&bench, &format!("limit=2&cursor={cursor}")).await;
    assert_eq!(titles(&second), ["Mosaïc lamp"]);
}

#[tokio::test]
async fn queries_that_cannot_be_are_refused() {
    let bench = stocked().await;
    let cursor = async |query: &str| list(&bench, query).await.body["cursor"].as_str().unwrap().to_owned();
    let (of_another_order, of_all) = (cursor("limit=1&sort=newest").await, cursor("limit=1&sort=title").await);
    let long = format!("q={}", "x".repeat(201));
    let foreign = format!("cursor={of_another_order}");
    let of_fewer = format!("sort=title&category=tea&cursor={of_all}");
    let cases = [
        ("limit=0", 400, "invalid_parameter"),
        ("limit=101", 400, "invalid_parameter"),
        ("limit=-1", 400, "invalid_parameter"),
        ("sort=random", 400, "invalid_parameter"),
        ("currency=XXX", 400, "invalid_parameter"),
        ("min_price=cheap", 400, "invalid_parameter"),
        ("cursor=%21", 400, "invalid_parameter"),
        ("cursor=bm90IG91cnM", 400, "invalid_parameter"),
        (foreign.as_str(), 400, "invalid_parameter"),
        (of_fewer.as_str(), 400, "invalid_parameter"),
        ("min_price=-1", 400, "invalid_parameter"),
        ("category=no%20slug", 400, "invalid_parameter"),
        (long.as_str(), 400, "invalid_parameter"),
    ];
    for (query, status, kind) in cases {
        let refused = bench.http(Request::get(&format!("/v1/products?{query}"))).await;
        assert_eq!((refused.status, refused.problem()), (status, kind), "{query}");
    }
}

#[tokio::test]
async fn what_one_function_writes_the_other_shows_at_once() {
    let (bench, other) = two();
    furnish(&bench).await;
    let id = stock(&bench, &product("tea", "Tea", &[variant("A", 100)])).await;
    let seen = ask(&other, Request::get("/v1/products")).await;
    assert_eq!(titles(&seen), ["Tea"]);
    let change = as_staff(&bench, patch(&format!("/v1/products/{id}"), &json!({"title": "Fine tea"}))).await;
    assert_eq!(change.status, 200);
    assert_eq!(titles(&ask(&other, Request::get("/v1/products?q=fine")).await), ["Fine tea"]);
    as_staff(&bench, Request::new("DELETE", &format!("/v1/products/{id}"))).await;
    assert_eq!(ask(&other, Request::get("/v1/products/tea")).await.status, 404);
}

#[tokio::test]
async fn an_unchanged_catalogue_costs_one_small_read_a_request() {
    let bench = stocked().await;
    list(&bench, "q=tea").await;
    bench.dynamo.take_calls();
    list(&bench, "q=tea").await;
    bench.http(Request::get("/v1/products/mint-tea")).await;
    let calls: Vec<_> = bench.dynamo.take_calls().into_iter().map(|c| (c.operation, c.tenths_of_units)).collect();
    assert_eq!(calls, [("GetItem".to_owned(), 10), ("GetItem".to_owned(), 10)]);
}

#[tokio::test(start_paused = true)]
async fn looking_around_goes_on_while_the_table_is_throttled_and_buying_does_not() {
    let bench = stocked().await;
    list(&bench, "").await;
    bench.dynamo.throttle_next(1_000);
    assert_eq!(titles(&list(&bench, "q=black").await), ["Black tea"]);
    let quote: Value =
        json!({"currency": "EUR", "lines": [{"sku": "LAMP", "quantity": 1}], "ship_to": {"country": "DE"}});
    let refused = bench.http(Request::post("/v1/quotes", &quote)).await;
    assert_eq!((refused.status, refused.problem()), (503, "unavailable"));
}

#[tokio::test(start_paused = true)]
async fn a_catalogue_never_seen_cannot_be_shown() {
    let bench = bench();
    bench.dynamo.throttle_next(1_000);
    assert_eq!(bench.http(Request::get("/v1/products")).await.status, 503);
}
