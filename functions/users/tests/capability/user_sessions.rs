//! Staff see a user's sessions, and admins end one or all of them, which the audit log and those who must know are told.

use crate::harness::{Pair, admin, bench, identity, refresh, refusal, sign_in, somebody, somebody_with, users};
use chassis::Table;
use chassis::testing::connector::{WireRequest, sdk_config};
use chassis::testing::{Bench, EmbeddedDynamo, Request};
use events::ids::{SessionId, UserId};
use events::users::{EmailVerificationRequested, Role, UserRegistered};
use events::{Capability, Message};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use users::Users;
use users::domain::session::IDLE_SECONDS;

const EMAIL: &str = "ada@example.com";

async fn listed(bench: &Bench<Users>, id: UserId, query: &str) -> Value {
    let answer = bench.http(Request::get(&format!("/v1/users/{id}/sessions{query}")).bearer(&bench.staff())).await;
    assert_eq!(answer.status, 200, "{:?}", answer.body);
    answer.body
}

/// The ids in a list.
fn ids(list: &Value) -> Vec<String> {
    list["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

fn session(bench: &Bench<Users>, pair: &Pair) -> SessionId {
    identity(bench, &pair.access).session
}

/// A second later, so that the audit log has an order.
async fn end(bench: &Bench<Users>, path: &str, by: &str) -> (u16, String) {
    bench.world.pass_seconds(1);
    let answer = bench.http(Request::new("DELETE", path).bearer(by)).await;
    let problem = if answer.status < 300 { String::new() } else { answer.problem().to_owned() };
    (answer.status, problem)
}

/// Types, data and actors of what others were told about sessions and access: all the same.
async fn told(bench: &Bench<Users>) -> Vec<(String, Value, Value)> {
    bench.relay().await.unwrap();
    let mut told = BTreeMap::<String, Vec<_>>::new();
    for sent in bench.queues.take() {
        if ![UserRegistered::TYPE, EmailVerificationRequested::TYPE].contains(&sent.kind()) {
            let message = serde_json::to_value(&sent.envelope).unwrap();
            let entry = (sent.envelope.kind.clone(), sent.envelope.data.clone(), message["actor"].clone());
            told.entry(sent.to.to_string()).or_default().push(entry);
        }
    }
    let all: Vec<_> = told.into_values().collect();
    assert!(all.is_empty() || all.len() == 6 && all.iter().all(|one| *one == all[0]), "{all:?}");
    all.into_iter().next().unwrap_or_default()
}

async fn latest_entry(bench: &Bench<Users>, by: &str) -> Value {
    bench.http(Request::get("/v1/users/audit").bearer(by)).await.body["items"][0].clone()
}

#[tokio::test]
async fn staff_see_when_each_session_began_was_refreshed_and_ends_newest_first() {
    let bench = bench();
    let (id, first) = somebody(&bench, EMAIL).await;
    let (began, first_id) = (bench.world.now(), session(&bench, &first));
    bench.world.pass_seconds(3_600);
    let second = sign_in(&bench, EMAIL).await;
    let began_second = bench.world.now();
    bench.world.pass_seconds(60);
    assert_eq!(refresh(&bench, &first.refresh).await.status, 200);
    let refreshed = bench.world.now();
    let list = listed(&bench, id, "").await;
    let second_item = json!({"id": session(&bench, &second), "created_at": began_second,
        "expires_at": began_second.plus_seconds(IDLE_SECONDS)});
    let first_item = json!({"id": first_id, "created_at": began, "refreshed_at": refreshed,
        "expires_at": refreshed.plus_seconds(IDLE_SECONDS)});
    assert_eq!(list, json!({"items": [second_item, first_item]}));
}

#[tokio::test]
async fn sessions_that_ended_are_not_shown() {
    let bench = bench();
    let (id, idle) = somebody(&bench, EMAIL).await;
    bench.world.pass_seconds(IDLE_SECONDS - 60);
    let signed_out = sign_in(&bench, EMAIL).await;
    let live = sign_in(&bench, EMAIL).await;
    assert_eq!(ids(&listed(&bench, id, "").await).len(), 3);
    let leave = Request::new("DELETE", "/v1/sessions/current").bearer(&signed_out.access);
    assert_eq!(bench.http(leave).await.status, 204);
    bench.world.pass_seconds(60);
    let left = ids(&listed(&bench, id, "").await);
    assert_eq!(left, [session(&bench, &live).to_string()], "neither the idle one nor that which was signed out");
    assert_eq!(refusal(&refresh(&bench, &idle.refresh).await), (401, "session_expired"));
}

#[tokio::test]
async fn the_list_of_sessions_goes_page_by_page_and_is_of_one_user() {
    let bench = bench();
    let (id, _) = somebody(&bench, EMAIL).await;
    let (other, _) = somebody(&bench, "eve@example.com").await;
    for _ in 0..6 {
        bench.world.pass_seconds(1_000);
        sign_in(&bench, EMAIL).await;
    }
    let (mut seen, mut query, mut foreign) = (Vec::new(), "?limit=3".to_owned(), String::new());
    loop {
        let page = listed(&bench, id, &query).await;
        seen.extend(ids(&page));
        let Some(cursor) = page["cursor"].as_str() else { break };
        query = format!("?limit=3&cursor={cursor}");
        foreign = format!("/v1/users/{other}/sessions?cursor={cursor}");
    }
    let newest_first: Vec<_> = seen.iter().collect::<BTreeSet<_>>().into_iter().rev().cloned().collect();
    assert_eq!((seen.len(), &seen), (7, &newest_first));
    let answer = bench.http(Request::get(&foreign).bearer(&bench.staff())).await;
    assert_eq!(refusal(&answer), (400, "invalid_parameter"), "a cursor of another user's list");
}

#[tokio::test]
async fn no_secret_of_a_session_is_in_the_list() {
    let bench = bench();
    let (id, pair) = somebody(&bench, EMAIL).await;
    assert_eq!(refresh(&bench, &pair.refresh).await.status, 200);
    let text = listed(&bench, id, "").await.to_string();
    let kept = crate::harness::items(&bench, "session#");
    for name in ["family_hash", "secret_hash", "successor_key"] {
        assert!(!text.contains(kept[0][name]["S"].as_str().unwrap()), "{name} in {text}");
    }
    assert!(!text.contains(&pair.refresh[3..]), "{text}");
}

#[tokio::test]
async fn an_admin_ends_a_session_of_staff_which_all_who_must_know_are_told_once() {
    let bench = bench();
    let admin = admin(&bench).await;
    let (id, pair) = somebody_with(&bench, EMAIL, Role::Support).await;
    let other = sign_in(&bench, EMAIL).await;
    told(&bench).await;
    let ended = session(&bench, &pair);
    let path = format!("/v1/users/{id}/sessions/{ended}");
    assert_eq!(end(&bench, &path, &admin).await, (204, String::new()));
    assert_eq!(refusal(&refresh(&bench, &pair.refresh).await), (401, "session_revoked"));
    assert_eq!(ids(&listed(&bench, id, "").await), [session(&bench, &other).to_string()], "the other one goes on");
    let data = json!({"user_id": id, "session_id": ended});
    let by = identity(&bench, &admin).user;
    assert_eq!(told(&bench).await, [("users.session_ended.v1".to_owned(), data, json!(by))], "who ended it");
    let entry = latest_entry(&bench, &admin).await;
    assert_eq!(
        (&entry["action"], &entry["resource"], &entry["what"], &entry["actor"]),
        (&json!("deleteUserSession"), &json!(id), &json!(ended), &json!(by))
    );
    assert_eq!(end(&bench, &path, &admin).await, (204, String::new()), "it has ended");
    assert!(told(&bench).await.is_empty());
    assert_eq!(latest_entry(&bench, &admin).await, entry, "nothing was changed");
}

#[tokio::test]
async fn the_end_of_a_customers_session_is_in_the_log_and_nobody_elses_business() {
    let bench = bench();
    let admin = admin(&bench).await;
    let (id, pair) = somebody(&bench, EMAIL).await;
    told(&bench).await;
    let path = format!("/v1/users/{id}/sessions/{}", session(&bench, &pair));
    assert_eq!(end(&bench, &path, &admin).await, (204, String::new()));
    assert_eq!(refusal(&refresh(&bench, &pair.refresh).await), (401, "session_revoked"));
    assert_eq!(latest_entry(&bench, &admin).await["action"], json!("deleteUserSession"));
    assert!(told(&bench).await.is_empty());
}

#[tokio::test]
async fn an_admin_ends_all_sessions_of_a_user() {
    let bench = bench();
    let admin = admin(&bench).await;
    let by = identity(&bench, &admin).user;
    let (id, pair) = somebody_with(&bench, EMAIL, Role::Support).await;
    let other = sign_in(&bench, EMAIL).await;
    told(&bench).await;
    assert_eq!(end(&bench, &format!("/v1/users/{id}/sessions"), &admin).await, (204, String::new()));
    for pair in [&pair, &other] {
        assert_eq!(refusal(&refresh(&bench, &pair.refresh).await), (401, "session_revoked"));
    }
    assert_eq!(listed(&bench, id, "").await, json!({"items": []}));
    let data = json!({"user_id": id, "user_version": 3});
    assert_eq!(told(&bench).await, [("users.access_changed.v1".to_owned(), data, json!(by))], "who wanted it");
    let entry = latest_entry(&bench, &admin).await;
    assert_eq!(
        (&entry["action"], &entry["resource"], &entry["what"]),
        (&json!("deleteUserSessions"), &json!(id), &json!("all sessions"))
    );
    sign_in(&bench, EMAIL).await;
    assert_eq!(ids(&listed(&bench, id, "").await).len(), 1, "one may sign in again");
}

#[tokio::test]
async fn only_staff_see_sessions_and_only_admins_whose_session_lives_end_them() {
    let bench = bench();
    let (id, pair) = somebody(&bench, EMAIL).await;
    let all = format!("/v1/users/{id}/sessions");
    let one = format!("{all}/{}", session(&bench, &pair));
    let (_, gone) = somebody_with(&bench, "boss@example.com", Role::Admin).await;
    let leave = Request::new("DELETE", "/v1/sessions/current").bearer(&gone.access);
    assert_eq!(bench.http(leave).await.status, 204);
    for (token, read, write) in [
        (None, 401, (401, "unauthenticated")),
        (Some(&pair.access), 403, (403, "forbidden")),
        (Some(&bench.staff()), 200, (403, "forbidden")),
        (Some(&gone.access), 200, (401, "session_ended")),
    ] {
        let with = |request: Request| token.iter().fold(request, |request, token| request.bearer(token));
        assert_eq!(bench.http(with(Request::get(&all))).await.status, read);
        for path in [&all, &one] {
            let answer = bench.http(with(Request::new("DELETE", path))).await;
            assert_eq!(refusal(&answer), write, "{path}");
        }
    }
    assert_eq!(refresh(&bench, &pair.refresh).await.status, 200, "nothing ended");
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let bench = bench();
    let admin = admin(&bench).await;
    let (id, pair) = somebody(&bench, EMAIL).await;
    let (other, _) = somebody(&bench, "eve@example.com").await;
    let (unknown, session) = (UserId::from_bits(7), session(&bench, &pair));
    for path in [
        format!("/v1/users/{unknown}/sessions"),
        format!("/v1/users/{unknown}/sessions/{session}"),
        format!("/v1/users/{other}/sessions/{session}"),
        format!("/v1/users/{id}/sessions/{}", SessionId::from_bits(7)),
        format!("/v1/users/{id}/sessions/current"),
    ] {
        assert_eq!(end(&bench, &path, &admin).await, (404, "not_found".to_owned()), "{path}");
    }
    let list = Request::get(&format!("/v1/users/{unknown}/sessions")).bearer(&admin);
    assert_eq!(bench.http(list).await.status, 404);
    assert_eq!(
        latest_entry(&bench, &admin).await["action"],
        json!("users.grant_role.v2"),
        "no entry of what was not done"
    );
}

/// A bench, and the number of its next transactions that meet another write.
fn contended() -> (Bench<Users>, Arc<AtomicU32>) {
    let met = Arc::new(AtomicU32::new(0));
    let meeting = Arc::clone(&met);
    let dynamo = EmbeddedDynamo::for_capability(Capability::Users);
    let bench = Bench::on(dynamo.clone(), |parts| {
        let answer = dynamo.service();
        let service = Arc::new(move |request: WireRequest<'_>| {
            let meets = |left: u32| (request.operation == "TransactWriteItems").then(|| left.checked_sub(1)).flatten();
            if meeting.fetch_update(Ordering::SeqCst, Ordering::SeqCst, meets).is_err() {
                return answer(request);
            }
            let kind = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException";
            let reasons = json!([{"Code": "TransactionConflict"}, {"Code": "None"}]);
            (400, json!({"__type": kind, "CancellationReasons": reasons}).to_string())
        });
        let client = aws_sdk_dynamodb::Client::new(&sdk_config(service, &parts.wiring.world));
        users(parts, Table::new(client, dynamo.table_name()))
    });
    (bench, met)
}

#[tokio::test(start_paused = true)]
async fn a_session_that_is_refreshed_at_the_same_moment_is_ended_all_the_same() {
    let (bench, met) = contended();
    let admin = admin(&bench).await;
    let (id, pair) = somebody(&bench, EMAIL).await;
    let path = format!("/v1/users/{id}/sessions/{}", session(&bench, &pair));
    met.store(3, Ordering::SeqCst);
    assert_eq!(end(&bench, &path, &admin).await, (204, String::new()));
    assert_eq!(met.load(Ordering::SeqCst), 0);
    assert_eq!(refusal(&refresh(&bench, &pair.refresh).await), (401, "session_revoked"));
}
