//! Input is bounded and strict: what a route does not take is refused with a stable type before anything is done with it.

use crate::probe::bench;
use chassis::testing::{Request, Response};
use serde_json::{Value, json};

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
async fn a_body_that_is_not_what_the_route_takes_is_400_with_a_stable_type() {
    for (body, kind) in [
        ("", "malformed_json"),
        ("{", "malformed_json"),
        ("{\"name\": \"a\", \"size\": 1} x", "malformed_json"),
        ("[]", "invalid_body"),
        (r#" ["a", 1]"#, "invalid_body"),
        (r#"{"name": "a", "size": 1, "price": [1, "EUR"]}"#, "invalid_body"),
        (r#"{"name": "a", "size": 1, "parts": [["b", 1]]}"#, "invalid_body"),
        (r#"{"name": "a", "size": 1, "sides": [1, 2, 3]}"#, "invalid_body"),
        (r#"{"name": "a", "size": 1, "sides": [1]}"#, "invalid_body"),
        (r#"{"name": "a", "size": 1, "names": {"en": "a", "en": "b"}}"#, "invalid_body"),
        (r#"{"name": "a", "size": 1, "colour": {"red": null}}"#, "invalid_body"),
        ("null", "invalid_body"),
        (r#"{"name": "a"}"#, "invalid_body"),
        (r#"{"name": 7, "size": 1}"#, "invalid_body"),
        (r#"{"name": "a", "size": -1}"#, "invalid_body"),
        (r#"{"name": "a", "size": 1.5}"#, "invalid_body"),
        (r#"{"name": "a", "size": 1, "extra": true}"#, "invalid_body"),
        (r#"{"name": "a", "size": 1, "price": {"amount": 1, "currency": "EUR", "extra": true}}"#, "invalid_body"),
        (r#"{"name": "a", "name": "b", "size": 1}"#, "invalid_body"),
    ] {
        let refused = answer(Request::new("POST", "/v1/things").body(body)).await;
        assert_eq!((refused.status, refused.problem()), (400, kind), "{body}");
    }
}

#[tokio::test]
async fn a_body_is_read_as_its_type_says_at_any_depth() {
    let body = json!({"name": "a", "size": 1, "price": {"amount": 1, "currency": "EUR"}, "names": {"en": "a"},
        "colour": "red", "sides": [1, -2], "parts": [{"name": "b", "size": 2, "price": null}]});
    let stored = answer(Request::post("/v1/things", &body)).await;
    assert_eq!((stored.status, &stored.body["name"]), (201, &json!("a")));
}

#[tokio::test]
async fn a_refused_body_is_told_where_it_is_wrong() {
    let detail =
        |body: Value| async move { answer(Request::post("/v1/things", body)).await.body["detail"].to_string() };
    let part = |part: Value| json!({"name": "a", "size": 1, "parts": [{"name": "b", "size": 2}, part]});
    assert!(detail(part(json!({"name": "c"}))).await.contains("parts.1: missing field `size`"));
    assert!(detail(part(json!({"name": "c", "size": "x"}))).await.contains("parts.1.size: invalid type"));
    assert!(detail(part(json!({"name": "c", "size": 1, "x": 1}))).await.contains("x"));
    let price = json!({"amount": 1, "currency": "EUR", "extra": 1});
    assert!(detail(json!({"name": "a", "size": 1, "price": price})).await.contains("price.extra: unknown field"));
}

#[tokio::test]
async fn a_body_nested_deeper_than_16_levels_is_400_and_harms_nobody() {
    let nested = |levels: usize| {
        let body = format!(r#"{{"name": {}{}}}"#, "[".repeat(levels - 1), "]".repeat(levels - 1));
        answer(Request::new("POST", "/v1/things").body(body))
    };
    assert!(nested(16).await.body["detail"].as_str().unwrap().contains("name: invalid type"));
    for levels in [17, 1_000, 30_000] {
        let refused = nested(levels).await;
        assert_eq!((refused.status, refused.problem()), (400, "invalid_body"));
        assert!(refused.body["detail"].as_str().unwrap().contains("more than 16 levels deep"), "{refused:?}");
    }
    let unfinished = answer(Request::new("POST", "/v1/things").body("[".repeat(60_000))).await;
    assert_eq!((unfinished.status, unfinished.problem()), (400, "invalid_body"));
}

#[tokio::test]
async fn a_path_and_query_beyond_8000_bytes_are_414() {
    let path = "/v1/things/";
    let of = |bytes: usize| answer(Request::get(&format!("{path}{}", "a".repeat(bytes - path.len()))));
    assert_eq!(of(8_000).await.status, 200);
    let asking = |bytes: usize| answer(Request::get(&format!("/v1/things?cursor={}", "a".repeat(bytes))));
    assert_eq!(asking(7_900).await.problem(), "invalid_cursor");
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
    assert_eq!((refused.status, refused.problem()), (400, "invalid_body"));
    assert_eq!(post_base64("eyJuYW1lIjogImEiLCAic2l6ZSI6IDF9").await.status, 201);
}

#[tokio::test]
async fn a_query_is_taken_strictly() {
    for query in ["limit=", "limit", "limit=x", "limit=-1", "limit=1&limit=2", "unknown=1", "limit=1&x", "cursor=%FF"] {
        let refused = answer(Request::get(&format!("/v1/things?{query}"))).await;
        assert_eq!((refused.status, refused.problem()), (400, "invalid_query"), "{query}");
    }
    for limit in [0, 101] {
        let refused = answer(Request::get(&format!("/v1/things?limit={limit}"))).await;
        assert_eq!(refused.problem(), "invalid_limit");
    }
    for cursor in ["!", "_w", ""] {
        let refused = answer(Request::get(&format!("/v1/things?cursor={cursor}"))).await;
        assert_eq!(refused.problem(), "invalid_cursor", "{cursor}");
    }
    assert_eq!(answer(Request::get("/v1/things?limit=100")).await.status, 200);
    assert_eq!(answer(Request::get("/v1/things/a?x=1")).await.problem(), "invalid_query");
}
