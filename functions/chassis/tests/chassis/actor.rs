//! Whoever wanted something is named on everything that follows, also where an older sender did not name anybody.

use crate::probe::{bench, bench_with};
use chassis::testing::Request;
use chassis::{Received, Via};
use events::ids::UserId;
use events::users::Role;
use events::{Actor, Envelope};
use serde_json::{Value, json};
use std::cell::RefCell;

thread_local! {
    static LINES: RefCell<Vec<Value>> = const { RefCell::new(Vec::new()) };
}

fn keep(line: &Value) {
    LINES.with_borrow_mut(|lines| lines.push(line.clone()));
}

fn message(actor: Option<&str>) -> Received {
    let mut text = json!({"specversion": "1.0", "id": "order_1/2/carts.poke.v1", "source": "/souk/orders",
        "type": "carts.poke.v1", "subject": "order_1", "time": "2026-01-01T00:00:00.000Z", "data": {}});
    if let Some(actor) = actor {
        text["actor"] = json!(actor);
    }
    let envelope: Envelope<Value> = serde_json::from_value(text.clone()).unwrap();
    assert_eq!(serde_json::to_value(&envelope).unwrap(), text);
    Received { now: envelope.time, envelope }
}

#[test]
fn the_actor_of_a_message_is_the_cause_of_what_it_writes_but_nobody_who_signed_in() {
    let user = UserId::from_bits(7);
    let context = message(Some(&user.to_string())).context();
    let cause = context.cause(3);
    assert_eq!((cause.via, cause.actor, cause.seq), (Via::Queue, Some(Actor::from(user)), 3));
    assert_eq!(context.user(), None);
    let later = message(Some("key_of_a_later_version")).context().cause(1);
    assert_eq!(later.actor.unwrap().as_str(), "key_of_a_later_version");
    assert_eq!(message(None).context().cause(1).actor, None);
}

#[tokio::test]
async fn a_write_over_http_names_the_signed_in_user_and_a_guests_names_nobody() {
    let bench = bench();
    let ada = bench.token(UserId::from_bits(7), &[Role::Customer]);
    let store = |name: &str| Request::post("/v1/things", json!({"name": name, "size": 1}));
    assert_eq!(bench.http(store("a").bearer(&ada)).await.status, 201);
    assert_eq!(bench.http(store("b")).await.status, 201);
    let of = |name: &str| bench.dynamo.item(&format!("THING#{name}"), "THING").unwrap()["cause"]["M"]["actor"].clone();
    assert_eq!((of("a"), of("b")), (json!({"S": UserId::from_bits(7)}), Value::Null));
}

#[tokio::test]
async fn the_line_of_a_refused_request_says_who_tried() {
    let bench = bench_with(|wiring| wiring.metrics = wiring.metrics.clone().printing(keep));
    let ada = bench.token(UserId::from_bits(7), &[Role::Customer]);
    assert_eq!(bench.http(Request::get("/v1/access/admin").bearer(&ada)).await.status, 403);
    let line = LINES.with_borrow_mut(|lines| lines.pop()).unwrap();
    assert_eq!((&line["answer"], &line["caller"]), (&json!(403), &json!(UserId::from_bits(7))));
}
