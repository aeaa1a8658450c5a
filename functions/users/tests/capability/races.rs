//! Two writers at the same moment: the item that one of them read is outdated when it writes. The write's condition decides.

use crate::browser::Browser;
use crate::harness::{
    PASSWORD, Pair, bench, items, refresh, refusal, sign_in_request, sign_up_request, somebody, users, verify_in,
};
use chassis::testing::connector::{WireService, sdk_config};
use chassis::testing::{Bench, EmbeddedDynamo, Request};
use chassis::{Service, Table};
use events::users::{GrantRole, Role};
use std::collections::BTreeSet;
use std::future::Future;
use std::sync::{Arc, Mutex};
use users::Users;

pub type Rival = (&'static str, Box<dyn FnOnce() + Send>);

/// A bench over a shared database. Its next call of the rival's operation is held back until the rival had its turn.
pub fn bench_over(dynamo: &EmbeddedDynamo) -> (Bench<Users>, Arc<Mutex<Option<Rival>>>) {
    let rival: Arc<Mutex<Option<Rival>>> = Arc::default();
    let (inner, waiting) = (dynamo.service(), Arc::clone(&rival));
    let service: WireService = Arc::new(move |request| {
        let turn = waiting.lock().unwrap().take_if(|(operation, _)| *operation == request.operation);
        if let Some((_, turn)) = turn {
            turn();
        }
        inner(request)
    });
    let bench = Bench::on(dynamo.clone(), |parts| {
        let client = aws_sdk_dynamodb::Client::new(&sdk_config(service, &parts.wiring.world));
        users(parts, Table::new(client, dynamo.table_name()))
    });
    (bench, rival)
}

/// A second bench whose ids differ from the first's.
pub fn other_over(dynamo: &EmbeddedDynamo) -> Bench<Users> {
    let (bench, _) = bench_over(dynamo);
    bench.world.pass_seconds(1);
    bench
}

/// Work for another thread, since the connector's own cannot wait.
pub fn before<F: Future<Output = ()>>(
    operation: &'static str,
    work: impl FnOnce() -> F + Send + 'static,
) -> Option<Rival> {
    let turn = move || {
        let run = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work());
        std::thread::spawn(run).join().unwrap();
    };
    Some((operation, Box::new(turn)))
}

pub fn shared() -> EmbeddedDynamo {
    EmbeddedDynamo::for_capability(Users::CAPABILITY)
}

#[tokio::test(start_paused = true)]
async fn who_signed_up_while_no_session_could_be_opened_is_asked_to_sign_in() {
    let dynamo = shared();
    let (bench, rival) = bench_over(&dynamo);
    let away = dynamo.clone();
    *rival.lock().unwrap() = Some(("PutItem", Box::new(move || away.throttle_next(9))));
    let mut ada = Browser::new(&bench);
    let fields = [("name", "Ada"), ("email", "ada@example.com"), ("password", PASSWORD), ("then", "/cart")];
    let shown = ada.post("/account/sign-up", &fields).await;
    assert_eq!((shown.status, &*shown.location), (303, "/account/sign-in?then=%2Fcart"));
    dynamo.throttle_next(0);
    assert_eq!(ada.sign_in("ada@example.com").await.status, 303);
}

#[tokio::test]
async fn of_two_who_sign_up_with_one_address_at_once_one_gets_it() {
    let dynamo = shared();
    let ((one, rival), other) = (bench_over(&dynamo), other_over(&dynamo));
    *rival.lock().unwrap() = before("TransactWriteItems", move || async move {
        assert_eq!(other.http(sign_up_request("ada@example.com")).await.status, 201);
    });
    assert_eq!(refusal(&one.http(sign_up_request("ada@example.com")).await), (409, "email_taken"));
    let profiles = dynamo.items().iter().filter(|item| item["sk"]["S"] == "profile").count();
    assert_eq!(profiles, 1, "the loser leaves no user behind");
}

#[tokio::test]
async fn two_exchanges_of_one_token_at_once_both_get_the_same_current_token() {
    let dynamo = shared();
    let ((one, rival), other) = (bench_over(&dynamo), other_over(&dynamo));
    let (_, pair) = somebody(&one, "ada@example.com").await;
    let won: Arc<Mutex<Option<Pair>>> = Arc::default();
    let (token, winner) = (pair.refresh.clone(), Arc::clone(&won));
    *rival.lock().unwrap() = before("UpdateItem", move || async move {
        *winner.lock().unwrap() = Some(Pair::of(&refresh(&other, &token).await));
    });
    let late = Pair::of(&refresh(&one, &pair.refresh).await);
    let won = won.lock().unwrap().take().unwrap();
    assert_eq!(late.refresh, won.refresh);
    assert_eq!(refresh(&one, &late.refresh).await.status, 200, "the session goes on");
}

#[tokio::test]
async fn many_exchanges_of_one_token_at_once_make_one_successor() {
    let bench = bench();
    let (_, pair) = somebody(&bench, "ada@example.com").await;
    let answers = futures_util::future::join_all((0..20).map(|_| refresh(&bench, &pair.refresh))).await;
    let tokens: BTreeSet<_> = answers.iter().map(|answer| Pair::of(answer).refresh).collect();
    assert_eq!(tokens.len(), 1);
}

