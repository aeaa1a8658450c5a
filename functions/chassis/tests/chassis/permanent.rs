//! What no repeat changes ends at once, whatever triggered it: in the dead-letter queue with its reason, or as a 500.

use crate::probe::{Deed, Poke, Probe, Stored, bench, thing_key};
use chassis::testing::connector;
use chassis::testing::{Bench, Request};
use chassis::tokens::{KeyError, SecretParameter};
use chassis::{Cause, Via};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What DynamoDB answers when no repeat helps.
const REFUSALS: [&str; 4] =
    ["AccessDeniedException", "ValidationException", "ResourceNotFoundException", "NotAuthorized"];

fn message(bench: &Bench<Probe>, deed: Deed) -> String {
    serde_json::to_string(&bench.envelope("thing", 1, &Poke { deed })).unwrap()
}

/// The attributes of the only dead letter, whose body is as it came.
fn only_dead_letter(bench: &Bench<Probe>, body: &str) -> BTreeMap<String, String> {
    assert_eq!(bench.queues.dead_lettered(), [body]);
    bench.queues.dead_letter_attributes().remove(0)
}

#[tokio::test]
async fn a_message_that_the_table_refuses_for_good_is_a_dead_letter_at_once_with_reason_and_id() {
    for code in REFUSALS {
        let bench = bench();
        bench.dynamo.refuse_all(code);
        let body = message(&bench, Deed::Read("a".to_owned()));
        assert!(bench.deliver_raw(std::slice::from_ref(&body)).await.is_empty(), "{code}");
        let attributes = only_dead_letter(&bench, &body);
        assert!(attributes["reason"].contains(code), "{attributes:?}");
        assert_eq!(attributes["original_message_id"], "0");
        assert_eq!(attributes.len(), 2, "{attributes:?}");
    }
}

#[tokio::test]
async fn an_item_too_large_and_one_of_another_form_are_dead_letters_at_once() {
    let bench = bench();
    bench.dynamo.put(&json!({"pk": {"S": "THING#odd"}, "sk": {"S": "THING"}, "size": {"S": "ada@example.com"}}));
    for (deed, why) in [(Deed::Write(500_000), "table refuses"), (Deed::Read("odd".to_owned()), "corrupt item")] {
        assert!(bench.deliver_raw(&[message(&bench, deed)]).await.is_empty(), "{why}");
        let reason = bench.queues.dead_letter_attributes().pop().unwrap()["reason"].clone();
        assert!(reason.starts_with(why) && !reason.contains("ada@"), "{reason}");
    }
}

#[tokio::test]
async fn a_redriven_dead_letter_that_dies_again_keeps_the_id_that_it_had_first() {
    let bench = bench();
    let first = json!({"stringValue": "first", "dataType": "String", "stringListValues": [], "binaryListValues": []});
    let record = json!({"messageId": "second", "receiptHandle": "r", "body": "{", "eventSource": "aws:sqs",
        "attributes": {}, "messageAttributes": {"original_message_id": first, "reason": first}});
    bench.invoke(&json!({"Records": [record]})).await.unwrap();
    let attributes = only_dead_letter(&bench, "{");
    assert_eq!(attributes["original_message_id"], "first");
    assert!(attributes["reason"].contains("EOF"), "{attributes:?}");
}

async fn store(bench: &Bench<Probe>, name: &str) {
    let cause = Cause::new(Via::Http, "why", 1);
    let stored = Stored { name: name.to_owned(), size: 1, seq: 1 };
    let _ = bench.function.service().table.create(&thing_key(name), &stored, &cause).await.unwrap();
}

#[tokio::test]
async fn a_stream_record_that_no_queue_takes_is_named_in_the_dead_letters_and_the_others_are_sent() {
    for code in ["InvalidMessageContents", "AccessDenied", "KmsNotFound"] {
        let bench = bench();
        for name in ["a", "poison", "b"] {
            store(&bench, name).await;
        }
        bench.queues.refuse_those_with("poison", code);
        let records = bench.dynamo.new_stream_records();
        let number = records[1]["dynamodb"]["SequenceNumber"].as_str().unwrap().to_owned();
        bench.invoke(&json!({"Records": records})).await.unwrap();
        let sent: Vec<_> = bench.queues.take().into_iter().map(|sent| sent.envelope.subject).collect();
        assert!(["a", "b"].iter().all(|name| sent.iter().filter(|sent| sent == name).count() >= 2), "{sent:?}");
        let note = json!({"unrelayed": {"pk": "THING#poison", "sk": "THING", "sequence_number": number}});
        let attributes = only_dead_letter(&bench, &note.to_string());
        assert!(attributes["reason"].contains(code), "{attributes:?}");
        assert_eq!(attributes["table_key"], "THING#poison THING");
        assert_eq!(attributes["sequence_number"], number);
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_record_is_not_given_up_before_those_beside_it_are_sent() {
    let bench = bench();
    store(&bench, "panic").await;
    store(&bench, "a").await;
    let event = json!({"Records": bench.dynamo.new_stream_records()});
    bench.queues.break_next(6);
    assert!(bench.invoke(&event).await.is_err());
    assert!(bench.queues.dead_lettered().is_empty(), "the batch comes again, and would name it again");
    bench.invoke(&event).await.unwrap();
    assert_eq!((bench.queues.dead_lettered().len(), bench.queues.take().len()), (1, 2));
}

#[tokio::test]
async fn a_schedule_that_the_table_refuses_for_good_is_a_dead_letter_and_is_not_repeated() {
    for code in REFUSALS {
        let bench = bench();
        bench.dynamo.refuse_all(code);
        let event = json!({"source": "aws.events", "id": "tick-1"});
        assert_eq!(bench.invoke(&event).await, Ok(Value::Null), "{code}");
        let attributes = only_dead_letter(&bench, &event.to_string());
        assert!(attributes["reason"].contains(code), "{attributes:?}");
        assert_eq!(attributes["original_message_id"], "tick-1");
    }
}

#[tokio::test]
async fn a_caller_is_not_told_to_try_again_what_never_works() {
    for code in REFUSALS {
        let bench = bench();
        bench.dynamo.refuse_all(code);
        let answer = bench.http(Request::get("/v1/things")).await;
        assert_eq!((answer.status, answer.problem(), answer.header("retry-after")), (500, "internal", None), "{code}");
    }
    let bench = bench();
    bench.dynamo.put(&json!({"pk": {"S": "THINGS"}, "sk": {"S": "odd"}}));
    assert_eq!(bench.http(Request::get("/v1/things")).await.status, 500);
}

#[tokio::test(start_paused = true)]
async fn a_key_that_is_missing_or_may_not_be_read_never_will_be_and_a_throttled_one_may() {
    let bench = bench();
    let world = bench.world.world();
    let key = |code: &'static str| {
        let refusing =
            move |_: connector::WireRequest<'_>| (400, json!({"__type": code, "message": "refused"}).to_string());
        SecretParameter::new(connector::ssm(Arc::new(refusing), &world), "key".to_owned())
    };
    for code in ["AccessDeniedException", "ParameterNotFound", "ParameterVersionNotFound", "InvalidKeyId"] {
        assert!(matches!(key(code).value().await, Err(KeyError::Unusable { .. })), "{code}");
    }
    for code in ["ThrottlingException", "InternalServerError", "TooManyUpdates"] {
        assert!(matches!(key(code).value().await, Err(KeyError::Unavailable { .. })), "{code}");
    }
}
