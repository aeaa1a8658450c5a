//! The steps that all requests share: matching, problem documents, one trace id.

use crate::probe::{bench, bench_with};
use chassis::Wiring;
use chassis::testing::signing::verifier;
use chassis::testing::{Request, Response};
use chassis::tokens::AccessVerifier;
use serde_json::{Value, json};

async fn answer(request: Request) -> Response {
    bench().http(request).await
}

#[tokio::test]
async fn a_browser_that_asks_first_is_told_the_methods_of_a_path() {
    let told = bench().http(Request::new("OPTIONS", "/v1/things/a")).await;
    assert_eq!((told.status, told.headers["allow"].as_str().unwrap()), (204, "GET, HEAD, DELETE"));
    assert_eq!(bench().http(Request::new("OPTIONS", "/v1/nothing")).await.status, 404);
}

#[tokio::test]
async fn an_unknown_path_is_404_and_a_known_path_with_another_method_405() {
    assert_eq!(answer(Request::get("/v1/nothing")).await.problem(), "not_found");
    assert_eq!(answer(Request::get("/v1/things/")).await.status, 404);
    assert_eq!(answer(Request::get("/v1/things/a/b")).await.status, 404);
    let refused = answer(Request::new("PATCH", "/v1/things/a")).await;
    assert_eq!((refused.status, refused.problem()), (405, "method_not_allowed"));
    assert_eq!(refused.headers["allow"], "GET, HEAD, DELETE");
}

#[tokio::test]
async fn a_path_variable_is_decoded_once_and_undecodable_ones_are_404() {
    assert_eq!(answer(Request::get("/v1/things/caf%C3%A9")).await.body["id"], "café");
    assert_eq!(answer(Request::get("/v1/things/%2525")).await.body["id"], "%25");
    for bad in ["%FF", "%", "%2", "%zz", "%+1"] {
        assert_eq!(answer(Request::get(&format!("/v1/things/{bad}"))).await.status, 404, "{bad}");
    }
}

#[tokio::test]
async fn a_path_is_found_behind_the_name_of_a_stage_too() {
    let mut event = Request::get("/dev/v1/things/a").event();
    event["requestContext"]["stage"] = json!("dev");
    let answer = Response::from_answer(&bench().invoke(&event).await.unwrap());
    assert_eq!(answer.body["id"], "a");
}

#[tokio::test]
async fn every_refusal_is_a_problem_document_that_names_the_trace() {
    let refused = answer(Request::get("/v1/things/missing")).await;
    assert_eq!(refused.headers["content-type"], "application/problem+json");
    assert_eq!(refused.body["type"], "urn:souk:problem:not_found");
    assert_eq!(refused.body["title"], "Not found");
    assert_eq!(refused.body["status"], 404);
    assert!(refused.body["detail"].is_string());
    assert_eq!(refused.body["trace_id"], refused.headers["x-trace-id"]);
}

#[tokio::test]
async fn a_problem_carries_its_members_and_when_to_come_back() {
    let bench = bench();
    let store = || Request::post("/v1/things", json!({"name": "a", "size": 1}));
    assert_eq!(bench.http(store()).await.status, 201);
    let refused = bench.http(store()).await;
    assert_eq!((refused.status, &refused.body["name"]), (409, &json!("a")));
    let busy = bench.http(Request::get("/v1/things/busy")).await;
    assert_eq!((busy.status, &busy.headers["retry-after"]), (503, &json!("1")));
}

#[tokio::test]
async fn a_trace_is_continued_if_well_formed_and_started_otherwise() {
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let continued = answer(Request::get("/v1/things/a").header("traceparent", parent)).await;
    assert_eq!(continued.body["trace"], parent);
    assert_eq!(continued.headers["x-trace-id"], "4bf92f3577b34da6a3ce929d0e0e4736");
    let started = answer(Request::get("/v1/things/a").header("traceparent", "00-x-y-01")).await;
    assert_eq!(started.headers["x-trace-id"].as_str().unwrap().len(), 32);
    assert_ne!(started.headers["x-trace-id"], continued.headers["x-trace-id"]);
}

#[tokio::test]
async fn every_answer_lists_its_cookies_because_the_watching_server_asks_for_them() {
    for path in ["/v1/things/a", "/v1/nothing"] {
        let answer = bench().invoke(&Request::get(path).event()).await.unwrap();
        assert_eq!(answer["cookies"], json!([]), "{path}");
    }
}