#[tokio::test]
async fn a_refresh_that_loses_to_a_sign_out_is_refused() {
    let dynamo = shared();
    let ((one, rival), other) = (bench_over(&dynamo), other_over(&dynamo));
    let (_, pair) = somebody(&one, "ada@example.com").await;
    let access = pair.access.clone();
    *rival.lock().unwrap() = before("UpdateItem", move || async move {
        let out = Request::new("DELETE", "/v1/sessions/current").bearer(&access);
        assert_eq!(other.http(out).await.status, 204);
    });
    assert_eq!(refusal(&refresh(&one, &pair.refresh).await), (401, "session_revoked"));
}

#[tokio::test]
async fn a_session_that_opens_while_its_owner_signs_out_everywhere_is_over_at_once() {
    let dynamo = shared();
    let ((one, rival), other) = (bench_over(&dynamo), other_over(&dynamo));
    let (_, owner) = somebody(&one, "ada@example.com").await;
    *rival.lock().unwrap() = before("PutItem", move || async move {
        let out = Request::new("DELETE", "/v1/sessions").bearer(&owner.access);
        assert_eq!(other.http(out).await.status, 204);
    });
    let opened = Pair::of(&one.http(sign_in_request("ada@example.com", PASSWORD)).await);
    assert_eq!(refusal(&refresh(&one, &opened.refresh).await), (401, "session_revoked"));
}

#[tokio::test]
async fn a_new_name_and_a_new_role_at_once_are_both_kept() {
    let dynamo = shared();
    let ((one, rival), other) = (bench_over(&dynamo), other_over(&dynamo));
    let (user_id, pair) = somebody(&one, "ada@example.com").await;
    verify_in(&dynamo, "ada@example.com");
    *rival.lock().unwrap() = before("PutItem", move || async move {
        other.receive("grant_1", 1, &GrantRole { user_id, role: Role::Support }).await;
    });
    let rename = Request::new("PATCH", "/v1/users/me").body(r#"{"name": "Ada L."}"#).bearer(&pair.access);
    let answer = one.http(rename).await;
    assert_eq!((answer.status, &answer.body["name"]), (200, &"Ada L.".into()));
    assert_eq!(answer.body["roles"], serde_json::json!(["customer", "support"]));
}

#[tokio::test]
async fn an_address_that_is_sent_twice_at_once_is_kept_once() {
    let dynamo = shared();
    let ((one, rival), other) = (bench_over(&dynamo), other_over(&dynamo));
    let (_, pair) = somebody(&one, "ada@example.com").await;
    let access = pair.access.clone();
    let add = |access: &str| {
        let home = r#"{"name": "Ada", "line1": "1 Quay", "city": "Bergen", "postal_code": "5003", "country": "NO"}"#;
        Request::new("POST", "/v1/users/me/addresses").body(home).bearer(access)
    };
    *rival.lock().unwrap() = before("PutItem", move || async move {
        assert_eq!(other.http(add(&access)).await.status, 201);
    });
    let second = one.http(add(&pair.access)).await;
    assert_eq!(second.status, 201);
    let kept: Vec<_> = dynamo.items().into_iter().filter(|item| item.get("address").is_some()).collect();
    assert_eq!((kept.len(), &kept[0]["id"]["S"]), (1, &second.body["id"]));
}

#[tokio::test]
async fn who_finds_too_many_attempts_of_which_one_is_under_way_waits_a_moment_and_not_for_the_next_window() {
    let dynamo = shared();
    let ((one, rival), other) = (bench_over(&dynamo), other_over(&dynamo));
    somebody(&one, "ada@example.com").await;
    let wrong = || one.http(sign_in_request("ada@example.com", "not the password"));
    for _ in 0..9 {
        assert_eq!(wrong().await.status, 401);
    }
    *rival.lock().unwrap() = before("PutItem", move || async move {
        let refused = other.http(sign_in_request("ada@example.com", PASSWORD)).await;
        assert_eq!(refusal(&refused), (429, "too_many_attempts"));
        assert_eq!(refused.headers["retry-after"], "2");
    });
    assert_eq!(one.http(sign_in_request("ada@example.com", PASSWORD)).await.status, 201);
    assert!(rival.lock().unwrap().is_none(), "the other came while the first was under way");
    assert_eq!(wrong().await.status, 401, "a success was taken back");
    let refused = wrong().await;
    assert_eq!((refused.status, &refused.headers["retry-after"]), (429, &serde_json::json!("900")));
}

#[tokio::test]
async fn guesses_made_at_once_cannot_exceed_the_limit() {
    let bench = bench();
    let guesses = (0..30).map(|_| bench.http(sign_in_request("ada@example.com", "not the password")));
    let answers = futures_util::future::join_all(guesses).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 401).count(), 10);
    assert_eq!(answers.iter().filter(|answer| answer.status == 429).count(), 20);
    assert_eq!(items(&bench, "throttle").len(), 2);
}
