//! The gateway has matched a path before it asks: a function serves what was matched, whatever stands before the path.

use crate::probe::{bench, bench_with};
use chassis::Wiring;
use chassis::testing::signing::verifier;
use chassis::testing::{Request, Response};
use chassis::tokens::AccessVerifier;
use serde_json::{Value, json};

/// The event of a request as AWS documents it for payload format 2.0.
fn event(raw_path: &str, route_key: &str, stage: &str, variables: Value) -> Value {
    let mut event = Request::get(raw_path).event();
    event["routeKey"] = json!(route_key);
    event["pathParameters"] = variables;
    event["requestContext"]["routeKey"] = json!(route_key);
    event["requestContext"]["stage"] = json!(stage);
    event
}

async fn id_in(event: Value) -> (u16, Value) {
    let answer = Response::from_answer(&bench().invoke(&event).await.unwrap());
    (answer.status, answer.body["id"].clone())
}

#[tokio::test]
async fn a_matched_route_is_served_behind_a_base_path_a_stage_or_both() {
    let variables = || json!({"id": "a"});
    for (raw_path, stage) in [
        ("/v1/things/a", "$default"),
        ("/shop/v1/things/a", "$default"),
        ("/prod/v1/things/a", "prod"),
        ("/shop/v1/things/a", "prod"),
    ] {
        for key in ["GET /v1/things/{id}", "ANY /v1/things/{id}"] {
            assert_eq!(id_in(event(raw_path, key, stage, variables())).await, (200, json!("a")), "{raw_path} {key}");
        }
        for (key, rest) in
            [("ANY /{proxy+}", "v1/things/a"), ("GET /v1/{rest+}", "things/a"), ("ANY /v1/things/{proxy+}", "a")]
        {
            let variables = json!({"proxy": rest, "rest": rest});
            assert_eq!(id_in(event(raw_path, key, stage, variables)).await, (200, json!("a")), "{raw_path} {key}");
        }
    }
}

#[tokio::test]
async fn the_method_is_the_requests_whatever_the_matched_route_says() {
    let mut event = event("/shop/v1/things/a", "ANY /v1/things/{id}", "$default", json!({"id": "a"}));
    event["requestContext"]["http"]["method"] = json!("PATCH");
    let refused = Response::from_answer(&bench().invoke(&event).await.unwrap());
    assert_eq!((refused.status, refused.header("allow")), (405, Some("GET, HEAD, DELETE")));
}

#[tokio::test]
async fn what_the_gateway_matched_to_nothing_is_found_behind_the_base_path_of_the_public_address() {
    let at = |address: &'static str, raw_path: &'static str, stage: &'static str| async move {
        let placed = move |wiring: &mut Wiring| wiring.tokens = AccessVerifier::new(verifier("users"), address);
        let event = event(raw_path, "$default", stage, Value::Null);
        Response::from_answer(&bench_with(placed).invoke(&event).await.unwrap()).status
    };
    assert_eq!(at("https://example.com/shop", "/shop/v1/things/a", "$default").await, 200);
    assert_eq!(at("https://example.com/shop", "/v1/things/a", "$default").await, 200);
    assert_eq!(at("https://example.com/a/b", "/dev/a/b/v1/things/a", "dev").await, 200);
    assert_eq!(at("https://example.com", "/shop/v1/things/a", "$default").await, 404);
    assert_eq!(at("https://example.com/shop", "/shopping/v1/things/a", "$default").await, 404);
}

#[tokio::test]
async fn the_default_route_answers_for_the_whole_shop() {
    let ask = |method: &'static str, path: &'static str| async move { bench().http(Request::new(method, path)).await };
    for path in ["/v1", "/v1/products/", "/v1//products", "/v1/things/"] {
        let answer = ask("GET", path).await;
        assert_eq!((answer.status, answer.problem()), (404, "not_found"), "{path}");
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{path}");
    }
    for path in ["/nowhere", "/v2/products", "/V1/products"] {
        let answer = ask("GET", path).await;
        assert_eq!((answer.status, answer.body.as_str()), (404, Some("page: not_found")), "{path}");
    }
    for (method, path, allowed) in [
        ("DELETE", "/v1/products", "GET, HEAD, POST"),
        ("PUT", "/v1/quotes", "POST"),
        ("PUT", "/v1/products/mint-tea", "GET, HEAD, PATCH, DELETE"),
        ("POST", "/.well-known/jwks.json", "GET, HEAD"),
    ] {
        let answer = ask(method, path).await;
        assert_eq!((answer.status, answer.problem()), (405, "method_not_allowed"), "{method} {path}");
        assert_eq!(answer.header("allow"), Some(allowed), "{method} {path}");
    }
    // Its capability has no routes at the gateway: it is not deployed.
    let away = ask("GET", "/v1/products").await;
    assert_eq!((away.status, away.problem()), (404, "not_found"));
    assert_eq!(away.body["detail"], "This shop runs without catalog at present.");
}
