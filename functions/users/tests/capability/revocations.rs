//! Who hears of ended sessions and lost roles, and what they are told.

use crate::harness::{Pair, admin, bench, grant, refresh, refusal, sign_in, sign_up, somebody, somebody_with, verify};
use chassis::http::KEPT_SECONDS;
use chassis::testing::{Bench, Request};
use events::ids::UserId;
use events::users::{EmailVerificationRequested, Role, UserRegistered};
use events::{Capability, Message};
use serde_json::{Value, json};
use users::Users;
use users::domain::session::ACCESS_SECONDS;

const TOLD: [Capability; 6] = [
    Capability::Catalog,
    Capability::Inventory,
    Capability::Orders,
    Capability::Payments,
    Capability::Shipping,
    Capability::Notifications,
];

/// What is sent about sessions and roles: type, data and id, each to everybody who must know.
async fn told(bench: &Bench<Users>) -> Vec<(String, Value, String)> {
    bench.relay().await.unwrap();
    let mut sent = bench.queues.take();
    sent.retain(|message| ![UserRegistered::TYPE, EmailVerificationRequested::TYPE].contains(&message.kind()));
    let mut told = Vec::new();
    for copies in sent.chunks(TOLD.len()) {
        assert_eq!(copies.iter().map(|copy| copy.to).collect::<Vec<_>>(), TOLD);
        let envelope = &copies[0].envelope;
        assert!(copies.iter().all(|copy| copy.envelope == *envelope));
        told.push((envelope.kind.clone(), envelope.data.clone(), envelope.id.clone()));
    }
    told
}

async fn sign_out(bench: &Bench<Users>, pair: &Pair, path: &str) {
    assert_eq!(bench.http(Request::new("DELETE", path).bearer(&pair.access)).await.status, 204);
}

async fn give(bench: &Bench<Users>, id: UserId, roles: Value, by: &str) {
    let request =
        Request::put(&format!("/v1/users/{id}/roles"), json!({"roles": roles})).header("if-match", "*").bearer(by);
    assert_eq!(bench.http(request).await.status, 200);
}

#[tokio::test]
async fn the_end_of_a_staff_session_is_told_once_to_all_who_move_money_or_goods() {
    let bench = bench();
    let (id, pair) = somebody_with(&bench, "ada@example.com", Role::Support).await;
    assert!(told(&bench).await.is_empty());
    let session = crate::harness::identity(&bench, &pair.access).session;
    sign_out(&bench, &pair, "/v1/sessions/current").await;
    sign_out(&bench, &pair, "/v1/sessions/current").await;
    let data = json!({"user_id": id, "session_id": session});
    let message_id = format!("{session}/1/users.session_ended.v1");
    assert_eq!(told(&bench).await, [("users.session_ended.v1".to_owned(), data, message_id)]);
}

#[tokio::test]
async fn a_staff_session_that_ends_because_a_used_token_came_back_is_told_too() {
    let bench = bench();
    let (_, pair) = somebody_with(&bench, "ada@example.com", Role::Support).await;
    assert_eq!(refresh(&bench, &pair.refresh).await.status, 200);
    bench.world.pass_seconds(10);
    assert_eq!(refusal(&refresh(&bench, &pair.refresh).await), (401, "session_revoked"));
    let told = told(&bench).await;
    assert_eq!(told.iter().map(|(kind, ..)| kind.as_str()).collect::<Vec<_>>(), ["users.session_ended.v1"]);
}

#[tokio::test]
async fn signing_out_everywhere_and_losing_a_role_revoke_all_tokens_of_earlier_versions() {
    let bench = bench();
    let admin = admin(&bench).await;
    let (id, pair) = somebody_with(&bench, "ada@example.com", Role::Support).await;
    sign_out(&bench, &pair, "/v1/sessions").await;
    let changed = |version: u64| {
        let data = json!({"user_id": id, "user_version": version});
        ("users.access_changed.v1".to_owned(), data, format!("{id}/{version}/users.access_changed.v1"))
    };
    assert_eq!(told(&bench).await, [changed(3)], "after signing up and being given the role");
    let after = sign_in(&bench, "ada@example.com").await;
    assert_eq!(crate::harness::identity(&bench, &after.access).user_version, 3, "new tokens count");
    give(&bench, id, json!(["customer"]), &admin).await;
    assert_eq!(told(&bench).await, [changed(4)]);
}

#[tokio::test]
async fn customers_and_new_roles_are_nobodys_business() {
    let bench = bench();
    let admin = admin(&bench).await;
    let (id, pair) = somebody(&bench, "ada@example.com").await;
    verify(&bench, "ada@example.com");
    let other = sign_in(&bench, "ada@example.com").await;
    sign_out(&bench, &pair, "/v1/sessions/current").await;
    sign_out(&bench, &other, "/v1/sessions").await;
    give(&bench, id, json!(["customer", "support"]), &admin).await;
    give(&bench, id, json!(["customer", "support", "admin"]), &admin).await;
    assert!(told(&bench).await.is_empty());
}

#[tokio::test]
async fn an_admin_whose_session_ended_or_whose_role_was_taken_changes_no_roles_any_more() {
    let bench = bench();
    let other = admin(&bench).await;
    let id = sign_up(&bench, "eve@example.com").await;
    let roles = |token: &str| {
        let request =
            Request::put(&format!("/v1/users/{id}/roles"), json!({"roles": ["customer"]})).header("if-match", "*");
        bench.http(request.bearer(token))
    };
    let (ada, first) = somebody_with(&bench, "ada@example.com", Role::Admin).await;
    assert_eq!(roles(&first.access).await.status, 200);
    sign_out(&bench, &first, "/v1/sessions/current").await;
    assert_eq!(refusal(&roles(&first.access).await), (401, "session_ended"));
    let second = sign_in(&bench, "ada@example.com").await;
    assert_eq!(roles(&second.access).await.status, 200, "another session goes on");
    sign_out(&bench, &second, "/v1/sessions").await;
    assert_eq!(refusal(&roles(&second.access).await), (401, "session_ended"));
    let third = sign_in(&bench, "ada@example.com").await;
    give(&bench, ada, json!(["customer"]), &other).await;
    assert_eq!(refusal(&roles(&third.access).await), (401, "session_ended"));
    grant(&bench, "eve@example.com", Role::Admin).await;
    let made_up = bench.token(UserId::from_bits(5), &[Role::Admin]);
    assert_eq!(refusal(&roles(&made_up).await), (401, "session_ended"), "nobody has this session");
}

#[test]
fn a_revocation_is_kept_for_longer_than_a_token_lives() {
    // Clocks differ by some seconds.
    const { assert!(KEPT_SECONDS > ACCESS_SECONDS + 10) }
}
