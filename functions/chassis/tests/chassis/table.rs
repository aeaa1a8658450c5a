//! The gateway to the table: every write has a condition and a cause, every refusal has the present item.

#![expect(clippy::disallowed_methods, reason = "virtual time")]

use crate::probe::{Probe, Stored, bench, thing_key};
use chassis::table::{Committed, Query, Reason, Transaction, Update, Updated};
use chassis::testing::Bench;
use chassis::testing::connector::{WireRequest, WireService, sdk_config};
use chassis::{Cause, Key, StoreError, Table, Via, Written};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

fn cause(id: &str) -> Cause {
    Cause::new(Via::Queue, id, 0)
}

fn thing(name: &str, seq: u64) -> Stored {
    Stored { name: name.to_owned(), size: 1, seq }
}

fn table(bench: &Bench<Probe>) -> &Table {
    &bench.function.service().table
}

#[tokio::test]
async fn what_was_created_once_is_not_created_again_and_is_handed_back() {
    let bench = bench();
    let table = table(&bench);
    assert_eq!(table.create(&thing_key("a"), &thing("a", 1), &cause("1")).await.unwrap(), Written::Done);
    let again = table.create(&thing_key("a"), &thing("other", 1), &cause("2")).await.unwrap();
    assert_eq!(again, Written::Refused(Some(Box::new(thing("a", 1)))));
    assert_eq!(table.get::<Stored>(&thing_key("a")).await.unwrap(), Some(thing("a", 1)));
    assert_eq!(table.get::<Stored>(&thing_key("b")).await.unwrap(), None);
}

#[tokio::test]
async fn an_item_is_replaced_only_if_nobody_was_faster() {
    let bench = bench();
    let table = table(&bench);
    let key = thing_key("a");
    assert_eq!(table.replace(&key, &thing("a", 2), 1, &cause("0")).await.unwrap(), Written::Refused(None));
    let _ = table.create(&key, &thing("a", 1), &cause("1")).await.unwrap();
    assert_eq!(table.replace(&key, &thing("a", 2), 1, &cause("2")).await.unwrap(), Written::Done);
    let late = table.replace(&key, &thing("late", 2), 1, &cause("3")).await.unwrap();
    assert_eq!(late, Written::Refused(Some(Box::new(thing("a", 2)))));
}

#[tokio::test]
async fn every_way_to_write_leaves_its_cause_on_the_item() {
    let bench = bench();
    let table = table(&bench);
    let _ = table.create(&thing_key("a"), &thing("a", 1), &cause("create")).await.unwrap();
    let _ = table.create(&thing_key("b"), &thing("b", 1), &cause("x")).await.unwrap();
    let _ = table.replace(&thing_key("b"), &thing("b", 2), 1, &cause("replace")).await.unwrap();
    table.overwrite(&thing_key("c"), &thing("c", 1), &cause("overwrite")).await.unwrap();
    let _ = table.create(&thing_key("d"), &thing("d", 1), &cause("x")).await.unwrap();
    let grow = || Update::of(thing_key("d")).increase("#s :one").name("#s", "size").value(":one", 1);
    assert!(matches!(table.update::<Stored>(grow(), &cause("update")).await.unwrap(), Updated::Done(_)));
    let transaction = Transaction::new(cause("transaction"));
    let transaction = transaction.create(&thing_key("e"), &thing("e", 1)).unwrap();
    let transaction = transaction.overwrite(&thing_key("f"), &thing("f", 1)).unwrap();
    assert_eq!(table.commit(transaction).await.unwrap(), Committed::Done);
    let mut causes: Vec<_> = bench.dynamo.items().iter().map(|item| item["cause"]["M"]["id"]["S"].clone()).collect();
    causes.sort_by_key(ToString::to_string);
    assert_eq!(json!(causes), json!(["create", "overwrite", "replace", "transaction", "transaction", "update"]));
}

#[tokio::test]
async fn an_update_answers_with_the_item_afterwards_or_the_one_in_the_way() {
    let bench = bench();
    let table = table(&bench);
    let _ = table.create(&thing_key("a"), &Stored { size: 5, ..thing("a", 1) }, &cause("1")).await.unwrap();
    let take = |units: u32| {
        Update::of(thing_key("a"))
            .set("#s = #s - :units")
            .when("#s >= :units")
            .name("#s", "size")
            .value(":units", units)
    };
    let taken = table.update::<Stored>(take(3), &cause("2")).await.unwrap();
    assert_eq!(taken, Updated::Done(Stored { size: 2, ..thing("a", 1) }));
    let refused = table.update::<Stored>(take(3), &cause("3")).await.unwrap();
    assert_eq!(refused, Updated::Refused(Some(Box::new(Stored { size: 2, ..thing("a", 1) }))));
}

