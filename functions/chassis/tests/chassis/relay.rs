//! Writes over HTTP are relayed, and writes from a queue are not.

use crate::probe::{Probe, Stored, bench, thing_key};
use chassis::testing::{Bench, Request};
use chassis::{Cause, Change, Failure, Via};
use events::Outgoing;
use serde_json::{Value, json};

async fn write(bench: &Bench<Probe>, name: &str, via: Via) {
    let cause = Cause::new(via, "why", 1);
    let stored = Stored { name: name.to_owned(), size: 1, seq: 1 };
    let _ = bench.function.service().table.create(&thing_key(name), &stored, &cause).await.unwrap();
}

/// Seals messages about what is named so. The probe has wax once it handled a message.
pub fn complete(app: &Probe, change: &Change, mut messages: Vec<Outgoing>) -> Result<Vec<Outgoing>, Failure> {
    match change.pk() {
        "THING#sealed" => messages.iter_mut().for_each(|message| message.envelope.data["seal"] = "wax".into()),
        "THING#sealed later" if app.handled.lock().unwrap().is_empty() => {
            return Err(Failure::Transient("no wax".to_owned()));
        }
        "THING#never sealed" => return Err(Failure::Permanent("no seal".to_owned())),
        _ => {}
    }
    Ok(messages)
}

/// The stream without the filter that the event source applies.
async fn relay_unfiltered(bench: &Bench<Probe>, change: fn(&mut Value)) -> Result<Value, String> {
    let mut records = bench.dynamo.new_stream_records();
    records.iter_mut().for_each(change);
    bench.invoke(&json!({"Records": records})).await
}

#[tokio::test]
async fn what_a_request_wrote_is_sent_to_every_receiver() {
    let bench = bench();
    let created = bench.http(Request::post("/v1/things", json!({"name": "a", "size": 1}))).await;
    assert_eq!(created.status, 201);
    assert!(bench.queues.take().is_empty(), "the request itself sends nothing");
    bench.relay().await.unwrap();
    assert_eq!(bench.queues.take().len(), 2);
}

#[tokio::test]
async fn only_changes_that_http_caused_are_relayed_even_without_the_filter() {
    let bench = bench();
    write(&bench, "a", Via::Queue).await;
    write(&bench, "b", Via::Http).await;
    write(&bench, "c", Via::Sweep).await;
    relay_unfiltered(&bench, |_| ()).await.unwrap();
    let subjects: Vec<_> = bench.queues.take().into_iter().map(|sent| sent.envelope.subject).collect();
    assert_eq!(subjects, ["b", "b"]);
}

#[tokio::test]
async fn an_image_that_cannot_be_read_is_dead_lettered_and_the_rest_is_sent() {
    let bench = bench();
    write(&bench, "a", Via::Http).await;
    write(&bench, "b", Via::Http).await;
    let spoil = |record: &mut Value| {
        if record["dynamodb"]["NewImage"]["name"]["S"] == "a" {
            record["dynamodb"]["NewImage"]["size"] = json!({"S": "ada@example.com"});
        }
    };
    relay_unfiltered(&bench, spoil).await.unwrap();
    let subjects: Vec<_> = bench.queues.take().into_iter().map(|sent| sent.envelope.subject).collect();
    assert_eq!(subjects, ["b", "b"]);
    let dead_lettered: Value = serde_json::from_str(&bench.queues.dead_lettered()[0]).unwrap();
    assert_eq!(dead_lettered["unrelayed"]["pk"], "THING#a");
    let attributes = bench.queues.dead_letter_attributes().remove(0);
    assert!(attributes["reason"].starts_with("undecodable image"), "{attributes:?}");
    assert!(!format!("{dead_lettered} {attributes:?}").contains("ada@example.com"), "{attributes:?}");
}

#[tokio::test]
async fn an_image_that_makes_the_relay_panic_is_dead_lettered_and_the_rest_is_sent() {
    let bench = bench();
    write(&bench, "panic", Via::Http).await;
    write(&bench, "b", Via::Http).await;
    bench.relay().await.unwrap();
    let subjects: Vec<_> = bench.queues.take().into_iter().map(|sent| sent.envelope.subject).collect();
    assert_eq!(subjects, ["b", "b"]);
    assert!(bench.queues.dead_lettered()[0].contains("THING#panic"));
}

#[tokio::test]
async fn a_removal_tells_nothing() {
    let bench = bench();
    write(&bench, "a", Via::Http).await;
    bench.relay().await.unwrap();
    bench.queues.take();
    bench.function.service().table.delete(&thing_key("a")).await.unwrap();
    relay_unfiltered(&bench, |_| ()).await.unwrap();
    assert!(bench.queues.take().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_send_that_fails_fails_the_invocation_so_that_the_stream_comes_again() {
    let bench = bench();
    write(&bench, "a", Via::Http).await;
    bench.queues.break_next(100);
    assert!(bench.relay().await.is_err());
}

#[tokio::test(start_paused = true)]
async fn an_image_that_cannot_be_dead_lettered_fails_the_invocation() {
    let bench = bench();
    write(&bench, "a", Via::Http).await;
    bench.queues.break_next(100);
    let spoil = |record: &mut Value| record["dynamodb"]["NewImage"]["cause"] = json!({"S": "?"});
    assert!(relay_unfiltered(&bench, spoil).await.is_err());
}

#[tokio::test]
async fn what_a_service_adds_to_its_messages_is_sent_with_them() {
    let bench = bench();
    write(&bench, "sealed", Via::Http).await;
    bench.relay().await.unwrap();
    let sent = bench.queues.take();
    assert!(sent.len() == 2 && sent.iter().all(|sent| sent.envelope.data["seal"] == "wax"), "{sent:?}");
}

#[tokio::test]
async fn messages_that_cannot_be_completed_for_now_come_again_with_their_batch() {
    let bench = bench();
    write(&bench, "b", Via::Http).await;
    write(&bench, "sealed later", Via::Http).await;
    let records = json!({"Records": bench.dynamo.new_stream_records()});
    assert!(bench.invoke(&records).await.unwrap_err().contains("no wax"));
    assert_eq!((bench.queues.take().len(), bench.queues.dead_lettered().len()), (0, 0));
    bench.function.service().handled.lock().unwrap().push("wax".to_owned());
    bench.invoke(&records).await.unwrap();
    assert_eq!(bench.queues.take().len(), 4);
}

#[tokio::test]
async fn messages_that_can_never_be_completed_are_dead_lettered_and_the_rest_is_sent() {
    let bench = bench();
    write(&bench, "never sealed", Via::Http).await;
    write(&bench, "b", Via::Http).await;
    bench.relay().await.unwrap();
    assert_eq!(bench.queues.take().len(), 2);
    assert_eq!(bench.queues.dead_letter_attributes()[0]["reason"], "no seal");
}
