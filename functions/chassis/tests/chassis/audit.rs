//! What staff change leaves an entry in the audit log, together with the change; what customers write costs nothing more.

use crate::probe::{Probe, Stored, bench, thing_key};
use chassis::table::{AuditEntry, AuditLog, Update};
use chassis::testing::signing::STAFF;
use chassis::testing::{Bench, Request, Response};
use chassis::{Context, StoreError, Table, Written};
use events::ids::UserId;
use events::users::Role;
use serde_json::{Value, json};

fn table(bench: &Bench<Probe>) -> &Table {
    &bench.function.service().table
}

/// Work that staff asked for now.
fn work(bench: &Bench<Probe>) -> Context {
    Context::sweep(bench.world.now()).wanted_by(UserId::from_bits(99).into()).audited_as("replaceThing")
}

async fn create(bench: &Bench<Probe>, name: &str, context: &Context) -> Written<Stored> {
    let thing = Stored { name: name.to_owned(), size: 1, seq: 1 };
    table(bench).create(&thing_key(name), &thing, &context.audited(1, name, "created")).await.unwrap()
}

fn entries(bench: &Bench<Probe>) -> Vec<Value> {
    let mut items = bench.dynamo.items();
    items.retain(|item| item["pk"]["S"].as_str().unwrap().starts_with("audit#"));
    items
}

async fn log(bench: &Bench<Probe>, query: &str, roles: &[Role]) -> Response {
    let token = bench.token(UserId::from_bits(98), roles);
    bench.http(Request::get(&format!("/v1/audit{query}")).bearer(&token)).await
}

#[tokio::test]
async fn a_change_by_staff_and_its_entry_are_written_together_or_not_at_all() {
    let bench = bench();
    assert_eq!(create(&bench, "a", &work(&bench)).await, Written::Done);
    let written = entries(&bench);
    assert_eq!(written.len(), 1);
    assert_eq!(written[0]["cause"]["M"]["actor"]["S"], UserId::from_bits(99).to_string());
    assert_eq!(written[0]["cause"]["M"]["via"]["S"], "silent", "no relay is woken");
    bench.world.pass_seconds(1);
    let thing = Stored { name: "a".to_owned(), size: 1, seq: 1 };
    assert_eq!(create(&bench, "a", &work(&bench)).await, Written::Refused(Some(Box::new(thing))));
    assert_eq!(entries(&bench), written);
}

#[tokio::test]
async fn what_nobody_of_the_staff_wrote_is_one_put_and_leaves_no_entry() {
    let bench = bench();
    bench.dynamo.take_calls();
    assert_eq!(create(&bench, "a", &Context::sweep(bench.world.now())).await, Written::Done);
    let calls: Vec<_> =
        bench.dynamo.take_calls().into_iter().map(|call| (call.operation, call.tenths_of_units)).collect();
    assert_eq!(calls, [("PutItem".to_owned(), 10)]);
    assert!(entries(&bench).is_empty());
}

#[tokio::test]
async fn an_update_in_place_that_would_lose_its_entry_is_refused() {
    let bench = bench();
    let update = Update::of(thing_key("a")).set("seq = :seq").value(":seq", 1);
    let refused = table(&bench).update::<Stored>(update, &work(&bench).audited(1, "a", "grown")).await;
    assert!(matches!(refused, Err(StoreError::Refused(_))), "{refused:?}");
}

#[tokio::test]
async fn the_log_is_read_newest_first_over_months_and_long_pauses() {
    let bench = bench();
    let mut written = Vec::new();
    for (number, days) in [0, 3, 40, 700, 1].into_iter().enumerate() {
        bench.world.pass_seconds(days * 24 * 60 * 60);
        let name = format!("thing-{number}");
        assert_eq!(create(&bench, &name, &work(&bench)).await, Written::Done);
        written.push(name);
    }
    written.reverse();
    for limit in [1, 2, 5, 100] {
        let (mut read, mut after): (Vec<String>, Option<String>) = (Vec::new(), None);
        loop {
            let log = AuditLog::new(table(&bench).clone());
            let page = log.page(after.as_deref(), limit, bench.world.now()).await.unwrap();
            assert!(page.items.len() <= limit as usize);
            read.extend(page.items.into_iter().map(|entry: AuditEntry| entry.resource));
            match page.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        assert_eq!(read, written, "{limit} a page");
    }
}

#[tokio::test]
async fn a_page_of_the_log_costs_the_same_however_much_was_changed_before() {
    let bench = bench();
    let mut costs = Vec::new();
    for changes in [10, 300] {
        for number in 0..changes {
            bench.world.pass_seconds(1);
            assert_eq!(create(&bench, &format!("{changes}-{number}"), &work(&bench)).await, Written::Done);
        }
        bench.dynamo.take_calls();
        let page = AuditLog::new(table(&bench).clone()).page(None, 5, bench.world.now()).await.unwrap();
        assert_eq!(page.items.len(), 5);
        costs.push(bench.dynamo.take_calls());
    }
    assert_eq!(costs[0], costs[1]);
    // A year without a change is twelve empty reads.
    bench.world.pass_seconds(3 * 366 * 24 * 60 * 60);
    let page = AuditLog::new(table(&bench).clone()).page(None, 5, bench.world.now()).await.unwrap();
    assert!(page.items.is_empty() && page.next.is_some());
    assert_eq!(bench.dynamo.take_calls().len(), 12);
}

#[tokio::test]
async fn admins_read_who_changed_what_and_staff_do_not() {
    let bench = bench();
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let change = Request::put("/v1/things/a/whole", json!({"name": "a", "size": 3})).header("traceparent", trace);
    assert_eq!(bench.http(change.clone().bearer(&bench.staff())).await.status, 200);
    let customer = bench.token(UserId::from_bits(7), &[Role::Customer]);
    assert_eq!(bench.http(change.bearer(&customer)).await.status, 403);
    let answer = log(&bench, "", &[Role::Admin]).await;
    let request = &answer.body["items"][0]["request_id"];
    assert!(request.as_str().unwrap().starts_with("test-request-"), "{request}");
    let expected = json!({"items": [{"at": "2026-01-01T00:00:00.000Z", "actor": UserId::from_bits(99), "action": "replaceThing",
        "resource": "a", "what": "size 3", "request_id": request, "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736"}]});
    assert_eq!((answer.status, answer.body), (200, expected));
    assert_eq!(log(&bench, "", &STAFF).await.status, 403);
    // What a cursor would be that another list made.
    for (list, key) in [("/v1/audit", "order_1"), ("/v1/other/audit", "2026-01-01T00:00:00.000Z#req#a")] {
        let foreign = chassis::cursor::encode(list, key);
        let refused = log(&bench, &format!("?cursor={foreign}"), &[Role::Admin]).await;
        assert_eq!((refused.status, refused.problem()), (400, "invalid_parameter"), "{list}");
    }
}

#[tokio::test]
async fn what_changed_is_cut_off_before_it_costs_a_second_kilobyte() {
    let bench = bench();
    let thing = Stored { name: "a".to_owned(), size: 1, seq: 1 };
    let cause = work(&bench).audited(1, "a", "é".repeat(5_000));
    bench.dynamo.take_calls();
    let _ = table(&bench).create(&thing_key("a"), &thing, &cause).await.unwrap();
    let units: u64 = bench.dynamo.take_calls().iter().map(|call| call.tenths_of_units).sum();
    assert_eq!(units, 40, "two items of less than a kilobyte, in a transaction");
}
