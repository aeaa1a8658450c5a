//! A batch from a queue: each record alone, whatever the others do.

use crate::probe::{Deed, Poke, Probe, bench};
use chassis::inbox::back_off_seconds;
use chassis::testing::Bench;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::time::Duration;

struct Record {
    body: String,
    receives: u32,
}

fn poke(bench: &Bench<Probe>, seq: usize, deed: Deed) -> Record {
    let envelope = bench.envelope("thing", u64::try_from(seq).unwrap(), &Poke { deed });
    Record { body: serde_json::to_string(&envelope).unwrap(), receives: 1 }
}

/// Delivers the records within so many milliseconds; the indices of those that come again.
async fn deliver(bench: &Bench<Probe>, records: &[Record], millis: u64) -> Vec<usize> {
    let records: Vec<Value> = records
        .iter()
        .enumerate()
        .map(|(index, record)| {
            json!({"messageId": index.to_string(), "receiptHandle": format!("receipt-{index}"), "body": record.body,
                "attributes": {"ApproximateReceiveCount": record.receives.to_string()}, "eventSource": "aws:sqs"})
        })
        .collect();
    let event = json!({"Records": records}).to_string();
    let answer = bench.function.handle(&event, Duration::from_millis(millis)).await.unwrap();
    let failures = answer["batchItemFailures"].as_array().unwrap();
    failures.iter().map(|failure| failure["itemIdentifier"].as_str().unwrap().parse().unwrap()).collect()
}

fn handled(bench: &Bench<Probe>) -> usize {
    bench.function.service().handled.lock().unwrap().len()
}

#[tokio::test]
async fn one_unreadable_record_in_ten_is_buried_alone() {
    let bench = bench();
    let mut records: Vec<_> = (0..10).map(|seq| poke(&bench, seq, Deed::Succeed)).collect();
    records[4].body = "{not json".to_owned();
    assert!(deliver(&bench, &records, 10_000).await.is_empty());
    assert_eq!(handled(&bench), 9);
    assert_eq!(bench.queues.buried(), ["{not json"]);
}

#[tokio::test]
async fn whatever_cannot_be_read_is_buried_as_it_came() {
    let bench = bench();
    let good: Value = serde_json::from_str(&poke(&bench, 1, Deed::Succeed).body).unwrap();
    let changed = |pointer: &str, value: Value| {
        let mut envelope = good.clone();
        *envelope.pointer_mut(pointer).unwrap() = value;
        envelope.to_string()
    };
    let bodies = [
        String::new(),
        "null".to_owned(),
        "{}".to_owned(),
        changed("/specversion", json!("0.3")),
        changed("/type", json!("carts.unheard_of.v1")),
        changed("/type", json!(7)),
        changed("/time", json!("yesterday")),
        changed("/data", Value::Null),
        changed("/data/deed", json!("unheard_of")),
    ];
    let records: Vec<_> = bodies.iter().map(|body| Record { body: body.clone(), receives: 3 }).collect();
    assert!(deliver(&bench, &records, 10_000).await.is_empty());
    let (mut buried, mut sent) = (bench.queues.buried(), bodies.to_vec());
    buried.sort();
    sent.sort();
    assert_eq!(buried, sent);
    assert!(bench.queues.postponed().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_record_that_cannot_even_be_buried_comes_again() {
    let bench = bench();
    bench.queues.break_next(3);
    let records = [Record { body: "{".to_owned(), receives: 1 }];
    assert_eq!(deliver(&bench, &records, 10_000).await, [0]);
}

#[tokio::test]
async fn a_panicking_record_fails_alone() {
    let bench = bench();
    let deeds = [Deed::Succeed, Deed::Panic, Deed::Succeed];
    let records: Vec<_> = deeds.into_iter().enumerate().map(|(seq, deed)| poke(&bench, seq, deed)).collect();
    assert_eq!(deliver(&bench, &records, 10_000).await, [1]);
    assert_eq!(handled(&bench), 2);
}

#[tokio::test]
async fn what_fails_for_now_comes_again_and_later_each_time() {
    let bench = bench();
    let records = [1, 4, 50].map(|receives| Record { receives, ..poke(&bench, 1, Deed::Stumble) });
    assert_eq!(deliver(&bench, &records, 10_000).await, [0, 1, 2]);
    let expected = [("receipt-0", 1), ("receipt-1", 8), ("receipt-2", 900)];
    assert_eq!(bench.queues.postponed(), expected.map(|(receipt, seconds)| (receipt.to_owned(), seconds)));
    assert!(bench.queues.buried().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_back_off_that_cannot_be_set_still_reports_the_failure() {
    let bench = bench();
    let records = [poke(&bench, 1, Deed::Stumble), poke(&bench, 2, Deed::Succeed)];
    bench.queues.break_next(100);
    assert_eq!(deliver(&bench, &records, 10_000).await, [0]);
}

#[tokio::test(start_paused = true)]
async fn a_batch_of_ten_takes_no_longer_than_twice_one_record() {
    let bench = bench();
    let began = tokio::time::Instant::now();
    let records: Vec<_> = (0..10).map(|seq| poke(&bench, seq, Deed::SleepMillis(5))).collect();
    assert!(deliver(&bench, &records, 10_000).await.is_empty());
    assert!(began.elapsed() <= Duration::from_millis(10), "{:?}", began.elapsed());
    assert_eq!(handled(&bench), 10);
}

#[tokio::test(start_paused = true)]
async fn a_record_that_runs_out_of_time_fails_alone_and_before_the_invocation_ends() {
    let bench = bench();
    let began = tokio::time::Instant::now();
    let records = [poke(&bench, 1, Deed::SleepMillis(60_000)), poke(&bench, 2, Deed::SleepMillis(100))];
    assert_eq!(deliver(&bench, &records, 5_000).await, [0]);
    assert_eq!(handled(&bench), 1);
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![Just(Deed::Succeed), Just(Deed::Panic), Just(Deed::Stumble), Just(Deed::Misread)];
    proptest::collection::vec(deed, 1..=10)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn what_comes_again_is_exactly_what_failed_for_now(deeds in deeds()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let bench = bench();
            let records: Vec<_> = deeds.iter().enumerate().map(|(seq, deed)| poke(&bench, seq, deed.clone())).collect();
            let failed = deliver(&bench, &records, 10_000).await;
            let of = |wanted: &[Deed]| -> Vec<usize> {
                deeds.iter().enumerate().filter(|(_, deed)| wanted.contains(deed)).map(|(index, _)| index).collect()
            };
            assert_eq!(failed, of(&[Deed::Panic, Deed::Stumble]));
            assert_eq!(bench.queues.buried().len(), of(&[Deed::Misread]).len());
            assert_eq!(handled(&bench), of(&[Deed::Succeed]).len());
        });
    }

    #[test]
    fn a_back_off_never_shrinks_and_never_exceeds_a_quarter_of_an_hour(receives in 0u32..10_000) {
        prop_assert!(back_off_seconds(receives) <= back_off_seconds(receives + 1));
        prop_assert!((1..=900).contains(&back_off_seconds(receives)));
    }
}
