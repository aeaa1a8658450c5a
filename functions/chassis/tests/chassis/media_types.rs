//! Bodies of another media type or with a content coding are refused before they are read.

use crate::probe::bench;
use chassis::testing::{Request, Response};
use serde_json::json;

fn store() -> Request {
    Request::post("/v1/things", json!({"name": "a", "size": 1}))
}

async fn answer(request: Request) -> Response {
    bench().http(request).await
}

#[tokio::test]
async fn a_body_of_another_media_type_is_415_and_told_which_is_taken() {
    for sent in [
        "text/plain",
        "text/json",
        "image/png",
        "application/xml",
        "application/octet-stream",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain, application/json",
        "application/json\u{e9}",
    ] {
        let refused = answer(store().header("content-type", sent)).await;
        assert_eq!((refused.status, refused.problem()), (415, "unsupported_media_type"), "{sent}");
        assert_eq!(refused.headers["accept"], "application/json", "{sent}");
        assert_eq!(refused.body["parameter"], "Content-Type", "{sent}");
    }
}

#[tokio::test]
async fn a_body_that_is_said_to_be_json_or_of_no_type_is_read_as_json_in_utf_8() {
    for sent in [
        "Application/JSON;charset=UTF-8",
        "application/json; charset=utf-16",
        "application/json; charset=utf-7",
        "application/json; profile=x",
        "application/problem+json",
        "APPLICATION/VND.SHOP+JSON; charset=latin1",
        "",
    ] {
        assert_eq!(answer(store().header("content-type", sent)).await.status, 201, "{sent}");
    }
    assert_eq!(answer(store().without_header("content-type")).await.status, 201, "a body without a type");
}

#[tokio::test]
async fn a_body_with_a_content_coding_is_415_and_told_that_none_is_taken() {
    for coding in ["gzip", "br", "identity, gzip", "aws-chunked"] {
        let refused = answer(store().header("content-encoding", coding)).await;
        assert_eq!((refused.status, refused.problem()), (415, "unsupported_media_type"), "{coding}");
        assert_eq!(refused.headers["accept-encoding"], "identity", "{coding}");
        assert_eq!(refused.body["parameter"], "Content-Encoding", "{coding}");
    }
    assert_eq!(answer(store().header("content-encoding", "Identity")).await.status, 201);
}

#[tokio::test]
async fn what_has_no_body_needs_no_type_and_neither_does_an_empty_one_that_is_not_taken() {
    let bare = |request: Request| request.without_header("content-type");
    assert_eq!(answer(bare(Request::get("/v1/things/a"))).await.status, 200);
    let missing = answer(bare(Request::new("POST", "/v1/things"))).await;
    assert_eq!((missing.status, missing.problem()), (422, "invalid_field"), "there is nothing to have a type");
    let keyed = Request::new("POST", "/v1/things/a/keyed").header("idempotency-key", "k");
    assert_eq!(answer(keyed.header("content-type", "text/plain").body("{}")).await.status, 200);
}
