//! Input is bounded and strict: what a route does not take is refused with a stable type before anything is done with it.

use crate::probe::bench;
use chassis::testing::{Request, Response};
use serde_json::json;

async fn answer(request: Request) -> Response {
    bench().http(request).await
}

/// The event of a POST whose body the gateway handed over in base 64.
async fn post_base64(encoded: &str) -> Response {
    let mut event = Request::post("/v1/things", json!({})).event();
    event["body"] = json!(encoded);
    event["isBase64Encoded"] = json!(true);
    Response::from_answer(&bench().invoke(&event).await.unwrap())
}

#[tokio::test]
async fn a_body_is_read_as_its_type_says_at_any_depth() {
    let body = json!({"name": "a", "size": 1, "price": {"amount": 1, "currency": "EUR"}, "names": {"en": "a"},
        "colour": "red", "sides": [1, -2], "parts": [{"name": "b", "size": 2, "price": null}]});
    let stored = answer(Request::post("/v1/things", &body)).await;
    assert_eq!((stored.status, &stored.body["name"]), (201, &json!("a")));
}

#[tokio::test]
async fn a_body_nested_deeper_than_16_levels_is_refused_and_harms_nobody() {
    let nested = |levels: usize| {
        let body = format!(r#"{{"name": {}{}}}"#, "[".repeat(levels - 1), "]".repeat(levels - 1));
        answer(Request::new("POST", "/v1/things").body(body))
    };
    assert_eq!(nested(16).await.body["field"], "/name");
    for levels in [17, 1_000, 30_000] {
        let refused = nested(levels).await;
        assert_eq!((refused.status, refused.problem()), (422, "invalid_field"));
        assert_eq!(refused.body["field"], format!("/name{}", "/0".repeat(15)));
    }
    let unfinished = answer(Request::new("POST", "/v1/things").body("[".repeat(60_000))).await;
    assert_eq!((unfinished.status, unfinished.problem()), (400, "malformed_json"));
}

#[tokio::test]
async fn a_path_and_query_beyond_8000_bytes_are_414() {
    let path = "/v1/things/";
    let of = |bytes: usize| answer(Request::get(&format!("{path}{}", "a".repeat(bytes - path.len()))));
    assert_eq!(of(8_000).await.status, 200);
    let asking = |bytes: usize| answer(Request::get(&format!("/v1/things?cursor={}", "a".repeat(bytes))));
    assert_eq!(asking(7_900).await.problem(), "invalid_parameter");
    for refused in [of(8_001).await, of(100_000).await, asking(8_000).await] {
        assert_eq!((refused.status, refused.problem()), (414, "uri_too_long"));
    }
}

#[tokio::test]
async fn a_body_beyond_64_kib_is_413_encoded_or_not() {
    let body = r#"{"name": "a", "size": 1}"#;
    let fits = format!("{body}{}", " ".repeat(64 * 1024 - body.len()));
    assert_eq!(answer(Request::new("POST", "/v1/things").body(fits.clone())).await.status, 201);
    let refused = answer(Request::new("POST", "/v1/things").body(format!("{fits} "))).await;
    assert_eq!((refused.status, refused.problem()), (413, "body_too_large"));
    assert_eq!(post_base64(&"A".repeat(90_000)).await.status, 413);
    assert_eq!(post_base64(&"A".repeat(300_000)).await.status, 413);
}

#[tokio::test]
async fn bad_base64_and_bytes_that_are_no_text_are_400() {
    assert_eq!(post_base64("not base 64!").await.problem(), "malformed_request");
    // {"name": "<ff>", "size": 1}
    let refused = post_base64("eyJuYW1lIjogIv8iLCAic2l6ZSI6IDF9").await;
    assert_eq!((refused.status, refused.problem()), (400, "malformed_json"));
    assert_eq!(post_base64("eyJuYW1lIjogImEiLCAic2l6ZSI6IDF9").await.status, 201);
}

#[tokio::test]
async fn what_is_no_http_is_400_in_words_of_our_own() {
    let bench = bench();
    let named = |name: &str, value: &str| Request::get("/v1/things/a").header(name, value);
    for request in [
        named("x-a", "a\u{7f}b"),
        named("x-a", "\u{1}"),
        named("x-a", "a\nb"),
        named("x a", "a"),
        named("", "a"),
        Request::new("G T", "/v1/things/a"),
        Request::new("GÉT", "/v1/things/a"),
    ] {
        let refused = bench.http(request.clone()).await;
        assert_eq!((refused.status, refused.problem()), (400, "malformed_request"), "{request:?}");
        assert_eq!(refused.header("content-type"), Some("application/problem+json"), "{request:?}");
        assert_eq!(refused.body["detail"], "The request cannot be read.", "{request:?}");
    }
}

#[tokio::test]
async fn where_a_client_says_that_the_request_was_sent_to_does_not_matter() {
    for (name, value) in [("x-forwarded-proto", "https,http"), ("x-forwarded-proto", "a b"), ("host", "a b")] {
        let seen = answer(Request::get("/v1/things/a").header(name, value)).await;
        assert_eq!((seen.status, &seen.body["id"]), (200, &json!("a")), "{name}: {value}");
    }
}
