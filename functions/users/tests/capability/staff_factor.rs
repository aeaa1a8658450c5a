//! Second factors of staff over the API: what somebody with a role may do before there is one, what a role that comes later takes, and the
//! last factor, which staff keep and only a colleague takes away.

use crate::authenticator::Authenticator;
use crate::factors::{App, protect, strict_bench};
use crate::harness::{
    PASSWORD, Pair, bench, grant, identity, refresh, refusal, sign_in_request, somebody, somebody_with,
};
use chassis::testing::{Bench, Request, Response};
use events::users::{AccessChanged, Permissions, Role};
use serde_json::json;
use users::Users;

const EMAIL: &str = "ada@example.com";

/// What the tokens of an answer allow, and whether it says that a second factor is missing.
fn allowed(bench: &Bench<Users>, answer: &Response) -> (Permissions, bool) {
    let access = Pair::of(answer).access;
    (identity(bench, &access).permissions, answer.body["lacks_second_factor"] == true)
}

async fn refreshed(bench: &Bench<Users>, pair: &mut Pair) -> (Permissions, bool) {
    let answer = refresh(bench, &pair.refresh).await;
    *pair = Pair::of(&answer);
    // Four refreshes in ten seconds are enough.
    bench.world.pass_seconds(10);
    allowed(bench, &answer)
}

async fn remove(bench: &Bench<Users>, path: &str, access: &str) -> Response {
    bench.http(Request::new("DELETE", path).bearer(access)).await
}

#[tokio::test]
async fn staff_without_a_second_factor_may_do_nothing_more_than_a_customer_and_are_told_why() {
    let bench = strict_bench();
    somebody_with(&bench, EMAIL, Role::Admin).await;
    let answer = bench.http(sign_in_request(EMAIL, PASSWORD)).await;
    assert_eq!(allowed(&bench, &answer), (Permissions::NONE, true));
    let mut pair = Pair::of(&answer);
    assert_eq!(refreshed(&bench, &mut pair).await, (Permissions::NONE, true), "a refresh brings nothing");
    let directory = Request::get("/v1/users").bearer(&pair.access);
    assert_eq!(refusal(&bench.http(directory).await), (403, "forbidden"));
    assert_eq!(bench.http(Request::get("/v1/users/me").bearer(&pair.access)).await.status, 200);
    let begin = Request::post("/v1/totp", json!({"password": PASSWORD})).bearer(&pair.access);
    let app = App::with(bench.http(begin).await.body["secret"].as_str().unwrap());
    let first = Request::put("/v1/totp", json!({"code": app.code(&bench)})).bearer(&pair.access);
    let confirmed = bench.http(first).await;
    let at_once = identity(&bench, confirmed.body["access_token"].as_str().unwrap());
    assert_eq!(at_once.permissions, Permissions::all(), "without another sign-in");
    assert_eq!(refreshed(&bench, &mut pair).await, (Permissions::all(), false));
    assert_eq!(refreshed(&bench, &mut pair).await, (Permissions::all(), false), "and so it stays");
    let (_, customer) = somebody(&bench, "bob@example.com").await;
    let answer = refresh(&bench, &customer.refresh).await;
    assert!(answer.body["lacks_second_factor"].is_null(), "customers need none: {:?}", answer.body);
}

#[tokio::test]
async fn a_role_given_to_somebody_without_a_second_factor_takes_effect_once_they_have_one() {
    let bench = strict_bench();
    let (_, mut pair) = somebody(&bench, EMAIL).await;
    grant(&bench, EMAIL, Role::Admin).await;
    assert_eq!(refreshed(&bench, &mut pair).await, (Permissions::NONE, true));
    protect(&bench, &pair).await;
    assert_eq!(refreshed(&bench, &mut pair).await, (Permissions::all(), false));

    let (_, mut before) = somebody(&bench, "bob@example.com").await;
    protect(&bench, &before).await;
    grant(&bench, "bob@example.com", Role::Admin).await;
    assert_eq!(refreshed(&bench, &mut before).await, (Permissions::all(), false), "who has one needs no other");
}

#[tokio::test]
async fn staff_keep_their_last_second_factor_and_customers_need_not() {
    let bench = strict_bench();
    let (_, pair) = somebody_with(&bench, EMAIL, Role::Support).await;
    protect(&bench, &pair).await;
    assert_eq!(refusal(&remove(&bench, "/v1/totp", &pair.access).await), (409, "last_second_factor"));
    let asked = bench.http(Request::new("POST", "/v1/passkeys/challenges").bearer(&pair.access)).await.body;
    let phone = Authenticator::new(1, &asked);
    let passkey = json!({"name": "My phone", "credential": phone.make(&asked)});
    assert_eq!(bench.http(Request::post("/v1/passkeys", passkey).bearer(&pair.access)).await.status, 201);
    assert_eq!(remove(&bench, "/v1/totp", &pair.access).await.status, 204, "the passkey is left");
    let last = remove(&bench, &format!("/v1/passkeys/{}", phone.id()), &pair.access).await;
    assert_eq!(refusal(&last), (409, "last_second_factor"));

    let (_, customer) = somebody(&bench, "bob@example.com").await;
    protect(&bench, &customer).await;
    assert_eq!(remove(&bench, "/v1/totp", &customer.access).await.status, 204);
}

#[tokio::test]
async fn where_none_is_required_staff_may_remove_their_last_one() {
    let bench = bench();
    let (_, pair) = somebody_with(&bench, EMAIL, Role::Support).await;
    protect(&bench, &pair).await;
    assert_eq!(remove(&bench, "/v1/totp", &pair.access).await.status, 204);
    assert!(identity(&bench, &Pair::of(&refresh(&bench, &pair.refresh).await).access).is_privileged());
}

#[tokio::test]
async fn staff_whose_second_factor_a_colleague_removes_are_signed_out_everywhere_and_others_hear_of_it() {
    let bench = strict_bench();
    let (id, mut pair) = somebody_with(&bench, EMAIL, Role::Admin).await;
    protect(&bench, &pair).await;
    refreshed(&bench, &mut pair).await;
    let (_, mut boss) = somebody_with(&bench, "boss@example.com", Role::Admin).await;
    protect(&bench, &boss).await;
    refreshed(&bench, &mut boss).await;
    bench.relay().await.unwrap();
    bench.queues.take();

    let path = format!("/v1/users/{id}/second-factors/removal");
    let removal = Request::post(&path, json!({"reason": "recognized on the phone"})).bearer(&boss.access);
    assert_eq!(bench.http(removal).await.status, 204);
    bench.relay().await.unwrap();
    let told = bench.queues.take();
    let changed = told.iter().filter(|sent| sent.kind() == <AccessChanged as events::Message>::TYPE);
    assert_eq!(changed.count(), 6, "{told:?}");

    let roles = json!({"roles": ["customer", "admin"]});
    let act = Request::put(&format!("/v1/users/{id}/roles"), roles).header("if-match", "*").bearer(&pair.access);
    assert_eq!(refusal(&bench.http(act).await), (401, "session_ended"));
    assert_eq!(refusal(&refresh(&bench, &pair.refresh).await), (401, "session_revoked"));
    let answer = bench.http(sign_in_request(EMAIL, PASSWORD)).await;
    assert_eq!(allowed(&bench, &answer), (Permissions::NONE, true), "until there is another");
}
