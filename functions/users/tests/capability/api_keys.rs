//! Keys for machines: made, exchanged, rotated, ended and expired, and what each of them may do then.

use crate::costs::cost;
use crate::harness::{admin, bench, grant, identity, refusal, sign_in, sign_up, somebody_with, users};
use crate::lost_answers::bench_that_loses;
use chassis::SecondFactor;
use chassis::testing::signing::stepped_up_token;
use chassis::testing::{Bench, Request, Response};
use events::ids::{ApiKeyId, UserId};
use events::users::{AccessChanged, Permission, Permissions, Role, SessionEnded};
use events::{Actor, Message};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use users::Users;
use users::domain::api_key::{MAX_KEYS, OVERLAP_SECONDS};

const DAY: i64 = 24 * 60 * 60;

/// A key that ends in so many days.
pub fn wanted(bench: &Bench<Users>, permissions: &[&str], days: i64) -> Value {
    json!({"name": "ERP", "permissions": permissions, "expires_at": bench.world.now().plus_seconds(days * DAY)})
}

async fn make(bench: &Bench<Users>, permissions: &[&str], by: &str) -> Response {
    bench.http(Request::post("/v1/api-keys", wanted(bench, permissions, 90)).bearer(by)).await
}

/// The id and the secret of a new key.
async fn made(bench: &Bench<Users>, permissions: &[&str], by: &str) -> (ApiKeyId, String) {
    let answer = make(bench, permissions, by).await;
    assert_eq!(answer.status, 201, "{:?}", answer.body);
    (serde_json::from_value(answer.body["id"].clone()).unwrap(), text(&answer.body["secret"]))
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

pub async fn exchange(bench: &Bench<Users>, secret: &str) -> Response {
    bench.http(Request::post("/v1/api-keys/tokens", json!({"secret": secret}))).await
}

async fn rotate(bench: &Bench<Users>, id: ApiKeyId, by: &str) -> Response {
    bench.http(Request::new("POST", &format!("/v1/api-keys/{id}/rotation")).bearer(by)).await
}

async fn end(bench: &Bench<Users>, id: ApiKeyId, by: &str) -> Response {
    bench.http(Request::new("DELETE", &format!("/v1/api-keys/{id}")).bearer(by)).await
}

async fn get(bench: &Bench<Users>, target: &str, by: &str) -> Response {
    bench.http(Request::get(target).bearer(by)).await
}

/// What the token of an exchange allows; empty if there is none.
async fn allowed(bench: &Bench<Users>, secret: &str) -> String {
    let answer = exchange(bench, secret).await;
    if answer.status == 401 {
        return String::new();
    }
    identity(bench, &text(&answer.body["access_token"])).permissions.to_string()
}

#[tokio::test]
async fn a_key_is_made_with_a_secret_that_is_shown_once_and_exchanged_for_what_it_may_do() {
    let bench = bench();
    let boss = admin(&bench).await;
    let maker = identity(&bench, &boss).user;
    let (id, secret) = made(&bench, &["users.read", "stock.write"], &boss).await;
    let answer = exchange(&bench, &secret).await;
    assert_eq!((answer.status, &answer.body["expires_in"]), (201, &json!(900)), "{:?}", answer.body);
    assert!(answer.body["refresh_token"].is_null());
    let token = text(&answer.body["access_token"]);
    let caller = identity(&bench, &token);
    let machine = caller.machine.unwrap();
    assert_eq!((machine.key, machine.maker, caller.session), (id, maker, id.session()));
    assert_eq!(
        (caller.actor(), caller.permissions.to_string()),
        (Actor::from(id), "stock.write users.read".to_owned())
    );
    assert_eq!(get(&bench, "/v1/users", &token).await.status, 200);
    for (target, refused) in
        [("/v1/users/me", "forbidden"), ("/v1/users/audit", "forbidden"), ("/v1/api-keys", "forbidden")]
    {
        assert_eq!(refusal(&get(&bench, target, &token).await), (403, refused), "{target}");
    }
    let read = get(&bench, &format!("/v1/api-keys/{id}"), &boss).await.body;
    assert_eq!((&read["name"], &read["status"], &read["created_by"]), (&json!("ERP"), &json!("active"), &json!(maker)));
    let list = get(&bench, "/v1/api-keys", &boss).await.body;
    assert_eq!(list["items"], json!([read]));
    let kept = json!(bench.dynamo.items()).to_string();
    let (_, hidden) = secret.split_once('.').unwrap();
    assert!(!kept.contains(hidden) && !list.to_string().contains(hidden), "the secret is nowhere else");
}

#[tokio::test]
async fn a_rotated_key_has_two_secrets_for_a_day_and_then_the_new_one_alone() {
    let bench = bench();
    let boss = admin(&bench).await;
    let (id, first) = made(&bench, &["stock.read"], &boss).await;
    let rotated = rotate(&bench, id, &boss).await;
    assert_eq!(rotated.status, 201, "{:?}", rotated.body);
    let second = text(&rotated.body["secret"]);
    let until = bench.world.now().plus_seconds(OVERLAP_SECONDS);
    assert_eq!(rotated.body["previous_until"], json!(until));
    assert_eq!([allowed(&bench, &first).await, allowed(&bench, &second).await], ["stock.read"; 2]);
    bench.world.pass_seconds(OVERLAP_SECONDS);
    assert_eq!([allowed(&bench, &first).await, allowed(&bench, &second).await], ["", "stock.read"]);
}

#[tokio::test(start_paused = true)]
async fn a_rotation_whose_write_is_repeated_shows_its_secret() {
    let (bench, lost) = bench_that_loses();
    let boss = admin(&bench).await;
    let (id, first) = made(&bench, &["stock.read"], &boss).await;
    *lost.lock().unwrap() = Some("TransactWriteItems");
    let rotated = rotate(&bench, id, &boss).await;
    assert_eq!((rotated.status, *lost.lock().unwrap()), (201, None), "an answer was lost: {:?}", rotated.body);
    let second = text(&rotated.body["secret"]);
    assert_eq!([allowed(&bench, &first).await, allowed(&bench, &second).await], ["stock.read"; 2]);
}

#[tokio::test]
async fn an_ended_key_gets_no_token_and_everybody_who_moves_goods_hears_of_it_once() {
    let bench = bench();
    let boss = admin(&bench).await;
    let maker = identity(&bench, &boss).user;
    let (id, secret) = made(&bench, &["stock.write"], &boss).await;
    bench.relay().await.unwrap();
    bench.queues.take();
    for _ in 0..2 {
        assert_eq!(end(&bench, id, &boss).await.status, 204);
    }
    assert_eq!(refusal(&exchange(&bench, &secret).await), (401, "invalid_api_key"));
    assert_eq!(refusal(&rotate(&bench, id, &boss).await), (409, "api_key_over"));
    bench.relay().await.unwrap();
    let told = bench.queues.take();
    let told_to: BTreeSet<_> = told.iter().map(|sent| sent.to).collect();
    assert_eq!((told.len(), told_to), (SessionEnded::TO.len(), SessionEnded::TO.iter().copied().collect()));
    let message = format!("{id}/1/{}", SessionEnded::TYPE);
    let data = json!({"user_id": maker, "session_id": id.session()});
    assert!(told.iter().all(|sent| sent.envelope.id == message && sent.envelope.data == data));
    assert_eq!(told[0].envelope.actor, Some(Actor::from(maker)));
    assert_eq!(get(&bench, &format!("/v1/api-keys/{id}"), &boss).await.body["status"], "ended");
    assert_eq!(end(&bench, ApiKeyId::from_bits(7), &boss).await.status, 404);
}

#[tokio::test]
async fn a_key_expires_at_its_time() {
    let bench = bench();
    let boss = admin(&bench).await;
    let answer = bench.http(Request::post("/v1/api-keys", wanted(&bench, &["stock.read"], 1)).bearer(&boss)).await;
    let (id, secret) = (text(&answer.body["id"]), text(&answer.body["secret"]));
    bench.world.pass_seconds(DAY - 1);
    assert_eq!(allowed(&bench, &secret).await, "stock.read");
    bench.world.pass_seconds(1);
    assert_eq!(refusal(&exchange(&bench, &secret).await), (401, "invalid_api_key"));
    let boss = admin(&bench).await;
    assert_eq!(get(&bench, &format!("/v1/api-keys/{id}"), &boss).await.body["status"], "expired");
    assert_eq!(refusal(&rotate(&bench, id.parse().unwrap(), &boss).await), (409, "api_key_over"));
}

#[tokio::test]
async fn what_the_maker_loses_the_key_loses_with_the_next_exchange_and_its_tokens_at_once() {
    let bench = bench();
    let boss = admin(&bench).await;
    let (id, maker) = somebody_with(&bench, "ada@example.com", Role::Admin).await;
    let (_, secret) = made(&bench, &["orders.read", "stock.write"], &maker.access).await;
    let before = text(&exchange(&bench, &secret).await.body["access_token"]);
    bench.relay().await.unwrap();
    bench.queues.take();
    let roles = json!({"roles": ["customer", "finance"]});
    let given = Request::put(&format!("/v1/users/{id}/roles"), roles).header("if-match", "*").bearer(&boss);
    assert_eq!(bench.http(given).await.status, 200);
    bench.relay().await.unwrap();
    let told = bench.queues.take();
    let said = told.iter().find(|sent| sent.kind() == AccessChanged::TYPE).unwrap().envelope.data.clone();
    let caller = identity(&bench, &before);
    assert_eq!(said["user_id"], json!(caller.answerable()));
    assert!(caller.user_version < said["user_version"].as_u64().unwrap(), "tokens of before count no more");
    assert_eq!(allowed(&bench, &secret).await, "orders.read");
    let disabled = json!({"status": "disabled", "reason": "Left us"});
    let disable = Request::put(&format!("/v1/users/{id}/status"), disabled).bearer(&boss);
    assert_eq!(bench.http(disable).await.status, 200);
    assert_eq!(refusal(&exchange(&bench, &secret).await), (401, "invalid_api_key"));
}

#[tokio::test]
async fn a_key_is_refused_that_allows_too_much_or_lasts_too_long_or_is_one_too_many() {
    let bench = bench();
    let boss = admin(&bench).await;
    for permissions in [&["roles.write"][..], &["api_keys.write"], &["users.write", "orders.read"]] {
        assert_eq!(refusal(&make(&bench, permissions, &boss).await), (403, "scope_exceeded"), "{permissions:?}");
    }
    let body = |name: &str, permissions: Value, days: i64| {
        let end = bench.world.now().plus_seconds(days * DAY);
        json!({"name": name, "permissions": permissions, "expires_at": end})
    };
    for (body, field) in [
        (body("", json!(["stock.read"]), 9), "/name"),
        (body("a\nb", json!(["stock.read"]), 9), "/name"),
        (body("ERP", json!([]), 9), "/permissions"),
        (body("ERP", json!(["stock.fly"]), 9), "/permissions/0"),
        (body("ERP", json!(["stock.read"]), 0), "/expires_at"),
        (body("ERP", json!(["stock.read"]), 367), "/expires_at"),
    ] {
        let refused = bench.http(Request::post("/v1/api-keys", body.clone()).bearer(&boss)).await;
        assert_eq!((refused.status, &refused.body["field"]), (422, &json!(field)), "{body}");
    }
    for _ in 0..MAX_KEYS {
        made(&bench, &["stock.read"], &boss).await;
    }
    let full = make(&bench, &["stock.read"], &boss).await;
    assert_eq!((refusal(&full), &full.body["limit"]), ((409, "too_many_api_keys"), &json!(MAX_KEYS)));
    let list = get(&bench, "/v1/api-keys", &boss).await.body;
    let one: ApiKeyId = serde_json::from_value(list["items"][7]["id"].clone()).unwrap();
    assert_eq!(end(&bench, one, &boss).await.status, 204);
    made(&bench, &["stock.read"], &boss).await;
}

#[tokio::test]
async fn guesses_at_secrets_are_limited_by_network_and_an_ended_key_keeps_nobody_out() {
    let bench = bench();
    let boss = admin(&bench).await;
    let (id, secret) = made(&bench, &["stock.read"], &boss).await;
    let guess = |number: usize| Request::post("/v1/api-keys/tokens", json!({"secret": format!("{secret}{number}")}));
    // The admin's first sign-in found nobody, which is the first failure of the network.
    for number in 0..99 {
        assert_eq!(refusal(&bench.http(guess(number)).await), (401, "invalid_api_key"), "{number}");
    }
    let limited = exchange(&bench, &secret).await;
    assert_eq!(refusal(&limited), (429, "too_many_attempts"));
    assert!(limited.body["retry_after"].as_u64().unwrap() <= 900);
    let elsewhere = Request::post("/v1/api-keys/tokens", json!({"secret": secret})).from_address("2001:db8:9:9::1");
    assert_eq!(bench.http(elsewhere).await.status, 201);
    bench.world.pass_seconds(900);
    assert_eq!(exchange(&bench, &secret).await.status, 201);
    let boss = admin(&bench).await;
    assert_eq!(end(&bench, id, &boss).await.status, 204);
    for _ in 0..101 {
        assert_eq!(refusal(&exchange(&bench, &secret).await), (401, "invalid_api_key"));
    }
    assert_eq!(refusal(&exchange(&bench, "souk_").await), (401, "invalid_api_key"), "nobody is limited yet");
}

#[tokio::test]
async fn the_latest_use_is_noted_once_an_hour_and_told_nobody() {
    let bench = bench();
    let boss = admin(&bench).await;
    let (id, secret) = made(&bench, &["stock.read"], &boss).await;
    bench.relay().await.unwrap();
    bench.queues.take();
    let used =
        async || get(&bench, &format!("/v1/api-keys/{id}"), &admin(&bench).await).await.body["last_used_at"].clone();
    assert_eq!(used().await, Value::Null);
    exchange(&bench, &secret).await;
    let first = bench.world.now();
    bench.world.pass_seconds(3_599);
    exchange(&bench, &secret).await;
    assert_eq!(used().await, json!(first));
    bench.world.pass_seconds(1);
    exchange(&bench, &secret).await;
    assert_eq!(used().await, json!(bench.world.now()));
    bench.relay().await.unwrap();
    assert!(bench.queues.take().is_empty());
}

#[tokio::test]
async fn who_made_rotated_and_ended_a_key_stands_in_the_audit_log_and_never_its_secret() {
    let bench = bench();
    let boss = admin(&bench).await;
    let maker = identity(&bench, &boss).user;
    let (id, _) = made(&bench, &["stock.read"], &boss).await;
    bench.world.pass_seconds(1);
    assert_eq!(rotate(&bench, id, &boss).await.status, 201);
    bench.world.pass_seconds(1);
    assert_eq!(end(&bench, id, &boss).await.status, 204);
    let log = get(&bench, "/v1/users/audit", &boss).await.body;
    let of_key = |entry: &&Value| entry["resource"] == json!(id);
    let told: Vec<_> = log["items"].as_array().unwrap().iter().filter(of_key).collect();
    let actions: Vec<_> = told.iter().map(|entry| text(&entry["action"])).collect();
    assert_eq!(actions, ["deleteApiKey", "rotateApiKey", "createApiKey"]);
    assert!(told.iter().all(|entry| entry["actor"] == json!(maker)));
    assert!(text(&told[2]["what"]).ends_with(": stock.read") && !log.to_string().contains("souk_"), "{log}");
}

#[tokio::test]
async fn whoever_may_not_make_keys_sees_none_and_whoever_makes_one_shows_a_second_factor_where_it_is_required() {
    let bench: Bench<Users> = Bench::new(|parts| {
        parts.wiring.second_factor = SecondFactor::Required;
        let table = parts.table.clone();
        users(parts, table)
    });
    for permission in Permission::ALL.iter().filter(|permission| **permission != Permission::ApiKeysWrite) {
        let token = bench.permitted(UserId::from_bits(5), *permission);
        assert_eq!(refusal(&get(&bench, "/v1/api-keys", &token).await), (403, "forbidden"), "{permission}");
    }
    let id = sign_up(&bench, "ada@example.com").await;
    grant(&bench, "ada@example.com", Role::Admin).await;
    sign_in(&bench, "ada@example.com").await;
    let (all, now) = (Permissions::all(), bench.world.now());
    for ago in [None, Some(601)] {
        let token = match ago {
            None => bench.permitted(id, all),
            Some(ago) => stepped_up_token(id, all, now.plus_seconds(-ago), now),
        };
        assert_eq!(refusal(&make(&bench, &["stock.read"], &token).await), (401, "second_factor_required"));
        let rotation = rotate(&bench, ApiKeyId::from_bits(7), &token).await;
        assert_eq!(refusal(&rotation), (401, "second_factor_required"));
    }
}

#[tokio::test]
async fn keys_cost_what_the_readme_says() {
    let bench = bench();
    let boss = admin(&bench).await;
    let (id, secret) = made(&bench, &["stock.read"], &boss).await;
    let by_boss = |method, path: &str| Request::new(method, path).bearer(&boss);
    let shown = |secret: &str| Request::post("/v1/api-keys/tokens", json!({"secret": secret}));
    let (start, _) = secret.split_once('.').unwrap();
    let wrong = format!("{start}.{}", "A".repeat(43));
    let cases = [
        ("make", by_boss("POST", "/v1/api-keys").body(wanted(&bench, &["stock.read"], 90).to_string()), (40, 40)),
        ("list", by_boss("GET", "/v1/api-keys"), (10, 0)),
        ("get", by_boss("GET", &format!("/v1/api-keys/{id}")), (10, 0)),
        ("exchange", shown(&secret), (25, 10)),
        ("exchange again", shown(&secret), (25, 0)),
        ("wrong secret", shown(&wrong), (15, 10)),
        ("rotate", by_boss("POST", &format!("/v1/api-keys/{id}/rotation")), (40, 40)),
        ("end", by_boss("DELETE", &format!("/v1/api-keys/{id}")), (30, 40)),
    ];
    for (what, request, expected) in cases {
        assert_eq!(cost(&bench, request).await, expected, "{what}");
    }
}
