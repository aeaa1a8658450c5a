//! Connections on which no answer ever comes: whatever triggered the function, it ends in time by itself. Time is virtual.

#![expect(clippy::disallowed_methods, reason = "virtual time")]

use crate::probe::{Deed, Poke, Probe, bench};
use chassis::runtime::{Deadline, OutOfTime, within};
use chassis::testing::connector::{self, NO_ANSWER};
use chassis::testing::{Bench, Request, Response};
use chassis::time_limit::{ANSWER, AWS_ATTEMPT, BATCH, PROVIDER_CALL};
use chassis::tokens::SecretParameter;
use futures_util::FutureExt;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// More requests than anybody makes.
const ALL: u32 = 1_000_000;
/// `Timeout` of the functions behind HTTP, and of most workers and of relays, in the templates.
const REQUEST: Duration = Duration::from_secs(8);
const WORK: Duration = Duration::from_secs(5);

/// Invokes; the outcome, and how long it took.
async fn timed(bench: &Bench<Probe>, event: &Value, limit: Duration) -> (Result<Value, String>, Duration) {
    let began = Instant::now();
    let outcome = bench.function.handle(&event.to_string(), limit).await;
    (outcome.map_err(|error| error.to_string()), began.elapsed())
}

async fn get(bench: &Bench<Probe>, path: &str) -> (Response, Duration) {
    let (answer, took) = timed(bench, &Request::get(path).event(), REQUEST).await;
    (Response::from_answer(&answer.unwrap()), took)
}

/// Messages with these deeds, as an event.
fn messages(bench: &Bench<Probe>, deeds: &[Deed]) -> Value {
    let record = |(seq, deed): (usize, &Deed)| {
        let envelope = bench.envelope("thing", seq as u64, &Poke { deed: deed.clone() });
        json!({"messageId": seq.to_string(), "receiptHandle": seq.to_string(), "eventSource": "aws:sqs",
            "attributes": {"ApproximateReceiveCount": "1"}, "body": serde_json::to_string(&envelope).unwrap()})
    };
    json!({"Records": deeds.iter().enumerate().map(record).collect::<Vec<_>>()})
}

fn failures(answer: Result<Value, String>) -> usize {
    answer.unwrap()["batchItemFailures"].as_array().unwrap().len()
}

async fn written(bench: &Bench<Probe>) -> Value {
    bench.http(Request::post("/v1/things", json!({"name": "a", "size": 1}))).await;
    json!({"Records": bench.dynamo.new_stream_records()})
}

#[tokio::test(start_paused = true)]
async fn a_request_whose_table_hangs_is_answered_503_and_the_next_one_is_served() {
    let bench = bench();
    bench.dynamo.hang_next(3);
    let (refused, took) = get(&bench, "/v1/things").await;
    assert_eq!((refused.status, refused.problem(), refused.header("retry-after")), (503, "unavailable", Some("1")));
    assert!(took < Duration::from_secs(4), "{took:?}");
    let (served, took) = get(&bench, "/v1/things").await;
    assert_eq!((served.status, took), (200, Duration::ZERO));
}

