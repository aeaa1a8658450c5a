//! The table writes and its answer is lost: the SDK writes again and is refused. The client does not notice.

use crate::harness::{PASSWORD, Pair, me, refresh, refusal, sign_in_request, sign_up, somebody, users};
use chassis::testing::connector::{WireService, sdk_config};
use chassis::testing::{Bench, EmbeddedDynamo, Request};
use chassis::{Service, Table};
use serde_json::json;
use std::sync::{Arc, Mutex};
use users::Users;

/// A bench and the operation whose next answer is lost.
pub fn bench_that_loses() -> (Bench<Users>, Arc<Mutex<Option<&'static str>>>) {
    let dynamo = EmbeddedDynamo::for_capability(Users::CAPABILITY);
    let lost: Arc<Mutex<Option<&'static str>>> = Arc::default();
    let (inner, losing) = (dynamo.service(), Arc::clone(&lost));
    let service: WireService = Arc::new(move |request| {
        let lose = losing.lock().unwrap().take_if(|operation| *operation == request.operation).is_some();
        let answer = inner(request);
        if lose { (500, json!({"__type": "x#InternalServerError"}).to_string()) } else { answer }
    });
    let table = dynamo.table_name();
    let bench = Bench::on(dynamo, |parts| {
        let client = aws_sdk_dynamodb::Client::new(&sdk_config(service, &parts.wiring.world));
        users(parts, Table::new(client, table))
    });
    (bench, lost)
}

#[tokio::test(start_paused = true)]
async fn a_refresh_whose_write_is_repeated_is_no_reuse() {
    let (bench, lost) = bench_that_loses();
    let (_, pair) = somebody(&bench, "ada@example.com").await;
    *lost.lock().unwrap() = Some("UpdateItem");
    let next = Pair::of(&refresh(&bench, &pair.refresh).await);
    assert_eq!(*lost.lock().unwrap(), None, "an answer was lost");
    let after = refresh(&bench, &next.refresh).await;
    assert_eq!(after.status, 200, "the session lives on: {after:?}");
    bench.world.pass_seconds(10);
    assert_eq!(refusal(&refresh(&bench, &pair.refresh).await), (401, "session_revoked"), "used is used");
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_whose_write_is_repeated_opens_the_session() {
    let (bench, lost) = bench_that_loses();
    sign_up(&bench, "ada@example.com").await;
    *lost.lock().unwrap() = Some("PutItem");
    let pair = Pair::of(&bench.http(sign_in_request("ada@example.com", PASSWORD)).await);
    assert_eq!(*lost.lock().unwrap(), None, "an answer was lost");
    assert_eq!(refresh(&bench, &pair.refresh).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn a_sign_up_whose_write_is_repeated_finds_its_own_address_free() {
    let (bench, lost) = bench_that_loses();
    *lost.lock().unwrap() = Some("TransactWriteItems");
    let (_, pair) = somebody(&bench, "ada@example.com").await;
    assert_eq!(*lost.lock().unwrap(), None, "an answer was lost");
    assert_eq!(me(&bench, &pair.access).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn an_address_whose_write_is_repeated_is_kept_once() {
    let (bench, lost) = bench_that_loses();
    let (_, pair) = somebody(&bench, "ada@example.com").await;
    *lost.lock().unwrap() = Some("PutItem");
    let address = json!({"name": "Ada", "line1": "1 Pier", "city": "Hamburg", "postal_code": "20457", "country": "DE"});
    let kept = bench.http(Request::post("/v1/users/me/addresses", address).bearer(&pair.access)).await;
    assert_eq!((kept.status, *lost.lock().unwrap()), (201, None), "{kept:?}");
    let all = bench.http(Request::get("/v1/users/me/addresses").bearer(&pair.access)).await;
    assert_eq!(all.body["items"], json!([kept.body]));
}