#[tokio::test]
async fn a_transaction_does_all_or_nothing_and_names_what_stood_in_the_way() {
    let bench = bench();
    let table = table(&bench);
    let _ = table.create(&thing_key("taken"), &thing("taken", 3), &cause("1")).await.unwrap();
    let writes = Transaction::new(cause("2")).create(&thing_key("free"), &thing("free", 1)).unwrap();
    let writes = writes.replace(&thing_key("taken"), &thing("taken", 9), 8).unwrap().delete(thing_key("gone"));
    let Committed::Refused(reasons) = table.commit(writes).await.unwrap() else { panic!("was not refused") };
    assert_eq!((&reasons[0], &reasons[2]), (&Reason::None, &Reason::None));
    assert_eq!(reasons[1].item::<Stored>().unwrap(), Some(thing("taken", 3)));
    assert_eq!(table.get::<Stored>(&thing_key("free")).await.unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn throttling_is_ridden_out_for_a_moment_and_then_passed_on_as_unavailable() {
    let bench = bench();
    bench.dynamo.throttle_next(1);
    assert_eq!(table(&bench).get::<Stored>(&thing_key("a")).await, Ok(None));
    bench.dynamo.throttle_next(100);
    let answer = table(&bench).create(&thing_key("a"), &thing("a", 1), &cause("1")).await;
    assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
}

#[tokio::test]
async fn an_item_of_another_form_is_corrupt_and_its_content_is_not_told() {
    let bench = bench();
    let odd = json!({"name": "a", "size": "ada@example.com"});
    table(&bench).overwrite(&thing_key("a"), &odd, &cause("1")).await.unwrap();
    let Err(StoreError::Corrupt(why)) = table(&bench).get::<Stored>(&thing_key("a")).await else { panic!("was read") };
    assert!(!why.contains("ada@example.com"), "{why}");
}

#[tokio::test]
async fn many_items_are_read_in_the_order_of_the_keys_even_if_a_key_comes_twice() {
    let bench = bench();
    for name in ["a", "b"] {
        let _ = table(&bench).create(&thing_key(name), &thing(name, 1), &cause("1")).await.unwrap();
    }
    let keys = ["b", "none", "a", "b"].map(thing_key);
    let found = table(&bench).get_many::<Stored>(&keys).await.unwrap();
    assert_eq!(found, [Some(thing("b", 1)), None, Some(thing("a", 1)), Some(thing("b", 1))]);
    assert!(table(&bench).get_many::<Stored>(&[]).await.unwrap().is_empty());
}

/// A table whose answers `answer` makes of the call and the embedded table's answer.
fn table_with(bench: &Bench<Probe>, answer: fn(&WireRequest<'_>, &WireService) -> (u16, String)) -> Table {
    let inner = bench.dynamo.service();
    let service: WireService = Arc::new(move |request| answer(&request, &inner));
    let client = aws_sdk_dynamodb::Client::new(&sdk_config(service, &bench.world.world()));
    Table::new(client, bench.dynamo.table_name())
}

fn again<'a>(request: &WireRequest<'a>, body: &'a str) -> WireRequest<'a> {
    WireRequest { method: request.method, uri: request.uri, operation: request.operation, body }
}

#[tokio::test(start_paused = true)]
async fn keys_left_unread_are_asked_for_again_after_a_pause() {
    let bench = bench();
    for name in ["a", "b", "c"] {
        let _ = table(&bench).create(&thing_key(name), &thing(name, 1), &cause("1")).await.unwrap();
    }
    let one_at_a_time = table_with(&bench, |request, inner| {
        let mut body: Value = serde_json::from_str(request.body).unwrap();
        let tables = body["RequestItems"].as_object_mut().unwrap();
        let (name, asked) = tables.iter_mut().next().unwrap();
        let name = name.clone();
        let left = asked["Keys"].as_array_mut().unwrap().split_off(1);
        let (status, answer) = inner(again(request, &body.to_string()));
        let mut answer: Value = serde_json::from_str(&answer).unwrap();
        answer["UnprocessedKeys"] = if left.is_empty() { json!({}) } else { json!({name: {"Keys": left}}) };
        (status, answer.to_string())
    });
    let began = tokio::time::Instant::now();
    let found = one_at_a_time.get_many::<Stored>(&["c", "a", "b"].map(thing_key)).await.unwrap();
    assert_eq!(found, [Some(thing("c", 1)), Some(thing("a", 1)), Some(thing("b", 1))]);
    assert!(began.elapsed() >= Duration::from_millis(50), "{:?}", began.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_table_that_leaves_keys_unread_for_ever_is_unavailable() {
    let bench = bench();
    let stubborn = table_with(&bench, |request, _| {
        static ASKED: AtomicU32 = AtomicU32::new(0);
        assert!(ASKED.fetch_add(1, Ordering::SeqCst) < 20, "asked and asked again");
        let body: Value = serde_json::from_str(request.body).unwrap();
        (200, json!({"Responses": {}, "UnprocessedKeys": body["RequestItems"]}).to_string())
    });
    let answer = stubborn.get_many::<Stored>(&[thing_key("a")]).await;
    assert!(matches!(answer, Err(StoreError::Unavailable(_))), "{answer:?}");
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_not_repeated_in_the_error() {
    let bench = bench();
    let broken = table_with(&bench, |_, _| (200, r#"{"Item": {"name": {"S": "ada@example.com"}"#.to_owned()));
    let Err(StoreError::Unavailable(why)) = broken.get::<Stored>(&thing_key("a")).await else { panic!("was read") };
    assert!(!why.is_empty() && !why.contains("ada"), "{why}");
}

#[tokio::test]
async fn an_error_of_the_table_is_named() {
    let bench = bench();
    let denied = table_with(&bench, |_, _| {
        (400, json!({"__type": "x#AccessDeniedException", "message": "may not"}).to_string())
    });
    let Err(StoreError::Refused(why)) = denied.get::<Stored>(&thing_key("a")).await else { panic!("was read") };
    assert!(why.contains("AccessDeniedException") && why.contains("may not"), "{why}");
}

async fn stocked_table(bench: &Bench<Probe>) {
    for group in ["A", "B", "C"] {
        for number in 0..10 {
            let name = format!("{group}#{number}");
            table(bench).overwrite(&Key::new("STOCK", &*name), &thing(&name, 1), &cause("1")).await.unwrap();
        }
    }
}

/// All pages of a query, walked by cursor.
async fn pages(bench: &Bench<Probe>, query: Query<'_>) -> Vec<Vec<String>> {
    let (mut pages, mut after) = (Vec::new(), None::<String>);
    loop {
        let page = table(bench).query::<Stored>(Query { after: after.as_deref(), ..query }).await.unwrap();
        pages.push(page.items.into_iter().map(|item| item.name).collect());
        match page.next {
            Some(next) => after = Some(next),
            None => return pages,
        }
    }
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repeat_in_both_directions() {
    let bench = bench();
    stocked_table(&bench).await;
    let query = Query { limit: 7, ..Query::partition("STOCK") };
    let ascending = pages(&bench, query).await;
    assert!(ascending.len() >= 5 && ascending.iter().all(|page| page.len() <= 7));
    let ascending = ascending.concat();
    assert_eq!((ascending.len(), &*ascending[0], &*ascending[29]), (30, "A#0", "C#9"));
    let mut descending = pages(&bench, Query { descending: true, ..query }).await.concat();
    descending.reverse();
    assert_eq!(descending, ascending);
}

#[tokio::test]
async fn a_prefix_bounds_every_page_and_not_only_the_first() {
    let bench = bench();
    stocked_table(&bench).await;
    let expected: Vec<_> = (0..10).map(|number| format!("B#{number}")).collect();
    for limit in [1, 3, 5, 10, 11, 100] {
        let query = Query { prefix: Some("B#"), limit, ..Query::partition("STOCK") };
        assert_eq!(pages(&bench, query).await.concat(), expected, "limit {limit}");
        let mut descending = pages(&bench, Query { descending: true, ..query }).await.concat();
        descending.reverse();
        assert_eq!(descending, expected, "limit {limit}, descending");
    }
}

#[tokio::test]
async fn a_cursor_from_elsewhere_reaches_nothing_outside_the_prefix() {
    let bench = bench();
    stocked_table(&bench).await;
    for descending in [false, true] {
        for after in ["A#", "A#5", "C#5", "Z"] {
            let query =
                Query { prefix: Some("B#"), after: Some(after), descending, limit: 100, ..Query::partition("STOCK") };
            let page = table(&bench).query::<Stored>(query).await.unwrap();
            assert!(page.items.iter().all(|item| item.name.starts_with("B#")), "{after}");
        }
    }
}

#[tokio::test]
async fn a_whole_partition_is_read_over_as_many_pages_as_it_takes() {
    let bench = bench();
    stocked_table(&bench).await;
    let query = Query { limit: 4, prefix: Some("C#"), ..Query::partition("STOCK") };
    assert_eq!(table(&bench).query_all::<Stored>(query).await.unwrap().len(), 10);
}

#[tokio::test]
async fn an_index_is_queried_by_its_name_and_only_items_that_carry_it_are_in_it() {
    let bench = bench();
    assert!(table(&bench).query::<Stored>(Query { index: Some("absent"), ..Query::partition("x") }).await.is_err());
}
