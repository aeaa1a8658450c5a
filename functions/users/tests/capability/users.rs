//! Signing up, and the signed-in user.

use crate::harness::{PASSWORD, bench, items, me, refusal, sign_in_request, sign_up, sign_up_request, somebody};
use chassis::testing::Request;
use serde_json::json;

#[tokio::test]
async fn a_new_user_is_a_customer_and_can_sign_in() {
    let bench = bench();
    let answer = bench.http(sign_up_request(" Ada@Example.com ")).await;
    assert_eq!(answer.status, 201);
    assert_eq!(
        (&answer.body["email"], &answer.body["name"], &answer.body["roles"]),
        (&json!("ada@example.com"), &json!("Ada"), &json!(["customer"]))
    );
    assert!(answer.body.get("password_hash").is_none());
    let signed_in = bench.http(sign_in_request("ADA@example.com", PASSWORD)).await;
    assert_eq!((signed_in.status, &signed_in.body["token_type"]), (201, &json!("Bearer")));
    assert_eq!(signed_in.body["expires_in"], 900);
    let mine = me(&bench, signed_in.body["access_token"].as_str().unwrap()).await;
    assert_eq!((mine.status, mine.body), (200, answer.body));
}

#[tokio::test]
async fn an_address_has_one_user_however_it_is_spelled() {
    let bench = bench();
    sign_up(&bench, "ada@example.com").await;
    let before = bench.dynamo.items().len();
    for spelling in ["ada@example.com", "ADA@EXAMPLE.COM "] {
        assert_eq!(refusal(&bench.http(sign_up_request(spelling)).await), (409, "email_taken"));
    }
    assert_eq!(items(&bench, "profile").len(), 1);
    assert_eq!(bench.dynamo.items().len(), before, "nothing is new");
}

#[tokio::test]
async fn a_user_is_stored_under_its_id_with_a_hash_and_its_address_under_a_hash() {
    let bench = bench();
    let id = sign_up(&bench, "ada@example.com").await;
    let profile = &items(&bench, "profile")[0];
    assert_eq!(profile["pk"]["S"], id.to_string());
    let mut attributes: Vec<_> = profile.as_object().unwrap().keys().map(String::as_str).collect();
    attributes.sort_unstable();
    assert_eq!(
        attributes,
        [
            "cause",
            "created_at",
            "credential_epoch",
            "directory",
            "email",
            "id",
            "index1",
            "index1_sort",
            "log",
            "name",
            "password_hash",
            "pk",
            "roles",
            "seq",
            "session_epoch",
            "sk",
            "traceparent"
        ]
    );
    assert!(profile["password_hash"]["S"].as_str().unwrap().starts_with("$argon2id$v=19$"));
    assert!(!bench.dynamo.items().iter().any(|item| item.to_string().contains(PASSWORD)));
    let email = &items(&bench, "email")[0];
    assert_eq!(email["user_id"]["S"], id.to_string());
    assert!(!email.to_string().contains("ada@"));
}

#[tokio::test]
async fn an_invalid_user_is_refused_and_changes_nothing() {
    let bench = bench();
    let good = json!({"email": "ada@example.com", "password": PASSWORD, "name": "Ada"});
    let with = |field: &str, value: serde_json::Value| {
        let mut body = good.clone();
        body[field] = value;
        body.to_string()
    };
    let cases = [
        (with("email", json!("ada")), 422, "invalid_field"),
        (with("email", json!("a".repeat(255))), 422, "invalid_field"),
        (with("email", json!(7)), 422, "invalid_field"),
        (with("password", json!("short")), 422, "invalid_field"),
        (with("password", json!("Password1")), 422, "invalid_field"),
        (with("password", json!("x".repeat(129))), 422, "invalid_field"),
        (with("name", json!("  ")), 422, "invalid_field"),
        (with("name", json!("x".repeat(201))), 422, "invalid_field"),
        (with("roles", json!(["admin"])), 422, "invalid_field"),
        ("{".to_owned(), 400, "malformed_json"),
        ("[]".to_owned(), 422, "invalid_field"),
        (String::new(), 422, "invalid_field"),
        (with("name", json!("x".repeat(70_000))), 413, "body_too_large"),
    ];
    for (body, status, kind) in cases {
        let answer = bench.http(Request::new("POST", "/v1/users").body(body.clone())).await;
        assert_eq!(refusal(&answer), (status, kind), "{}", &body[..body.len().min(80)]);
        assert!(!answer.body.to_string().contains(PASSWORD), "an answer repeats no password");
    }
    assert!(bench.dynamo.items().is_empty());
}

