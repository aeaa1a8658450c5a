//! Writes over HTTP are relayed, and writes from a queue are not.

use crate::probe::{Probe, Stored, bench, thing_key};
use chassis::testing::{Bench, Request};
use chassis::{Cause, Via};
use serde_json::{Value, json};

async fn write(bench: &Bench<Probe>, name: &str, via: Via) {
    let cause = Cause::new(via, "why", 1);
    let stored = Stored { name: name.to_owned(), size: 1, seq: 1 };
    let _ = bench.function.service().table.create(&thing_key(name), &stored, &cause).await.unwrap();
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
