//! The staff's list of users, and who may replace a user's roles.

use crate::harness::{Pair, admin, bench, identity, refresh, refusal, sign_up, somebody, somebody_with, verify};
use chassis::testing::Request;
use chassis::testing::signing::permissions_of;
use events::ids::UserId;
use events::users::{Permissions, Role};
use serde_json::json;
use std::collections::BTreeSet;

#[tokio::test]
async fn only_those_who_run_the_shop_see_users_and_only_admins_change_roles() {
    let bench = bench();
    let (id, ada) = somebody(&bench, "ada@example.com").await;
    let requests = || {
        [
            Request::get("/v1/users"),
            Request::get(&format!("/v1/users/{id}")),
            Request::put(&format!("/v1/users/{id}/roles"), json!({"roles": ["customer"]})),
        ]
    };
    for (token, expected) in [
        (None, [401, 401, 401]),
        (Some(ada.access), [403, 403, 403]),
        (Some(bench.staff()), [200, 200, 403]),
        (Some(admin(&bench).await), [200, 200, 200]),
    ] {
        for (request, status) in requests().into_iter().zip(expected) {
            let request = token.iter().fold(request, |request, token| request.bearer(token));
            assert_eq!(bench.http(request.clone()).await.status, status, "{request:?}");
        }
    }
}

