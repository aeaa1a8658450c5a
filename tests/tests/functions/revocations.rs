//! Every route that is rechecked, tried by staff before and after they lost their access: each capability keeps what it is told.

use super::benches::with_every_bench;
use chassis::Service;
use chassis::testing::signing::{access_token_in, machine_token};
use chassis::testing::{Bench, Request, Response};
use events::Message;
use events::flows::received_by;
use events::ids::{ApiKeyId, SessionId, UserId};
use events::users::{AccessChanged, Permissions, Role, SessionEnded};

const ADA: UserId = UserId::from_bits(5);
const ENDED: SessionId = SessionId::from_bits(6);
const OTHER: SessionId = SessionId::from_bits(7);

/// Keys that Ada made.
const KEY: ApiKeyId = ApiKeyId::from_bits(8);
const OTHER_KEY: ApiKeyId = ApiKeyId::from_bits(9);

fn token<S: Service>(bench: &Bench<S>, session: SessionId, role: Role) -> String {
    access_token_in(session, ADA, &[Role::Customer, role], bench.world.now())
}

/// The answers of all rechecked routes.
async fn rechecked<S: Service>(bench: &Bench<S>, token: &str) -> Vec<Response> {
    let mut answers = Vec::new();
    for route in S::routes().into_iter().filter(|route| route.rechecked) {
        let target = route.path.replace("{id}", "7").replace("{sku}", "7");
        answers.push(bench.http(Request::new(route.method, &target).body("{}").bearer(token)).await);
    }
    answers
}

fn all_refused(answers: &[Response]) -> bool {
    answers.iter().all(|answer| (answer.status, answer.problem()) == (401, "session_ended"))
}

fn none_refused(answers: &[Response]) -> bool {
    answers.iter().all(|answer| answer.problem() != "session_ended" && answer.status < 500)
}

async fn is_told<S: Service>(bench: Bench<S>) {
    let is_told = received_by(S::CAPABILITY).any(|flow| flow.kind == SessionEnded::TYPE);
    let routes = S::routes().iter().filter(|route| route.rechecked).count();
    // `users` reads its own table.
    assert_eq!(is_told, routes > 0 && S::CAPABILITY != events::Capability::Users, "{}", S::CAPABILITY);
    if !is_told {
        return;
    }
    let staff = |session| token(&bench, session, Role::Admin);
    assert!(none_refused(&rechecked(&bench, &staff(ENDED)).await), "{}", S::CAPABILITY);
    let ended = SessionEnded { user_id: ADA, session_id: ENDED };
    bench.receive(&ENDED.to_string(), 1, &ended).await;
    let kept = bench.dynamo.items();
    bench.receive(&ENDED.to_string(), 1, &ended).await;
    assert_eq!(bench.dynamo.items(), kept, "a repeat changes nothing");
    bench.dynamo.take_calls();
    assert!(all_refused(&rechecked(&bench, &staff(ENDED)).await), "{}", S::CAPABILITY);
    let calls = bench.dynamo.take_calls();
    assert!(calls.iter().all(|call| (&*call.operation, call.tenths_of_units) == ("GetItem", 5)), "{calls:?}");
    assert_eq!((calls.len(), bench.dynamo.items()), (routes, kept), "half a read unit a request, and no change");
    let customer = rechecked(&bench, &token(&bench, ENDED, Role::Customer)).await;
    assert!(none_refused(&customer), "customers rely on their token's quarter of an hour");
    assert!(none_refused(&rechecked(&bench, &staff(OTHER)).await), "another session goes on");

    let machine = |key| machine_token(key, ADA, Permissions::of_machines(), bench.world.now());
    assert!(none_refused(&rechecked(&bench, &machine(KEY)).await), "{}", S::CAPABILITY);
    bench.receive(&KEY.to_string(), 1, &SessionEnded { user_id: ADA, session_id: KEY.session() }).await;
    assert!(all_refused(&rechecked(&bench, &machine(KEY)).await), "the end of a key: {}", S::CAPABILITY);
    assert!(none_refused(&rechecked(&bench, &machine(OTHER_KEY)).await), "another key goes on");

    bench.receive(&ADA.to_string(), 2, &AccessChanged { user_id: ADA, user_version: 2 }).await;
    assert!(all_refused(&rechecked(&bench, &staff(OTHER)).await), "a token of an earlier version");
    assert!(all_refused(&rechecked(&bench, &machine(OTHER_KEY)).await), "what its maker loses a key loses");
    bench.dynamo.throttle_next(9);
    let unknown = bench.http(first::<S>().bearer(&staff(OTHER))).await;
    assert_eq!(unknown.status, 503, "who cannot be asked about lets nobody in");
}

/// The first rechecked route.
fn first<S: Service>() -> Request {
    let route = S::routes().into_iter().find(|route| route.rechecked).unwrap();
    Request::new(route.method, &route.path.replace("{id}", "7").replace("{sku}", "7")).body("{}")
}

#[tokio::test(start_paused = true)]
async fn staff_who_lost_their_access_move_no_money_and_change_no_price_anywhere() {
    with_every_bench!(is_told);
}

#[tokio::test]
async fn a_revocation_that_comes_after_all_its_tokens_expired_is_not_kept() {
    let bench = super::benches::payments();
    let message = bench.envelope(&ENDED.to_string(), 1, &SessionEnded { user_id: ADA, session_id: ENDED });
    bench.world.pass_seconds(chassis::http::KEPT_SECONDS);
    assert!(bench.deliver(&[message]).await.is_empty());
    assert!(bench.dynamo.items().is_empty());
}
