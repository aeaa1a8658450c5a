//! The state after a crash, and its repair.

use crate::harness::*;
use chassis::testing::Bench;
use events::{Envelope, Message};
use payments::Payments;
use serde_json::{Value, json};
use std::time::Duration;

/// Delivers a message to a function that is killed after two seconds: a slow card has not answered by then.
async fn deliver_and_die(bench: &Bench<Payments>, message: &Envelope<Value>) {
    let body = serde_json::to_string(message).unwrap();
    let event = json!({"Records": [{"messageId": "0", "receiptHandle": "0", "body": body,
        "attributes": {"ApproximateReceiveCount": "1"}, "eventSource": "aws:sqs"}]});
    let answer = bench.function.handle(&event.to_string(), Duration::from_secs(2)).await.unwrap();
    assert_eq!(answer["batchItemFailures"].as_array().unwrap().len(), 1);
    assert!(bench.queues.take().is_empty());
}

async fn died_in_authorize(bench: &Bench<Payments>) -> Envelope<Value> {
    let command = envelope(bench, 1, &authorize(1, "pm_card_slow"));
    deliver_and_die(bench, &command).await;
    assert_eq!((status(bench).await.as_str(), transitions(bench).await), ("pending", 1));
    command
}

#[tokio::test(start_paused = true)]
async fn a_request_without_outcome_is_made_again_under_its_key() {
    let bench = bench();
    let command = died_in_authorize(&bench).await;
    assert!(bench.deliver(&[command]).await.is_empty());
    assert_eq!(kinds(&settle(&bench).await), ["payment_authorized"]);
    assert_eq!(transitions(&bench).await, 2);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_the_provider_may_have_forgotten_is_looked_up_instead() {
    let bench = bench();
    let command = died_in_authorize(&bench).await;
    bench.world.pass_seconds(24 * 60 * 60 + 1);
    // Posting again would take the slow card's three seconds, and this function has but two.
    let body = serde_json::to_string(&command).unwrap();
    let event = json!({"Records": [{"messageId": "0", "receiptHandle": "0", "body": body,
        "attributes": {"ApproximateReceiveCount": "2"}, "eventSource": "aws:sqs"}]});
    let answer = bench.function.handle(&event.to_string(), Duration::from_secs(2)).await.unwrap();
    assert_eq!(answer["batchItemFailures"], json!([]));
    assert_eq!(kinds(&settle(&bench).await), ["payment_authorized"]);
}

#[tokio::test(start_paused = true)]
async fn a_void_looks_for_what_was_requested_and_then_lets_it_go() {
    let bench = bench();
    let command = died_in_authorize(&bench).await;
    assert_eq!(kinds(&say(&bench, 2, &void()).await), ["payment_voided"]);
    assert_eq!(payment(&bench).await["sums"]["authorized"]["amount"], 0);
    assert!(bench.deliver(&[command]).await.is_empty());
    assert_eq!(kinds(&settle(&bench).await), ["payment_voided"]);
}

/// Delivers a command whose replies cannot be sent, then again: the same replies, and no second write.
async fn replies_survive<M: Message>(bench: &Bench<Payments>, seq: u64, message: &M, replies: &[&str]) {
    let command = envelope(bench, seq, message);
    // The SDK itself tries three times, for each of the receivers.
    bench.queues.break_next(6);
    assert_eq!(bench.deliver(std::slice::from_ref(&command)).await, [0]);
    bench.queues.break_next(0);
    settle(bench).await;
    let count = transitions(bench).await;
    assert!(bench.deliver(&[command]).await.is_empty());
    assert_eq!(kinds(&settle(bench).await), replies);
    assert_eq!(transitions(bench).await, count);
}

#[tokio::test(start_paused = true)]
async fn a_reply_that_was_lost_is_sent_when_the_command_comes_again() {
    let bench = bench();
    replies_survive(&bench, 1, &authorize(1, "pm_card_declined"), &["payment_declined"]).await;
    replies_survive(&bench, 2, &authorize(2, "pm_card_requires_action"), &["payment_action_required"]).await;
    replies_survive(&bench, 3, &authorize(3, "pm_card_capture_fails"), &["payment_authorized"]).await;
    replies_survive(&bench, 4, &capture(1), &["payment_failed"]).await;
    replies_survive(&bench, 5, &capture(3), &["payment_captured"]).await;
    replies_survive(&bench, 6, &refund("return/1", 10), &["payment_refunded"]).await;
    replies_survive(&bench, 7, &void(), &["payment_refunded", "payment_voided"]).await;
    assert_eq!(given_back(&bench).await, TOTAL);
}

#[tokio::test(start_paused = true)]
async fn a_throttled_table_lets_the_message_come_again() {
    let bench = bench();
    bench.dynamo.throttle_next(3);
    let command = envelope(&bench, 1, &authorize(1, "pm_card_visa"));
    assert_eq!(bench.deliver(std::slice::from_ref(&command)).await, [0]);
    assert!(bench.deliver(&[command]).await.is_empty());
    assert_eq!(kinds(&settle(&bench).await), ["payment_authorized"]);
}
