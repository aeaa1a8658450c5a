//! Two writers at the same moment: the item that one of them read is outdated when it writes. The item's condition decides.

use crate::harness::{ORDER, cancel, config, create, delivery, dispatch, put_zone, sent, zone};
use chassis::testing::connector::{WireService, sdk_config};
use chassis::testing::signing::stored_key;
use chassis::testing::{Bench, EmbeddedDynamo};
use chassis::{Service, Table};
use events::Capability;
use serde_json::{Value, json};
use shipping::Shipping;
use std::future::Future;
use std::sync::{Arc, Mutex};

type Rival = Box<dyn FnOnce() + Send>;

/// A bench over a shared database. Its first write is held back until the rival, if one is set, has had its turn.
fn bench_over(dynamo: &EmbeddedDynamo) -> (Bench<Shipping>, Arc<Mutex<Option<Rival>>>) {
    let rival: Arc<Mutex<Option<Rival>>> = Arc::default();
    let (inner, waiting) = (dynamo.service(), Arc::clone(&rival));
    let service: WireService = Arc::new(move |request| {
        let writes = matches!(request.operation, "PutItem" | "TransactWriteItems");
        let turn = if writes { waiting.lock().unwrap().take() } else { None };
        if let Some(turn) = turn {
            turn();
        }
        inner(request)
    });
    let bench = Bench::new(|parts| {
        let key = parts.secret("key", stored_key("shipping"));
        let sdk = sdk_config(service, &parts.wiring.world);
        let client = aws_sdk_dynamodb::Client::new(&sdk);
        Shipping::new(Table::new(client, dynamo.table_name()), parts.wiring.clone(), config(), key)
    });
    (bench, rival)
}

fn shipment(dynamo: &EmbeddedDynamo) -> Value {
    dynamo.item(&ORDER.shipment().to_string(), "shipment").unwrap()
}

/// Work for another thread, as the connector's own cannot wait for anything.
fn elsewhere<F: Future<Output = ()>>(work: impl FnOnce() -> F + Send + 'static) -> Rival {
    Box::new(move || {
        let run = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work());
        std::thread::spawn(run).join().unwrap();
    })
}

#[tokio::test]
async fn a_cancellation_that_loses_to_a_dispatch_is_refused() {
    let dynamo = EmbeddedDynamo::for_capability(Shipping::CAPABILITY);
    let ((worker, rival), (api, _)) = (bench_over(&dynamo), bench_over(&dynamo));
    worker.receive(&ORDER.to_string(), 3, &create()).await;
    *rival.lock().unwrap() = Some(elsewhere(move || async move {
        assert_eq!(api.http(dispatch(&api, "1")).await.status, 200);
    }));
    worker.receive(&ORDER.to_string(), 4, &cancel()).await;
    assert_eq!(sent(&worker), ["shipment_created", "cancel_refused"]);
    assert_eq!(shipment(&dynamo)["status"]["S"], "dispatched");
}

#[tokio::test]
async fn a_dispatch_that_loses_to_a_cancellation_is_refused() {
    let dynamo = EmbeddedDynamo::for_capability(Shipping::CAPABILITY);
    let ((worker, _), (api, rival)) = (bench_over(&dynamo), bench_over(&dynamo));
    worker.receive(&ORDER.to_string(), 3, &create()).await;
    *rival.lock().unwrap() = Some(elsewhere(move || async move {
        worker.receive(&ORDER.to_string(), 4, &cancel()).await;
        assert_eq!(sent(&worker), ["shipment_created", "shipment_canceled"]);
    }));
    let refused = api.http(dispatch(&api, "1")).await;
    assert_eq!((refused.status, refused.problem()), (409, "shipment_canceled"));
    assert_eq!(shipment(&dynamo)["status"]["S"], "canceled");
}

#[tokio::test]
async fn of_a_creation_and_its_cancellation_the_second_writer_follows_the_first() {
    let dynamo = EmbeddedDynamo::for_capability(Shipping::CAPABILITY);
    let ((first, rival), (second, _)) = (bench_over(&dynamo), bench_over(&dynamo));
    *rival.lock().unwrap() = Some(elsewhere(move || async move {
        second.receive(&ORDER.to_string(), 4, &cancel()).await;
    }));
    first.receive(&ORDER.to_string(), 3, &create()).await;
    assert_eq!(sent(&first), ["shipment_canceled"]);
    assert_eq!(shipment(&dynamo)["status"]["S"], "canceled");
}

#[tokio::test]
async fn two_members_of_staff_dispatch_at_once_and_one_dispatch_counts() {
    let dynamo = EmbeddedDynamo::for_capability(Shipping::CAPABILITY);
    let ((one, rival), (other, _)) = (bench_over(&dynamo), bench_over(&dynamo));
    one.receive(&ORDER.to_string(), 3, &create()).await;
    *rival.lock().unwrap() = Some(elsewhere(move || async move {
        assert_eq!(other.http(dispatch(&other, "other")).await.status, 200);
        assert_eq!(other.http(delivery(&other)).await.status, 200);
    }));
    let refused = one.http(dispatch(&one, "one")).await;
    assert_eq!((refused.status, refused.problem()), (409, "already_dispatched"));
    assert_eq!(shipment(&dynamo)["tracking"]["M"]["tracking_number"]["S"], "other");
}

#[tokio::test]
async fn two_zones_claim_a_country_at_once_and_one_gets_it() {
    let dynamo = EmbeddedDynamo::for_capability(Capability::Shipping);
    let ((one, rival), (other, _)) = (bench_over(&dynamo), bench_over(&dynamo));
    *rival.lock().unwrap() = Some(elsewhere(move || async move {
        assert_eq!(other.http(put_zone(&other, "other", &zone(&["DE", "FR"]))).await.status, 201);
    }));
    let refused = one.http(put_zone(&one, "one", &zone(&["DE"]))).await;
    assert_eq!((refused.status, refused.problem()), (409, "country_taken"));
    assert_eq!(refused.body["zone"], json!("other"));
}

#[tokio::test]
async fn two_zones_put_at_once_are_both_there() {
    let dynamo = EmbeddedDynamo::for_capability(Capability::Shipping);
    let ((one, rival), (other, _)) = (bench_over(&dynamo), bench_over(&dynamo));
    *rival.lock().unwrap() = Some(elsewhere(move || async move {
        assert_eq!(other.http(put_zone(&other, "other", &zone(&["FR"]))).await.status, 201);
    }));
    assert_eq!(one.http(put_zone(&one, "one", &zone(&["DE"]))).await.status, 201);
    let zones = dynamo.item("zones", "all").unwrap()["zones"]["M"].as_object().unwrap().len();
    assert_eq!(zones, 2);
}