#[tokio::test]
async fn a_panicking_handler_is_answered_500_and_the_next_request_is_served() {
    let bench = bench();
    let broken = bench.http(Request::get("/v1/panic")).await;
    assert_eq!((broken.status, broken.problem()), (500, "internal"));
    assert!(!broken.body.to_string().contains("as requested"));
    assert_eq!(bench.http(Request::get("/v1/things/a")).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn a_throttled_table_is_503_and_says_nothing_about_itself() {
    let bench = bench();
    bench.dynamo.throttle_next(100);
    let refused = bench.http(Request::get("/v1/things")).await;
    assert_eq!((refused.status, refused.problem()), (503, "unavailable"));
    assert!(!refused.body.to_string().contains("throttled"));
}

#[tokio::test]
async fn only_what_a_route_allows_is_kept_by_caches_and_204_has_no_body() {
    assert_eq!(answer(Request::get("/v1/things/a")).await.headers["cache-control"], "public, max-age=60");
    assert_eq!(answer(Request::get("/v1/things/missing")).await.headers["cache-control"], "no-store");
    assert_eq!(answer(Request::get("/v1/things")).await.headers["cache-control"], "no-store");
    let bench = bench();
    let forgotten = bench.http(Request::new("DELETE", "/v1/things/a").bearer(&bench.staff())).await;
    assert_eq!((forgotten.status, forgotten.body), (204, Value::Null));
}

#[tokio::test]
async fn every_answer_is_hardened_whatever_it_says() {
    let bench = bench();
    let mut answers = Vec::new();
    for request in [
        Request::get("/v1/things/a"),
        Request::get("/v1/things/missing"),
        Request::get("/v1/nothing"),
        Request::get("/v1/panic"),
        Request::new("OPTIONS", "/v1/things/a"),
        Request::new("PATCH", "/v1/things/a"),
        Request::new("HEAD", "/v1/things/a"),
    ] {
        answers.push(bench.http(request).await);
    }
    for answer in answers {
        for (name, value) in [
            ("strict-transport-security", "max-age=63072000; includeSubDomains"),
            ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
        ] {
            assert_eq!(answer.headers[name], value, "{answer:?}");
        }
    }
}

#[tokio::test]
async fn what_is_reached_without_tls_promises_none() {
    let plain = |wiring: &mut Wiring| wiring.tokens = AccessVerifier::new(verifier("users"), "http://localhost:4566");
    let answer = bench_with(plain).http(Request::get("/v1/things/a")).await;
    assert_eq!(answer.headers.get("strict-transport-security"), None);
}

#[tokio::test]
async fn a_handler_may_say_what_its_answer_may_do() {
    let answer = answer(Request::post("/v1/echo", json!({}))).await;
    assert_eq!(answer.headers["content-security-policy"], "frame-ancestors 'none'");
}

#[tokio::test]
async fn an_idempotency_key_is_required_where_money_moves_and_must_be_visible_text() {
    let ask = |key: Option<&str>| {
        let request = Request::post("/v1/things/a/keyed", json!({}));
        answer(key.into_iter().fold(request, |request, key| request.header("idempotency-key", key)))
    };
    assert_eq!(ask(Some("a-key")).await.body, "a-key");
    for bad in [None, Some(""), Some("with space"), Some("é"), Some(&*"x".repeat(256))] {
        let refused = ask(bad).await;
        let kind = if bad.is_none() { "idempotency_key_required" } else { "invalid_parameter" };
        assert_eq!((refused.status, refused.problem()), (400, kind), "{bad:?}");
        assert_eq!(refused.body["parameter"], "Idempotency-Key", "{bad:?}");
    }
}

#[tokio::test]
async fn a_header_that_cannot_be_read_is_named_and_what_it_says_is_not_repeated() {
    let bench = bench();
    let whole = json!({"name": "a", "size": 1});
    let odd = format!("marker\t\u{202e}{}", "x".repeat(200));
    for (request, name, status) in [
        (Request::get("/v1/access/customer"), "Authorization", 401),
        (Request::post("/v1/things", &whole), "Content-Type", 415),
        (Request::post("/v1/things", &whole), "Content-Encoding", 415),
        (Request::post("/v1/things/a/keyed", json!({})), "Idempotency-Key", 400),
        (Request::put("/v1/versions/a", json!({})), "If-Match", 400),
    ] {
        let refused = bench.http(request.header(&name.to_ascii_lowercase(), &odd)).await;
        assert_eq!((refused.status, &refused.body["parameter"]), (status, &json!(name)), "{refused:?}");
        assert!(!refused.body.to_string().contains("marker"), "{refused:?}");
    }
}
