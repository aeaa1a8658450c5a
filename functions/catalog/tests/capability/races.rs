//! Two writers at the same moment: what one of them looked at is outdated when it writes.

use crate::harness::*;
use catalog::Catalog;
use chassis::testing::connector::{WireService, dynamodb};
use chassis::testing::{Bench, EmbeddedDynamo, Request};
use chassis::{Service, Table};
use serde_json::{Value, json};
use std::future::Future;
use std::sync::{Arc, Mutex};

type Rival = Box<dyn FnOnce() + Send>;

/// A catalog over a shared table. Its next write is held back until the rival, if one is set, has had its turn.
fn bench_over(dynamo: &EmbeddedDynamo) -> (Bench<Catalog>, Arc<Mutex<Option<Rival>>>) {
    let rival: Arc<Mutex<Option<Rival>>> = Arc::default();
    let (inner, waiting) = (dynamo.service(), Arc::clone(&rival));
    let service: WireService = Arc::new(move |request| {
        let turn = if request.operation == "TransactWriteItems" { waiting.lock().unwrap().take() } else { None };
        if let Some(turn) = turn {
            turn();
        }
        inner(request)
    });
    let bench = Bench::new(|parts| {
        parts.table = Table::new(dynamodb(service, &parts.wiring.world), dynamo.table_name());
        build(parts)
    });
    (bench, rival)
}

/// Work for another thread, as the connector's own cannot wait for anything.
fn elsewhere<F: Future<Output = ()>>(work: impl FnOnce() -> F + Send + 'static) -> Rival {
    Box::new(move || {
        let run = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work());
        std::thread::spawn(run).join().unwrap();
    })
}

async fn put(bench: &Bench<Catalog>, id: &str, body: Value) -> (u16, String) {
    let answer = as_staff(bench, Request::put(&format!("/v1/categories/{id}"), body)).await;
    (answer.status, answer.problem().to_owned())
}

#[tokio::test]
async fn of_two_categories_that_are_put_below_each_other_at_once_the_second_is_refused() {
    let dynamo = EmbeddedDynamo::for_capability(Catalog::CAPABILITY);
    let ((one, rival), (other, _)) = (bench_over(&dynamo), bench_over(&dynamo));
    for id in ["a", "b"] {
        assert_eq!(put(&one, id, json!({"name": id})).await.0, 201);
    }
    *rival.lock().unwrap() = Some(elsewhere(move || async move {
        assert_eq!(put(&other, "b", json!({"name": "b", "parent": "a"})).await.0, 200);
    }));
    let second = put(&one, "a", json!({"name": "a", "parent": "b"})).await;
    assert_eq!(second, (422, "category_cycle".to_owned()));
    let tree = one.http(Request::get("/v1/categories")).await;
    assert_eq!(tree.body["items"], json!([{"id": "a", "name": "a"}, {"id": "b", "name": "b", "parent": "a"}]));
}

#[tokio::test]
async fn a_category_is_renamed_while_products_come_in_at_the_first_try() {
    let dynamo = EmbeddedDynamo::for_capability(Catalog::CAPABILITY);
    let ((one, rival), (other, _)) = (bench_over(&dynamo), bench_over(&dynamo));
    assert_eq!(put(&one, "a", json!({"name": "a"})).await.0, 201);
    let again = Arc::clone(&rival);
    *rival.lock().unwrap() = Some(elsewhere(move || async move {
        assert_eq!(put(&other, "b", json!({"name": "b"})).await.0, 201);
        *again.lock().unwrap() = Some(Box::new(|| panic!("it is written again")));
    }));
    assert_eq!(put(&one, "a", json!({"name": "A"})).await.0, 200);
    assert_eq!(one.http(Request::get("/v1/categories/b")).await.status, 200);
}

#[tokio::test]
async fn two_who_put_a_new_category_at_once_do_not_both_create_it() {
    let dynamo = EmbeddedDynamo::for_capability(Catalog::CAPABILITY);
    let ((one, rival), (other, _)) = (bench_over(&dynamo), bench_over(&dynamo));
    *rival.lock().unwrap() = Some(elsewhere(move || async move {
        assert_eq!(put(&other, "tea", json!({"name": "Tea"})).await.0, 201);
    }));
    let alone = Request::put("/v1/categories/tea", json!({"name": "Teas"})).header("if-none-match", "*");
    let second = as_staff(&one, alone).await;
    assert_eq!((second.status, second.problem()), (412, "precondition_failed"));
    assert_eq!(one.http(Request::get("/v1/categories/tea")).await.body["name"], "Tea");
}
