//! The table writes and its answer is lost: the SDK writes again and is refused. The client does not notice.

use crate::authenticator::Authenticator;
use crate::factors::{App, begin, confirm, sign_in_with};
use crate::harness::{PASSWORD, Pair, items, me, refresh, refusal, sign_in_request, sign_up, somebody, users};
use crate::passkeys::{add_request, alone, challenge};
use chassis::testing::connector::{WireRequest, WireService, sdk_config};
use chassis::testing::{Bench, EmbeddedDynamo, Request, Response};
use chassis::{Service, Table};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use users::Users;

/// The write of a user that is no transaction.
const PUT_OF_USER: &str = "PutItem profile";

fn is_of(request: &WireRequest<'_>, operation: &str) -> bool {
    let writes_user = || serde_json::from_str::<Value>(request.body).unwrap()["Item"]["sk"]["S"] == "profile";
    let of_user = || operation == PUT_OF_USER && request.operation == "PutItem" && writes_user();
    operation == request.operation || of_user()
}

/// A bench and the operation whose next answer is lost.
pub fn bench_that_loses() -> (Bench<Users>, Arc<Mutex<Option<&'static str>>>) {
    let dynamo = EmbeddedDynamo::for_capability(Users::CAPABILITY);
    let lost: Arc<Mutex<Option<&'static str>>> = Arc::default();
    let (inner, losing) = (dynamo.service(), Arc::clone(&lost));
    let service: WireService = Arc::new(move |request| {
        let lose = losing.lock().unwrap().take_if(|operation| is_of(&request, operation)).is_some();
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

/// The answer to a request, of which the answer to the write of the user was lost. The user changed once.
async fn losing(bench: &Bench<Users>, lost: &Mutex<Option<&'static str>>, request: Request) -> Response {
    let seq = || items(bench, "profile")[0]["seq"]["N"].as_str().unwrap().parse::<u64>().unwrap();
    let (before, what) = (seq(), format!("{request:?}"));
    *lost.lock().unwrap() = Some(PUT_OF_USER);
    let answer = bench.http(request).await;
    assert_eq!((*lost.lock().unwrap(), seq()), (None, before + 1), "{what}: {:?}", answer.body);
    answer
}

#[tokio::test(start_paused = true)]
async fn each_change_of_a_user_whose_write_is_repeated_is_made_once_and_answered_as_made() {
    let (bench, lost) = bench_that_loses();
    let (_, pair) = somebody(&bench, "ada@example.com").await;
    let send = async |request: Request, status: u16| {
        let answer = losing(&bench, &lost, request.clone()).await;
        assert_eq!(answer.status, status, "{request:?}: {:?}", answer.body);
        answer.body
    };
    let mine = |method: &'static str, path: &str| Request::new(method, path).bearer(&pair.access);
    send(mine("PATCH", "/v1/users/me").body(r#"{"name": "Ada L."}"#), 200).await;
    let begun = send(begin(&pair, PASSWORD), 201).await;
    let app = App::with(begun["secret"].as_str().unwrap());
    let confirmed = send(confirm(&pair, &app.code(&bench)), 200).await;
    assert_eq!(confirmed["codes"].as_array().unwrap().len(), 10, "they are shown this once");
    let renewed = send(mine("POST", "/v1/recovery-codes"), 201).await;
    send(sign_in_with(json!({"recovery_code": renewed["codes"][0]})), 201).await;
    bench.world.pass_seconds(30);
    send(sign_in_with(json!({"totp": app.code(&bench)})), 201).await;
    bench.world.pass_seconds(30);
    let shown = json!({"second_factor": {"totp": app.code(&bench)}});
    send(Request::post("/v1/sessions/current/second-factor", shown).bearer(&pair.access), 200).await;
    send(mine("DELETE", "/v1/totp"), 204).await;
    let asked = challenge(&bench, Some(&pair.access)).await;
    let phone = Authenticator::new(1, &asked);
    let added = send(add_request(&pair, &phone.make(&asked)), 201).await;
    assert_eq!(added["recovery_codes"].as_array().unwrap().len(), 10, "they are shown this once");
    send(alone(&phone.show(&challenge(&bench, None).await)), 201).await;
    send(mine("DELETE", &format!("/v1/passkeys/{}", phone.id())), 204).await;
    send(mine("DELETE", "/v1/sessions"), 204).await;
}
