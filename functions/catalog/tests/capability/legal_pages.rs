//! Imprint, terms and privacy: edited by staff, read by anyone.

use crate::harness::*;
use chassis::testing::Request;
use chassis::testing::signing::verifier;
use chassis::tokens::Expected;
use events::quotes::{QUOTE_AUDIENCE, QUOTE_TYP, QuoteClaims};
use serde_json::{Value, json};

const TERMS: &str = "/v1/legal-pages/terms";

fn texts(version: &str, en: &str) -> Value {
    json!({"version": version, "texts": {"en": en, "de": "# Vertrag\nErste Zeile\nzweite Zeile"}})
}

#[tokio::test]
async fn staff_put_a_page_and_anyone_reads_it() {
    let bench = furnished().await;
    assert_eq!(bench.http(Request::get(TERMS)).await.status, 404);
    let put = as_staff(&bench, Request::put(TERMS, texts("2026-01", "# Contract\n\nBy your order."))).await;
    assert_eq!((put.status, put.header("etag")), (201, Some("\"1\"")), "{:?}", put.body);
    let read = bench.http(Request::get(TERMS)).await;
    assert_eq!(
        read.body,
        json!({"name": "terms", "version": "2026-01",
        "texts": {"en": "# Contract\n\nBy your order.", "de": "# Vertrag\nErste Zeile\nzweite Zeile"}})
    );
    assert_eq!((read.header("etag"), read.header("cache-control")), (Some("\"1\""), Some("public, max-age=5")));
    let log = bench
        .http(
            Request::get("/v1/catalog/audit")
                .bearer(&bench.token(events::ids::UserId::from_bits(1), &[events::users::Role::Admin])),
        )
        .await;
    let entry = &log.body["items"][0];
    assert_eq!((&entry["action"], &entry["what"]), (&json!("replaceLegalPage"), &json!("version 2026-01: en, de")));
}

#[tokio::test]
async fn a_page_is_replaced_by_who_knows_what_is_there_and_under_another_version() {
    let bench = furnished().await;
    as_staff(&bench, Request::put(TERMS, texts("1", "one"))).await;
    let before = bench.dynamo.items();
    let same = as_staff(&bench, Request::put(TERMS, texts("1", "one"))).await;
    assert_eq!((same.status, same.header("etag")), (200, Some("\"1\"")));
    for (request, status, kind) in [
        (Request::put(TERMS, texts("2", "two")), 428, "precondition_required"),
        (Request::put(TERMS, texts("2", "two")).header("if-match", "\"7\""), 412, "precondition_failed"),
        (Request::put(TERMS, texts("2", "two")).header("if-none-match", "*"), 412, "precondition_failed"),
        (Request::put(TERMS, texts("1", "two")).header("if-match", "\"1\""), 422, "invalid_field"),
    ] {
        let refused = as_staff(&bench, request).await;
        assert_eq!((refused.status, refused.problem()), (status, kind), "{:?}", refused.body);
    }
    assert_eq!(bench.dynamo.items(), before);
    let put = as_staff(&bench, Request::put(TERMS, texts("2", "two")).header("if-match", "\"1\"")).await;
    assert_eq!((put.status, put.header("etag")), (200, Some("\"2\"")));
}

#[tokio::test]
async fn what_is_no_legal_page_is_refused() {
    let bench = furnished().await;
    let long = "x".repeat(30_001);
    for (name, body, status, field) in [
        ("terms", json!({"version": "v".repeat(41), "texts": {"en": "x"}}), 422, "/version"),
        ("terms", json!({"version": " ", "texts": {"en": "x"}}), 422, "/version"),
        ("terms", json!({"version": "1", "texts": {}}), 422, "/texts"),
        ("terms", json!({"version": "1", "texts": {"en": " "}}), 422, "/texts"),
        ("terms", json!({"version": "1", "texts": {"fr": "x"}}), 422, "/texts/fr"),
        ("terms", json!({"version": "1", "texts": {"de": long}}), 422, "/texts/de"),
        ("terms", json!({"version": "1\n2", "texts": {"en": "x"}}), 422, "/version"),
        ("agb", texts("1", "x"), 400, ""),
    ] {
        let refused = as_staff(&bench, Request::put(&format!("/v1/legal-pages/{name}"), &body)).await;
        assert_eq!(
            (refused.status, refused.body["field"].as_str().unwrap_or_default()),
            (status, field),
            "{:?}",
            refused.body
        );
    }
    let both = json!({"version": "1", "texts": {"en": "ü".repeat(30_000), "de": "ü".repeat(30_000)}});
    assert_eq!(as_staff(&bench, Request::put(TERMS, &both)).await.status, 201);
    let by_customer = bench.http(Request::put(TERMS, texts("1", "x")).bearer(&customer(&bench))).await;
    assert_eq!((by_customer.status, bench.http(Request::put(TERMS, texts("1", "x"))).await.status), (403, 401));
    assert_eq!(bench.http(Request::get("/v1/legal-pages/agb")).await.status, 404);
}

#[tokio::test]
async fn a_page_shows_the_text_in_the_readers_language_else_in_the_other() {
    let bench = furnished().await;
    assert!(read(&bench, "/terms").await.contains("souk has not published this text yet"));
    as_staff(&bench, Request::put(TERMS, texts("2026-01", "# Contract\n\nBy <b>your</b> order."))).await;
    let english = read(&bench, "/terms").await;
    for shown in ["<h2>Contract</h2>", "By &#60;b&#62;your", "Version: 2026-01", "<div lang=\"en\">"] {
        assert!(english.contains(shown), "{shown}: {english}");
    }
    let in_german = || Request::get("/terms").header("accept-language", "de");
    let german = text(&bench.http(in_german()).await);
    assert!(german.contains("<h2>Vertrag</h2>") && german.contains("Erste Zeile<br>zweite Zeile"), "{german}");
    let only = json!({"version": "2", "texts": {"en": "English only"}});
    as_staff(&bench, Request::put(TERMS, only).header("if-match", "*")).await;
    let german = text(&bench.http(in_german()).await);
    assert!(german.contains("<div lang=\"en\">") && german.contains("English only"), "{german}");
    for path in ["/imprint", "/privacy"] {
        assert!(read(&bench, path).await.contains("has not published"), "{path}");
    }
}

#[tokio::test]
async fn a_quote_carries_the_version_of_the_terms() {
    let bench = furnished().await;
    stock(&bench, &product("tea", "Tea", &[variant("TEA", 100)])).await;
    let request = json!({"currency": "EUR", "ship_to": {"country": "DE"}, "lines": [{"sku": "TEA", "quantity": 1}]});
    let expected = Expected { typ: QUOTE_TYP, issuer: "catalog", audience: QUOTE_AUDIENCE };
    let quoted = async || {
        let answer = bench.http(Request::post("/v1/quotes", &request)).await;
        verifier("catalog").verify::<QuoteClaims>(answer.body["quote"].as_str().unwrap(), expected).unwrap().terms
    };
    assert_eq!(quoted().await, None);
    as_staff(&bench, Request::put(TERMS, texts("2026-01", "one"))).await;
    as_staff(&bench, Request::put("/v1/legal-pages/imprint", texts("other", "one"))).await;
    assert_eq!(quoted().await.as_deref(), Some("2026-01"));
}