#[tokio::test]
async fn a_problem_says_which_field_is_wrong() {
    let bench = bench();
    let body = json!({"email": "ada@example.com", "password": "password", "name": "Ada"});
    let answer = bench.http(Request::post("/v1/users", body)).await;
    assert_eq!((answer.status, &answer.body["field"]), (422, &json!("/password")));
    assert!(answer.body["detail"].as_str().unwrap().contains("common use"));
}

#[tokio::test]
async fn a_person_renames_themselves_and_new_tokens_say_so() {
    let bench = bench();
    let (_, pair) = somebody(&bench, "ada@example.com").await;
    let patch = |body: &str| Request::new("PATCH", "/v1/users/me").body(body).bearer(&pair.access);
    let renamed = bench.http(patch(r#"{"name": " Ada Lovelace "}"#)).await;
    assert_eq!((renamed.status, &renamed.body["name"]), (200, &json!("Ada Lovelace")));
    assert_eq!(me(&bench, &pair.access).await.body["name"], "Ada Lovelace");
    let fresh = crate::harness::sign_in(&bench, "ada@example.com").await;
    assert_eq!(me(&bench, &fresh.access).await.body["name"], "Ada Lovelace");
    let seq = items(&bench, "profile")[0]["seq"]["N"].clone();
    for unchanged in ["{}", r#"{"name": "Ada Lovelace"}"#] {
        assert_eq!(bench.http(patch(unchanged)).await.status, 200, "{unchanged}");
    }
    for (bad, status) in [
        (r#"{"name": null}"#, 422),
        (r#"{"name": ""}"#, 422),
        (r#"{"email": "eve@example.com"}"#, 422),
        (r#"{"name": 1}"#, 422),
    ] {
        assert_eq!(bench.http(patch(bad)).await.status, status, "{bad}");
    }
    assert_eq!(items(&bench, "profile")[0]["seq"]["N"], seq, "none of these was a change");
    assert_eq!(items(&bench, "profile")[0]["directory"]["S"].as_str().unwrap().len(), 7, "still on the staff's list");
}

#[tokio::test]
async fn nothing_of_ones_own_is_there_without_signing_in() {
    let bench = bench();
    for (method, path) in [
        ("GET", "/v1/users/me"),
        ("PATCH", "/v1/users/me"),
        ("GET", "/v1/users/me/addresses"),
        ("POST", "/v1/users/me/addresses"),
        ("PUT", "/v1/users/me/addresses/addr_00000000000000000000000001"),
        ("DELETE", "/v1/users/me/addresses/addr_00000000000000000000000001"),
        ("DELETE", "/v1/sessions"),
        ("DELETE", "/v1/sessions/current"),
    ] {
        assert_eq!(refusal(&bench.http(Request::new(method, path)).await), (401, "unauthenticated"), "{method} {path}");
    }
}

#[tokio::test]
async fn a_valid_token_of_a_user_that_is_not_there_finds_nothing() {
    let bench = bench();
    let stranger = bench.token(events::ids::UserId::from_bits(5), &[]);
    assert_eq!(refusal(&me(&bench, &stranger).await), (404, "not_found"));
}

#[tokio::test(start_paused = true)]
async fn a_throttled_table_is_an_honest_503() {
    let bench = bench();
    bench.dynamo.throttle_next(9);
    let answer = bench.http(sign_up_request("ada@example.com")).await;
    assert_eq!(refusal(&answer), (503, "unavailable"));
    assert!(bench.dynamo.items().is_empty());
}
