//! Request units of each route, as the README states them.

use crate::harness::{PASSWORD, admin, bench, refresh_request, sign_in_request, sign_up_request, somebody};
use chassis::testing::{Bench, Request};
use serde_json::json;
use users::Users;

/// Read and write units of one request, in tenths.
async fn cost(bench: &Bench<Users>, request: Request) -> (u64, u64) {
    bench.dynamo.take_calls();
    let answer = bench.http(request).await;
    assert!(answer.status < 500, "{:?}", answer.body);
    let calls = bench.dynamo.take_calls();
    let sum = |reads: bool| {
        let counted =
            calls.iter().filter(|call| reads == matches!(&*call.operation, "GetItem" | "BatchGetItem" | "Query"));
        counted.map(|call| call.tenths_of_units).sum()
    };
    (sum(true), sum(false))
}

#[tokio::test]
async fn each_route_costs_what_the_readme_says() {
    let bench = bench();
    let (id, pair) = somebody(&bench, "ada@example.com").await;
    let address = json!({"name": "Ada", "line1": "1 Quay", "city": "Bergen", "postal_code": "5003", "country": "NO"});
    let added = bench.http(Request::post("/v1/users/me/addresses", &address).bearer(&pair.access)).await;
    let kept = format!("/v1/users/me/addresses/{}", added.body["id"].as_str().unwrap());
    let other = json!({"name": "Ada", "line1": "2 Quay", "city": "Bergen", "postal_code": "5003", "country": "NO"});
    let mine = |method, path: &str| Request::new(method, path).bearer(&pair.access);
    let cases = [
        ("sign up", sign_up_request("eve@example.com"), (0, 60)),
        ("sign in", sign_in_request("ada@example.com", PASSWORD), (25, 30)),
        ("wrong password", sign_in_request("ada@example.com", "wrong"), (25, 30)),
        ("refresh", refresh_request(&pair.refresh), (20, 10)),
        ("signed-in user", mine("GET", "/v1/users/me"), (10, 0)),
        ("rename", mine("PATCH", "/v1/users/me").body(r#"{"name": "Ada L."}"#), (10, 10)),
        ("my addresses", mine("GET", "/v1/users/me/addresses"), (10, 0)),
        ("keep", Request::post("/v1/users/me/addresses", &other).bearer(&pair.access), (10, 10)),
        ("keep again", Request::post("/v1/users/me/addresses", &other).bearer(&pair.access), (10, 0)),
        ("replace", Request::put(&kept, &address).bearer(&pair.access), (0, 10)),
        ("remove", mine("DELETE", &kept), (10, 10)),
        ("list", Request::get("/v1/users?limit=2").bearer(&bench.staff()), (30, 0)),
        ("read", Request::get(&format!("/v1/users/{id}")).bearer(&bench.staff()), (10, 0)),
        (
            "give roles",
            Request::put(&format!("/v1/users/{id}/roles"), json!({"roles": ["staff"]}))
                .header("if-match", "*")
                .bearer(&admin(&bench).await),
            // The user and the entry of the audit log, in a transaction.
            (30, 40),
        ),
        ("sign out", mine("DELETE", "/v1/sessions/current"), (10, 10)),
        ("sign out everywhere", mine("DELETE", "/v1/sessions"), (10, 10)),
    ];
    let mut measured = Vec::new();
    let mut stated = Vec::new();
    for (what, request, units) in cases {
        measured.push((what, cost(&bench, request).await));
        stated.push((what, units));
    }
    assert_eq!(measured, stated);
}
