//! Request units of each route, as the README states them.

use crate::browser::{Browser, form_request};
use crate::harness::{
    PASSWORD, admin, bench, identity, refresh_request, sign_in, sign_in_request, sign_up_request, somebody, verify,
};
use crate::pages_staff::signed_in;
use chassis::testing::{Bench, Request};
use events::users::Role;
use serde_json::json;
use users::Users;

/// Read and write units of one request, in tenths.
pub async fn cost(bench: &Bench<Users>, request: Request) -> (u64, u64) {
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

fn quay(line1: &str) -> serde_json::Value {
    json!({"name": "Ada", "line1": line1, "city": "Bergen", "postal_code": "5003", "country": "NO"})
}

#[tokio::test]
async fn each_route_costs_what_the_readme_says() {
    let bench = bench();
    let (id, pair) = somebody(&bench, "ada@example.com").await;
    verify(&bench, "ada@example.com");
    let (address, other) = (quay("1 Quay"), quay("2 Quay"));
    let added = bench.http(Request::post("/v1/users/me/addresses", &address).bearer(&pair.access)).await;
    let kept = format!("/v1/users/me/addresses/{}", added.body["id"].as_str().unwrap());
    let eve = crate::harness::sign_up(&bench, "eva@example.com").await;
    let mine = |method, path: &str| Request::new(method, path).bearer(&pair.access);
    let other_session = identity(&bench, &sign_in(&bench, "ada@example.com").await.access).session;
    let ended = format!("/v1/users/{id}/sessions/{other_session}");
    let lost = identity(&bench, &sign_in(&bench, "ada@example.com").await.access).session;
    let cases = [
        ("sign up", sign_up_request("eve@example.com"), (0, 100)),
        ("sign in", sign_in_request("ada@example.com", PASSWORD), (25, 30)),
        ("wrong password", sign_in_request("ada@example.com", "wrong"), (25, 30)),
        ("refresh", refresh_request(&pair.refresh), (20, 10)),
        ("signed-in user", mine("GET", "/v1/users/me"), (10, 0)),
        // The index has the name, which moves.
        ("rename", mine("PATCH", "/v1/users/me").body(r#"{"name": "Ada L."}"#), (10, 30)),
        ("my addresses", mine("GET", "/v1/users/me/addresses"), (10, 0)),
        ("keep", Request::post("/v1/users/me/addresses", &other).bearer(&pair.access), (15, 10)),
        ("keep again", Request::post("/v1/users/me/addresses", &other).bearer(&pair.access), (15, 0)),
        ("replace", Request::put(&kept, &address).bearer(&pair.access), (10, 10)),
        ("remove", mine("DELETE", &kept), (10, 10)),
        ("list", Request::get("/v1/users?limit=2").bearer(&bench.staff()), (30, 0)),
        ("by name", Request::get("/v1/users?limit=2&name=ada").bearer(&bench.staff()), (30, 0)),
        ("by address", Request::get("/v1/users?email=ada@example.com").bearer(&bench.staff()), (20, 0)),
        ("read", Request::get(&format!("/v1/users/{id}")).bearer(&bench.staff()), (10, 0)),
        (
            "give roles",
            Request::put(&format!("/v1/users/{id}/roles"), json!({"roles": ["support"]}))
                .header("if-match", "*")
                .bearer(&admin(&bench).await),
            // The user and the entry of the audit log, in a transaction.
            (30, 40),
        ),
        ("status", Request::get(&format!("/v1/users/{id}/status")).bearer(&bench.staff()), (10, 0)),
        (
            "disable",
            Request::put(&format!("/v1/users/{eve}/status"), json!({"status": "disabled", "reason": "Fraud"}))
                .bearer(&admin(&bench).await),
            (30, 40),
        ),
        ("sessions", Request::get(&format!("/v1/users/{id}/sessions")).bearer(&bench.staff()), (20, 0)),
        ("end a session", Request::new("DELETE", &ended).bearer(&admin(&bench).await), (30, 40)),
        (
            "end all sessions",
            Request::new("DELETE", &format!("/v1/users/{id}/sessions")).bearer(&admin(&bench).await),
            (30, 40),
        ),
        ("my sessions", mine("GET", "/v1/sessions"), (20, 0)),
        ("end my session", mine("DELETE", &format!("/v1/sessions/{lost}")), (10, 10)),
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

#[tokio::test]
async fn each_page_costs_what_the_readme_says() {
    let bench = bench();
    let mut ada = Browser::new(&bench);
    ada.sign_up("ada@example.com").await;
    let home = [("name", "Ada"), ("line1", "1 Quay"), ("postal_code", "5003"), ("city", "Bergen"), ("country", "NO")];
    ada.post("/account/addresses", &home).await;
    let list = ada.get("/account/addresses").await;
    let (_, rest) = list.html.split_once("href=\"/account/addresses/").unwrap();
    let address = format!("/account/addresses/{}", rest.split('"').next().unwrap());
    let another =
        [("name", "Ada"), ("line1", "2 Quay"), ("postal_code", "5003"), ("city", "Bergen"), ("country", "NO")];
    let sign_up = [("name", "Eve"), ("email", "eve@example.com"), ("password", PASSWORD)];
    let sign_in = [("email", "ada@example.com"), ("password", PASSWORD)];
    let rename = [("name", "Ada L."), ("version", "1")];
    let mut renewing = ada.clone();
    renewing.remove("__Host-souk_access");
    let mut known = ada.clone();
    known.sign_in("ada@example.com").await;
    let removal = format!("{address}/removal");
    let form = |target: &str, fields: &[(&str, &str)]| (target.to_owned(), Some(crate::browser::form(fields)));
    let page = |target: &str| (target.to_owned(), None);
    let cases = [
        (Browser::new(&bench), page("/account/sign-up"), (0, 0)),
        (Browser::new(&bench), page("/account/sign-in"), (0, 0)),
        (Browser::new(&bench), form("/account/sign-up", &sign_up), (0, 110)),
        (Browser::new(&bench), form("/account/sign-in", &sign_in), (25, 30)),
        (known, form("/account/sign-in", &sign_in), (25, 30)),
        (renewing, page("/account/session?then=/account"), (20, 10)),
        (ada.clone(), page("/account/session?then=/account"), (0, 0)),
        (Browser::new(&bench), page("/account/session?then=/account"), (0, 0)),
        (ada.clone(), page("/account"), (10, 0)),
        (ada.clone(), form("/account", &rename), (10, 30)),
        (ada.clone(), page("/account/addresses"), (15, 0)),
        (ada.clone(), form("/account/addresses", &another), (15, 10)),
        (ada.clone(), page(&address), (10, 0)),
        (ada.clone(), form(&address, &home), (0, 10)),
        (ada.clone(), form(&removal, &[]), (10, 10)),
        (ada.clone(), page("/account/sessions"), (20, 0)),
        (ada.clone(), page("/fragments/account"), (5, 0)),
        (Browser::new(&bench), page("/fragments/account"), (0, 0)),
        (ada.clone(), page("/fragments/addresses"), (10, 0)),
        (Browser::new(&bench), page("/fragments/addresses"), (0, 0)),
        (Browser::new(&bench), form("/account/sign-out", &[]), (0, 0)),
        (ada.clone(), form("/account/sign-out", &[]), (10, 10)),
        (ada.clone(), form("/account/sign-out", &[("everywhere", "yes")]), (10, 10)),
    ];
    let (mut measured, mut stated) = (Vec::new(), Vec::new());
    for (browser, (target, body), units) in cases {
        let request = match &body {
            Some(body) => form_request(&target, body),
            None => Request::get(&target).without_header("content-type"),
        };
        measured.push((target.clone(), cost(&bench, browser.with_cookies(request, &target)).await));
        stated.push((target, units));
    }
    assert_eq!(measured, stated);
}

#[tokio::test]
async fn each_staff_page_costs_what_the_readme_says() {
    let bench = bench();
    let (id, boss) = signed_in(&bench, "boss@example.com", &[Role::Admin]).await;
    let (ada, pair) = somebody(&bench, "ada@example.com").await;
    let session = identity(&bench, &pair.access).session.to_string();
    let of_ada = [("session", &*session), ("confirmed", "yes")];
    let roles = format!("/staff/users/{id}/roles");
    let unconfirmed = [("customer", "yes"), ("support", "yes"), ("admin", "yes"), ("version", "2")];
    let confirmed = [&unconfirmed[..], &[("confirmed", "yes")]].concat();
    let cases = [
        ("/staff".to_owned(), None, (0, 0)),
        ("/staff/users".to_owned(), None, (30, 0)),
        ("/staff/users?who=ada".to_owned(), None, (30, 0)),
        ("/staff/users?who=boss%40example.com".to_owned(), None, (20, 0)),
        (format!("/staff/users/{id}"), None, (20, 0)),
        (format!("/staff/users/{id}/name"), None, (10, 0)),
        ("/staff/users/audit".to_owned(), None, (10, 0)),
        (roles.clone(), Some(crate::browser::form(&unconfirmed)), (40, 0)),
        (roles, Some(crate::browser::form(&confirmed)), (30, 40)),
        (format!("/staff/users/{ada}/sign-out"), Some(crate::browser::form(&[])), (40, 0)),
        (format!("/staff/users/{ada}/sign-out"), Some(crate::browser::form(&of_ada)), (30, 40)),
        (format!("/staff/users/{ada}/sign-out-everywhere"), Some(crate::browser::form(&[])), (40, 0)),
        (format!("/staff/users/{ada}/sign-out-everywhere"), Some(crate::browser::form(&of_ada)), (30, 40)),
    ];
    for (target, body, units) in cases {
        let request = match &body {
            Some(body) => form_request(&target, body),
            None => Request::get(&target).without_header("content-type"),
        };
        assert_eq!(cost(&bench, boss.with_cookies(request, &target)).await, units, "{target}");
    }
}
