//! Which version an answer shows, and from which one a client edits.

use crate::probe::bench;
use chassis::testing::{Request, Response};
use serde_json::json;

async fn answer(request: Request) -> Response {
    bench().http(request).await
}

#[tokio::test]
async fn what_a_client_has_already_is_not_sent_again() {
    let read = |method| Request::new(method, "/v1/versions/io");
    let first = answer(read("GET")).await;
    assert_eq!((first.status, first.header("etag")), (200, Some("\"7.io\"")));
    for known in ["\"7.io\"", "W/\"7.io\"", "\"6\", \"7.io\"", "\"zz\",, \"7.io\",", "*"] {
        for method in ["GET", "HEAD"] {
            let again = answer(read(method).header("if-none-match", known)).await;
            assert_eq!((again.status, again.header("etag")), (304, Some("\"7.io\"")), "{known}");
            assert!(again.body.is_null() && again.header("content-type").is_none(), "{again:?}");
        }
    }
    for other in ["\"7\"", "\"7.oo\"", "7.io", ""] {
        assert_eq!(answer(read("GET").header("if-none-match", other)).await.status, 200, "{other}");
    }
}

#[tokio::test]
async fn an_edit_says_from_which_version_it_was_made() {
    let edit = || Request::new("PUT", "/v1/versions/io");
    for (known, status, problem, etag) in [
        (Some("\"7\""), 200, "", Some("\"8\"")),
        (Some("\"7.io\""), 200, "", Some("\"8\"")),
        (Some("*"), 200, "", Some("\"8\"")),
        (Some("\"6\""), 412, "precondition_failed", Some("\"7\"")),
        (Some("\"nonsense\""), 412, "precondition_failed", Some("\"7\"")),
        (Some("nonsense"), 400, "invalid_parameter", None),
        (None, 428, "precondition_required", None),
    ] {
        let request = known.map_or_else(edit, |known| edit().header("if-match", known));
        let edited = answer(request).await;
        assert_eq!((edited.status, edited.problem(), edited.header("etag")), (status, problem, etag), "{known:?}");
    }
}

#[tokio::test]
async fn an_edit_of_what_its_client_excludes_is_not_made() {
    let edit = |excluded| {
        answer(Request::new("PUT", "/v1/versions/io").header("if-match", "*").header("if-none-match", excluded))
    };
    for (excluded, status, problem, etag) in [
        ("\"7.io\"", 412, "precondition_failed", Some("\"7\"")),
        ("\"zz\",,W/\"7\",", 412, "precondition_failed", Some("\"7\"")),
        ("*", 412, "precondition_failed", Some("\"7\"")),
        ("nonsense", 400, "invalid_parameter", None),
        ("\"6\"", 200, "", Some("\"8\"")),
    ] {
        let edited = edit(excluded).await;
        assert_eq!((edited.status, edited.problem(), edited.header("etag")), (status, problem, etag), "{excluded}");
    }
    assert_eq!(edit("nonsense").await.body["parameter"], "If-None-Match");
}

#[tokio::test]
async fn a_change_of_what_has_no_versions_is_not_made_if_it_names_one() {
    let bench = bench();
    let replace = || Request::put("/v1/things/a/whole", json!({"name": "a", "size": 1})).bearer(&bench.staff());
    for (header, known, status, problem) in [
        ("if-match", "\"1\"", 412, "precondition_failed"),
        ("if-match", "W/\"nonsense\"", 412, "precondition_failed"),
        ("if-match", "nonsense", 400, "invalid_parameter"),
        ("if-none-match", "*", 412, "precondition_failed"),
        ("if-none-match", "\"1\"", 412, "precondition_failed"),
        ("if-none-match", "nonsense", 400, "invalid_parameter"),
    ] {
        let refused = bench.http(replace().header(header, known)).await;
        assert_eq!((refused.status, refused.problem()), (status, problem), "{header}: {known}");
        let forget = Request::new("DELETE", "/v1/things/a").bearer(&bench.staff()).header(header, known);
        assert_eq!(bench.http(forget).await.status, status, "{header}: {known}");
    }
    assert!(bench.dynamo.items().is_empty());
    let unknown = Request::put("/v1/things/a/whole", json!({"name": "a", "size": 1})).header("if-match", "\"1\"");
    assert_eq!(bench.http(unknown).await.status, 401, "who may not change it learns nothing else");
    assert_eq!(bench.http(replace().header("if-match", "*")).await.status, 200);
    assert_eq!(bench.http(Request::get("/v1/things/a").header("if-match", "\"1\"")).await.status, 200);
}