#[tokio::test]
async fn the_list_goes_page_by_page_through_everybody_newest_first() {
    let bench = bench();
    let mut everybody = Vec::new();
    for number in 0..23 {
        bench.world.pass_seconds(60);
        everybody.push(sign_up(&bench, &format!("user{number}@example.com")).await.to_string());
    }
    everybody.reverse();
    let shards: BTreeSet<_> =
        crate::harness::items(&bench, "profile").iter().map(|item| item["directory"]["S"].to_string()).collect();
    assert!(shards.len() > 1, "sign-ups are spread over partitions of the index");
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = bench.http(Request::get(&format!("/v1/users?limit=5{cursor}")).bearer(&bench.staff())).await;
        assert_eq!(page.status, 200);
        let items = page.body["items"].as_array().unwrap();
        assert!(items.len() <= 5);
        seen.extend(items.iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        match page.body["cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, everybody);
}

#[tokio::test]
async fn an_empty_shop_has_an_empty_list_and_odd_pages_are_refused() {
    let bench = bench();
    let list = |query: &str| bench.http(Request::get(&format!("/v1/users{query}")).bearer(&bench.staff()));
    assert_eq!(list("").await.body, json!({"items": []}));
    for (query, kind) in [
        ("?limit=0", "invalid_parameter"),
        ("?limit=101", "invalid_parameter"),
        ("?limit=x", "invalid_parameter"),
        ("?cursor=!", "invalid_parameter"),
        ("?cursor=b3JkZXJfMQ", "invalid_parameter"),
        ("?role=admin", "invalid_parameter"),
    ] {
        assert_eq!(refusal(&list(query).await), (400, kind), "{query}");
    }
}

#[tokio::test]
async fn a_user_that_is_not_there_is_not_found() {
    let bench = bench();
    for id in [UserId::from_bits(7).to_string(), "order_00000000000000000000000007".to_owned(), "x".to_owned()] {
        let answer = bench.http(Request::get(&format!("/v1/users/{id}")).bearer(&bench.staff())).await;
        assert_eq!(refusal(&answer), (404, "not_found"), "{id}");
        let roles = Request::put(&format!("/v1/users/{id}/roles"), json!({"roles": ["support"]}));
        assert_eq!(bench.http(roles.bearer(&admin(&bench).await)).await.status, 404, "{id}");
    }
}

#[tokio::test]
async fn roles_reach_the_token_with_the_next_refresh() {
    let bench = bench();
    let (id, ada) = somebody(&bench, "ada@example.com").await;
    verify(&bench, "ada@example.com");
    let admin = admin(&bench).await;
    let put = |roles: serde_json::Value| {
        let request = Request::put(&format!("/v1/users/{id}/roles"), json!({"roles": roles}));
        bench.http(request.bearer(&admin).header("if-match", "*"))
    };
    let answer = put(json!(["support", "customer", "support"])).await;
    assert_eq!((answer.status, &answer.body["roles"]), (200, &json!(["customer", "support"])));
    assert_eq!(identity(&bench, &ada.access).permissions, Permissions::NONE);
    let next = Pair::of(&refresh(&bench, &ada.refresh).await);
    assert_eq!(identity(&bench, &next.access).permissions, permissions_of(&[Role::Support]));
    put(json!(["customer"])).await;
    let next = Pair::of(&refresh(&bench, &next.refresh).await);
    assert_eq!(identity(&bench, &next.access).permissions, Permissions::NONE);
}

#[tokio::test]
async fn roles_that_make_no_sense_are_refused() {
    let bench = bench();
    let id = sign_up(&bench, "ada@example.com").await;
    verify(&bench, "ada@example.com");
    for (body, status) in [
        (json!({"roles": []}), 422),
        (json!({"roles": ["owner"]}), 422),
        (json!({"roles": "staff"}), 422),
        (json!({}), 422),
        (json!({"roles": ["support"], "until": "noon"}), 422),
        (json!({"roles": ["support"]}), 428),
    ] {
        let request = Request::put(&format!("/v1/users/{id}/roles"), &body).bearer(&admin(&bench).await);
        assert_eq!(bench.http(request).await.status, status, "{body}");
    }
    assert_eq!(crate::harness::items(&bench, "profile")[0]["seq"]["N"], "1");
}

#[tokio::test]
async fn an_admin_cannot_give_up_the_role_alone() {
    let bench = bench();
    let (id, own) = somebody_with(&bench, "ada@example.com", Role::Admin).await;
    let own = own.access;
    let put = |roles: serde_json::Value, token: &str| {
        bench.http(
            Request::put(&format!("/v1/users/{id}/roles"), json!({"roles": roles}))
                .bearer(token)
                .header("if-match", "*"),
        )
    };
    assert_eq!(put(json!(["customer", "admin"]), &own).await.status, 200);
    assert_eq!(refusal(&put(json!(["customer"]), &own).await), (409, "own_admin_role"));
    assert_eq!(put(json!(["customer"]), &admin(&bench).await).await.status, 200, "another admin may");
}

#[tokio::test]
async fn roles_are_replaced_from_the_version_that_was_read() {
    let bench = bench();
    let id = sign_up(&bench, "ada@example.com").await;
    verify(&bench, "ada@example.com");
    let admin = admin(&bench).await;
    let put = |roles: serde_json::Value, known: &str| {
        let request = Request::put(&format!("/v1/users/{id}/roles"), json!({"roles": roles}));
        bench.http(request.bearer(&admin).header("if-match", known))
    };
    let read = bench.http(Request::get(&format!("/v1/users/{id}")).bearer(&admin)).await;
    let known = read.header("etag").unwrap();
    // Two admins read the user; one adds staff, the other admin.
    let first = put(json!(["customer", "support"]), known).await;
    assert_eq!((first.status, first.header("etag")), (200, Some("\"2\"")));
    let second = put(json!(["customer", "admin"]), known).await;
    assert_eq!((second.status, second.problem(), second.header("etag")), (412, "precondition_failed", Some("\"2\"")));
    let left = bench.http(Request::get(&format!("/v1/users/{id}")).bearer(&admin)).await;
    assert_eq!(left.body["roles"], json!(["customer", "support"]));
}

#[tokio::test]
async fn an_unverified_address_gets_no_role_and_staff_read_who_changed_roles_and_when() {
    let bench = bench();
    let (id, mut ada) = somebody(&bench, "ada@example.com").await;
    let (boss, by) = somebody_with(&bench, "boss@example.com", Role::Admin).await;
    let path = format!("/v1/users/{id}");
    let put = |roles: serde_json::Value| {
        let request = Request::put(&format!("{path}/roles"), json!({"roles": roles}));
        bench.http(request.bearer(&by.access).header("if-match", "*"))
    };
    assert_eq!(refusal(&put(json!(["customer", "support"])).await), (409, "email_not_verified"));
    assert_eq!(put(json!(["customer"])).await.status, 200, "a customer's role is anybody's");
    let read = || bench.http(Request::get(&path).bearer(&by.access));
    let before = read().await.body;
    assert_eq!((&before["email_verified_at"], &before["role_changes"]), (&json!(null), &json!([])));
    verify(&bench, "ada@example.com");
    let first = bench.world.now();
    assert_eq!(put(json!(["customer", "support"])).await.status, 200);
    bench.world.pass_seconds(60);
    let second = bench.world.now();
    assert_eq!(put(json!(["support"])).await.status, 200);
    let told = read().await.body;
    let change = |at, roles| json!({"at": at, "roles": roles, "actor": boss});
    assert_eq!(
        told["role_changes"],
        json!([change(second, json!(["support"])), change(first, json!(["customer", "support"]))])
    );
    assert!(told["email_verified_at"].is_string());
    ada = Pair::of(&refresh(&bench, &ada.refresh).await);
    let own = bench.http(Request::get("/v1/users/me").bearer(&ada.access)).await.body;
    assert_eq!(own["role_changes"], json!(null), "who gave a role is the shop's business");
}
