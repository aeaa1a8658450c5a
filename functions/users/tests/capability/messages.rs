//! Messages in and out.

use crate::harness::{Pair, admin, bench, items, sign_in, sign_up, somebody, somebody_with, verify};
use chassis::testing::{Bench, Request};
use events::Capability;
use events::ids::UserId;
use events::notifications::ContactRequested;
use events::users::{GrantRole, Role};
use serde_json::{Value, json};
use users::Users;

fn grant(user_id: UserId, role: Role) -> GrantRole {
    GrantRole { user_id, role }
}

/// Signs up with an address that is verified.
async fn verified(bench: &Bench<Users>) -> UserId {
    let id = sign_up(bench, "ada@example.com").await;
    verify(bench, "ada@example.com");
    id
}

fn roles(bench: &Bench<Users>) -> Vec<String> {
    let profile = &items(bench, "profile")[0];
    profile["roles"]["L"].as_array().unwrap().iter().map(|role| role["S"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_sign_up_and_a_new_name_are_told_to_notifications_once_and_sessions_are_not() {
    let bench = bench();
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let answer = bench.http(crate::harness::sign_up_request("ada@example.com").header("traceparent", trace)).await;
    let id = answer.body["id"].as_str().unwrap().to_owned();
    bench.relay().await.unwrap();
    let sent = bench.queues.take();
    // The welcome, and the mail that verifies the address.
    assert_eq!(sent.len(), 2);
    let (to, envelope) = (sent[0].to, &sent[0].envelope);
    assert_eq!((to, envelope.id.as_str()), (Capability::Notifications, &*format!("{id}/1/users.user_registered.v1")));
    assert_eq!(envelope.traceparent.as_deref(), Some(trace));
    assert_eq!(envelope.data, json!({"user_id": id, "contact": {"email": "ada@example.com", "name": "Ada"}}));

    let pair = sign_in(&bench, "ada@example.com").await;
    let renamed = Request::new("PATCH", "/v1/users/me").body(r#"{"name": "Ada L."}"#).bearer(&pair.access);
    assert_eq!(bench.http(renamed).await.status, 200);
    assert_eq!(bench.http(Request::new("DELETE", "/v1/sessions/current").bearer(&pair.access)).await.status, 204);
    assert_eq!(bench.http(Request::new("DELETE", "/v1/sessions").bearer(&pair.access)).await.status, 204);
    bench.relay().await.unwrap();
    let sent = bench.queues.take();
    assert_eq!((sent.len(), sent[0].to), (1, Capability::Notifications));
    let changed = json!({"user_id": id, "user_version": 2, "contact": {"email": "ada@example.com", "name": "Ada L."}});
    let envelope = &sent[0].envelope;
    assert_eq!((&*envelope.id, &envelope.data), (&*format!("{id}/2/users.contact_changed.v1"), &changed));
}

#[tokio::test]
async fn notifications_is_told_how_to_reach_whom_it_asks_for_and_nothing_of_nobody_and_nothing_is_written() {
    let bench = bench();
    let id = verified(&bench).await;
    bench.relay().await.unwrap();
    bench.queues.take();
    let ask = async |user_id: UserId| {
        bench.dynamo.take_calls();
        bench.receive(&user_id.to_string(), 3, &ContactRequested { user_id }).await;
        let calls = bench.dynamo.take_calls();
        assert!(calls.iter().all(chassis::testing::dynamo::DynamoCall::is_read), "{calls:?}");
        bench.queues.take()
    };
    let version = items(&bench, "profile")[0]["seq"]["N"].as_str().unwrap().to_owned();
    let told = ask(id).await;
    assert_eq!((told.len(), told[0].to), (1, Capability::Notifications));
    assert_eq!(told[0].envelope.id, format!("{id}/{version}/users.contact_changed.v1"));
    let contact = json!({"email": "ada@example.com", "name": "Ada"});
    let version: u64 = version.parse().unwrap();
    assert_eq!(told[0].envelope.data, json!({"user_id": id, "user_version": version, "contact": contact}));
    assert!(ask(UserId::from_bits(404)).await.is_empty());

    // Whoever asks, and when: the answer is the very message that the relay sends when the version is made.
    let pair = sign_in(&bench, "ada@example.com").await;
    let renamed = Request::new("PATCH", "/v1/users/me").body(r#"{"name": "Ada L."}"#).bearer(&pair.access);
    assert_eq!(bench.http(renamed).await.status, 200);
    bench.relay().await.unwrap();
    let by_relay = bench.queues.take().remove(0);
    bench.world.pass_seconds(60);
    assert_eq!(ask(id).await, [by_relay]);
    assert!(bench.queues.dead_lettered().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_relay_that_cannot_send_fails_and_sends_the_very_same_later() {
    let bench = bench();
    sign_up(&bench, "ada@example.com").await;
    let event = json!({"Records": bench.dynamo.new_stream_records()});
    bench.queues.break_next(9);
    assert!(bench.invoke(&event).await.is_err());
    bench.queues.break_next(0);
    bench.world.pass_seconds(60);
    bench.invoke(&event).await.unwrap();
    let first = bench.queues.take();
    bench.invoke(&event).await.unwrap();
    assert_eq!(bench.queues.take(), first);
    assert_eq!(first.len(), 2);
}

#[tokio::test]
async fn an_unreadable_image_is_dead_lettered_and_its_neighbors_are_relayed() {
    let bench = bench();
    sign_up(&bench, "ada@example.com").await;
    let mut records = bench.dynamo.new_stream_records();
    let mut broken = records.iter().find(|r| r["dynamodb"]["NewImage"]["sk"]["S"] == "profile").unwrap().clone();
    broken["dynamodb"]["NewImage"]["created_at"] = json!({"S": "yesterday"});
    records.insert(0, broken);
    bench.invoke(&json!({"Records": records})).await.unwrap();
    assert_eq!(bench.queues.take().len(), 2);
    assert_eq!(bench.queues.dead_lettered().len(), 1);
    assert!(!bench.queues.dead_lettered()[0].contains("ada@example.com"));
}

#[tokio::test]
async fn an_operator_gives_a_role_and_a_repeated_message_gives_nothing() {
    let bench = bench();
    let (id, pair) = somebody(&bench, "ada@example.com").await;
    verify(&bench, "ada@example.com");
    bench.relay().await.unwrap();
    bench.queues.take();
    let message = bench.envelope("grant_1", 1, &grant(id, Role::Admin));
    for _ in 0..2 {
        assert!(bench.deliver(&[message.clone(), message.clone()]).await.is_empty());
        assert_eq!(roles(&bench), ["customer", "admin"]);
        assert_eq!(items(&bench, "profile")[0]["seq"]["N"], "2");
    }
    assert_eq!(items(&bench, "profile")[0]["cause"]["M"]["via"]["S"], "queue");
    bench.relay().await.unwrap();
    assert!(bench.queues.take().is_empty());
    let next = crate::harness::refresh(&bench, &pair.refresh).await;
    let access = next.body["access_token"].as_str().unwrap();
    assert_eq!(crate::harness::identity(&bench, access).user, id);
    assert_eq!(bench.http(Request::get("/v1/users").bearer(access)).await.status, 200);
}

#[tokio::test]
async fn a_role_that_was_taken_away_comes_back_with_a_new_command_only() {
    let bench = bench();
    let id = verified(&bench).await;
    let first = bench.envelope("grant_1", 1, &grant(id, Role::Support));
    assert!(bench.deliver(std::slice::from_ref(&first)).await.is_empty());
    let taken = Request::put(&format!("/v1/users/{id}/roles"), json!({"roles": ["customer"]}))
        .header("if-match", "*")
        .bearer(&admin(&bench).await);
    assert_eq!(bench.http(taken).await.status, 200);
    bench.world.pass_seconds(60);
    assert!(bench.deliver(&[first]).await.is_empty());
    assert_eq!(roles(&bench), ["customer"], "late, repeated");
    bench.receive("grant_1", 1, &grant(id, Role::Support)).await;
    assert_eq!(roles(&bench), ["customer", "support"], "commanded again");
}

#[tokio::test]
async fn a_role_for_nobody_or_for_an_unverified_address_is_dead_lettered_and_given_to_nobody() {
    let bench = bench();
    let id = sign_up(&bench, "ada@example.com").await;
    let to_nobody = bench.envelope("grant_1", 1, &grant(UserId::from_bits(7), Role::Support));
    let unverified = bench.envelope("grant_2", 1, &grant(id, Role::Admin));
    let known = bench.envelope("grant_3", 1, &grant(id, Role::Customer));
    assert!(bench.deliver(&[to_nobody.clone(), unverified.clone(), known]).await.is_empty());
    let given_up = [to_nobody, unverified].map(|message| serde_json::to_string(&message).unwrap());
    assert_eq!(bench.queues.dead_lettered(), given_up);
    assert_eq!(roles(&bench), ["customer"]);
    verify(&bench, "ada@example.com");
    bench.receive("grant_2", 2, &grant(id, Role::Admin)).await;
    assert_eq!(roles(&bench), ["customer", "admin"], "commanded again");
}

#[tokio::test]
async fn a_command_of_the_version_that_named_an_address_is_not_followed() {
    let bench = bench();
    let id = verified(&bench).await;
    let mut earlier = serde_json::to_value(bench.envelope("grant_1", 1, &grant(id, Role::Admin))).unwrap();
    earlier["type"] = json!("users.grant_role.v1");
    earlier["data"] = json!({"email": "ada@example.com", "role": "admin"});
    assert!(bench.deliver_raw(&[earlier.to_string()]).await.is_empty());
    assert_eq!(bench.queues.dead_lettered(), [earlier.to_string()]);
    assert_eq!(roles(&bench), ["customer"]);
}

#[tokio::test]
async fn what_cannot_be_read_is_dead_lettered_alone() {
    let bench = bench();
    let good = bench.envelope("grant_1", 1, &grant(verified(&bench).await, Role::Support));
    let changed = |path: &str, value: Value| {
        let mut envelope = serde_json::to_value(&good).unwrap();
        *envelope.pointer_mut(path).unwrap() = value;
        envelope.to_string()
    };
    let bodies = [
        "not JSON".to_owned(),
        changed("/data/role", json!("owner")),
        changed("/data/user_id", json!("nobody")),
        changed("/type", json!("users.make_tea.v1")),
        changed("/specversion", json!("2.0")),
        serde_json::to_string(&good).unwrap(),
    ];
    assert!(bench.deliver_raw(&bodies).await.is_empty());
    assert_eq!(bench.queues.dead_lettered(), bodies[..5]);
    assert_eq!(roles(&bench), ["customer", "support"]);
}

#[tokio::test(start_paused = true)]
async fn a_table_that_is_away_makes_the_message_come_again() {
    let bench = bench();
    let message = bench.envelope("grant_1", 1, &grant(verified(&bench).await, Role::Support));
    bench.dynamo.throttle_next(9);
    assert_eq!(bench.deliver(std::slice::from_ref(&message)).await, [0]);
    bench.dynamo.throttle_next(0);
    assert!(bench.deliver(&[message]).await.is_empty());
    assert_eq!(roles(&bench), ["customer", "support"]);
}

#[tokio::test]
async fn roles_are_audited_whoever_gives_them_and_older_commands_are_an_operators_too() {
    let bench = bench();
    let id = verified(&bench).await;
    bench.world.pass_seconds(1);
    // As a version sent it that named nobody.
    bench.receive("grant_1", 1, &grant(id, Role::Admin)).await;
    bench.world.pass_seconds(1);
    let (admin, Pair { access, .. }) = somebody_with(&bench, "carol@example.com", Role::Admin).await;
    let given = Request::put(&format!("/v1/users/{id}/roles"), json!({"roles": ["support"]}))
        .header("if-match", "*")
        .bearer(&access);
    assert_eq!(bench.http(given).await.status, 200);
    let audit = bench.http(Request::get("/v1/users/audit").bearer(&access)).await.body["items"].clone();
    let of_ada = audit.as_array().unwrap().iter().filter(|entry| entry["resource"] == json!(id));
    let told: Vec<_> = of_ada.map(|entry| [&entry["actor"], &entry["action"], &entry["what"]]).collect();
    let by_admin = [&json!(admin), &json!("replaceRoles"), &json!("roles: support")];
    let by_operator = [&json!("operator"), &json!("users.grant_role.v2"), &json!("roles: customer, admin")];
    assert_eq!(told, [by_admin, by_operator]);
}