#[tokio::test(start_paused = true)]
async fn one_silent_connection_costs_a_request_a_second_and_no_failure() {
    let bench = bench();
    bench.dynamo.hang_next(1);
    let (served, took) = get(&bench, "/v1/things").await;
    assert_eq!(served.status, 200);
    assert!(took >= AWS_ATTEMPT.at_most && took < Duration::from_secs(2), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_hangs_anywhere_is_answered_503_before_the_function_is_ended() {
    let bench = bench();
    let (refused, took) = get(&bench, "/v1/hang").await;
    assert_eq!((refused.status, refused.problem(), refused.header("retry-after")), (503, "unavailable", Some("1")));
    assert_eq!(took, REQUEST - ANSWER.at_most);
    assert_eq!(get(&bench, "/v1/things").await.0.status, 200);
}

#[tokio::test(start_paused = true)]
async fn a_message_whose_table_hangs_comes_again_after_a_second() {
    let bench = bench();
    bench.dynamo.hang_next(ALL);
    let event = messages(&bench, &[Deed::Read("a".to_owned()), Deed::Succeed]);
    let (answer, took) = timed(&bench, &event, WORK).await;
    assert_eq!(failures(answer), 1);
    assert!(took <= BATCH.at_most, "{took:?}");
    assert_eq!(bench.queues.postponed(), [("0".to_owned(), 1)]);
    assert_eq!(bench.queues.take().len(), 1, "what follows from the other is sent");
}

#[tokio::test(start_paused = true)]
async fn a_message_is_handled_although_a_connection_hung_once() {
    let bench = bench();
    bench.dynamo.hang_next(1);
    let (answer, took) = timed(&bench, &messages(&bench, &[Deed::Read("a".to_owned())]), WORK).await;
    assert_eq!(failures(answer), 0);
    assert!(took < Duration::from_secs(2), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn queues_that_hang_keep_no_batch_from_ending_not_even_dead_letters_and_delays() {
    for deed in [Deed::Succeed, Deed::Misread, Deed::Stumble, Deed::SleepMillis(60_000)] {
        let bench = bench();
        bench.queues.hang_next(ALL);
        let (answer, took) = timed(&bench, &messages(&bench, &[deed.clone(), deed.clone()]), WORK).await;
        assert_eq!(failures(answer), 2, "{deed:?}");
        assert!(took <= WORK - ANSWER.at_most, "{deed:?}: {took:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_that_is_read_late_is_still_dead_lettered_and_what_is_late_still_delayed() {
    let bench = bench();
    bench.queues.hang_next(1);
    // Sending hangs once, while the other is out of time.
    let event = messages(&bench, &[Deed::Succeed, Deed::SleepMillis(60_000)]);
    let (answer, took) = timed(&bench, &event, WORK).await;
    assert_eq!(failures(answer), 1);
    assert_eq!(bench.queues.postponed(), [("1".to_owned(), 1)]);
    assert_eq!(took, BATCH.at_most);
}

#[tokio::test(start_paused = true)]
async fn a_dead_letter_does_not_come_again_since_what_others_send_hangs() {
    let bench = bench();
    bench.queues.hang_next(ALL);
    let event = messages(&bench, &[Deed::Succeed, Deed::Succeed, Deed::MisreadLate(500)]);
    // The queue of dead letters answers in the meantime.
    let (handled, ()) = tokio::join!(timed(&bench, &event, WORK), async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        bench.queues.hang_next(0);
        tokio::time::sleep(Duration::from_millis(200)).await;
        bench.queues.hang_next(ALL);
    });
    assert_eq!(bench.queues.dead_lettered().len(), 1);
    assert_eq!(failures(handled.0), 2, "those whose messages are not sent, and no other");
}

#[tokio::test(start_paused = true)]
async fn a_relay_sends_on_another_connection_when_one_hangs() {
    let bench = bench();
    let event = written(&bench).await;
    bench.queues.hang_next(1);
    let (outcome, took) = timed(&bench, &event, WORK).await;
    assert_eq!(outcome, Ok(Value::Null));
    assert!(took < Duration::from_secs(2), "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn a_relay_whose_queues_hang_fails_in_time_and_its_batch_comes_again() {
    let bench = bench();
    let event = written(&bench).await;
    bench.queues.hang_next(ALL);
    let (outcome, took) = timed(&bench, &event, WORK).await;
    assert!(outcome.is_err() && took < Duration::from_secs(4), "{outcome:?} after {took:?}");
    bench.queues.hang_next(0);
    bench.queues.take();
    assert_eq!(timed(&bench, &event, WORK).await, (Ok(Value::Null), Duration::ZERO));
    assert_eq!(bench.queues.take().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_schedule_whose_table_hangs_fails_in_time() {
    let bench = bench();
    let event = json!({"source": "aws.events", "id": "tick-1"});
    bench.dynamo.hang_next(3);
    let (outcome, took) = timed(&bench, &event, Duration::from_secs(20)).await;
    assert!(outcome.is_err() && took < Duration::from_secs(4), "{outcome:?} after {took:?}");
    assert_eq!(timed(&bench, &event, WORK).await, (Ok(Value::Null), Duration::ZERO));
    assert!(bench.queues.dead_lettered().is_empty(), "the next one may find an answer");
}

#[tokio::test(start_paused = true)]
async fn a_key_that_the_parameter_store_does_not_give_is_waited_for_no_longer_than_the_work_lasts() {
    let bench = bench();
    let world = bench.world.world();
    let silent = Arc::new(|_: connector::WireRequest<'_>| (NO_ANSWER, String::new()));
    let key = SecretParameter::new(connector::ssm(silent, &world), "key".to_owned());
    let began = Instant::now();
    let outcome = Deadline::after(&world, Duration::from_millis(2_500)).bound(key.value().boxed()).await;
    assert!(outcome.map_or(true, |value| value.is_err()));
    assert_eq!(began.elapsed(), Duration::from_millis(2_500));
}

#[tokio::test(start_paused = true)]
async fn work_within_work_ends_with_it() {
    let world = bench().world.world();
    let began = Instant::now();
    let outer = Deadline::after(&world, Duration::from_secs(2));
    let inner = outer.bound(within(PROVIDER_CALL, &world, std::future::pending::<()>().boxed()).boxed()).await;
    assert_eq!((inner, began.elapsed()), (Err(OutOfTime), Duration::from_secs(2)));
    assert_eq!(outer.bound(async { 1 }.boxed()).await, Err(OutOfTime), "nothing begins after the end");
}
