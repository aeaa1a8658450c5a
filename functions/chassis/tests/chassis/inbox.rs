//! A batch from a queue: each record alone, whatever the others do.

#![expect(clippy::disallowed_methods, reason = "virtual time")]

use crate::probe::{Deed, Poke, Probe, bench};
use chassis::messaging::back_off_seconds;
use chassis::testing::{Bench, RecordedQueues};
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

/// Delivers the records within this time; returns the indices of those that come again.
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
async fn one_unreadable_record_in_ten_is_dead_lettered_alone() {
    let bench = bench();
    let mut records: Vec<_> = (0..10).map(|seq| poke(&bench, seq, Deed::Succeed)).collect();
    records[4].body = "{not json".to_owned();
    assert!(deliver(&bench, &records, 10_000).await.is_empty());
    assert_eq!(handled(&bench), 9);
    assert_eq!(bench.queues.dead_lettered(), ["{not json"]);
}

#[tokio::test]
async fn whatever_cannot_be_read_is_dead_lettered_as_it_came() {
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
    let (mut dead_lettered, mut sent) = (bench.queues.dead_lettered(), bodies.to_vec());
    dead_lettered.sort();
    sent.sort();
    assert_eq!(dead_lettered, sent);
    assert!(bench.queues.postponed().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_record_that_cannot_even_be_dead_lettered_comes_again() {
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
    assert!(bench.queues.dead_lettered().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_back_off_that_cannot_be_set_still_reports_the_failure() {
    let bench = bench();
    bench.queues.break_next(100);
    assert_eq!(deliver(&bench, &[poke(&bench, 1, Deed::Stumble)], 10_000).await, [0]);
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

fn meet(place: &str, deed: Deed) -> Deed {
    Deed::Meet(place.to_owned(), Box::new(deed))
}

fn pokes(bench: &Bench<Probe>, deeds: &[Deed]) -> Vec<Record> {
    deeds.iter().enumerate().map(|(seq, deed)| poke(bench, seq, deed.clone())).collect()
}

/// Numbers of the messages that were handled together.
fn met(bench: &Bench<Probe>) -> Vec<Vec<String>> {
    let number = |id: &String| id.split('/').nth(1).unwrap().to_owned();
    let met = bench.function.service().met.lock().unwrap();
    met.iter().map(|group| group.iter().map(number).collect()).collect()
}

#[tokio::test]
async fn records_that_have_something_in_common_are_handled_together_and_the_others_alone() {
    let bench = bench();
    let ok = Deed::Succeed;
    let deeds = [
        meet("a", ok.clone()),
        meet("b", ok.clone()),
        ok.clone(),
        meet("a", ok.clone()),
        meet("c", ok.clone()),
        meet("b", ok),
    ];
    assert!(deliver(&bench, &pokes(&bench, &deeds), 10_000).await.is_empty());
    assert_eq!(met(&bench), [["0", "3"], ["1", "5"]]);
    assert_eq!(handled(&bench), 2);
}

#[tokio::test]
async fn when_one_of_those_handled_together_fails_each_is_handled_alone_and_it_alone_fails() {
    for (bad, again) in [(Deed::Panic, vec![1]), (Deed::Stumble, vec![1]), (Deed::Misread, vec![])] {
        let bench = bench();
        let deeds = [meet("a", Deed::Succeed), meet("a", bad.clone()), meet("a", Deed::Succeed)];
        assert_eq!(deliver(&bench, &pokes(&bench, &deeds), 10_000).await, again, "{bad:?}");
        assert_eq!((met(&bench).len(), handled(&bench)), (0, 2), "{bad:?}");
        assert_eq!(bench.queues.dead_lettered().len(), 1 - again.len(), "{bad:?}");
    }
}

#[tokio::test]
async fn who_panics_when_asked_what_it_has_in_common_is_handled_alone() {
    let bench = bench();
    let deeds = [meet("panic", Deed::Succeed), meet("panic", Deed::Succeed), Deed::Succeed];
    assert!(deliver(&bench, &pokes(&bench, &deeds), 10_000).await.is_empty());
    assert_eq!((met(&bench).len(), handled(&bench)), (0, 3));
}

#[tokio::test(start_paused = true)]
async fn those_handled_together_fail_before_the_invocation_ends_if_they_take_too_long() {
    let bench = bench();
    let began = tokio::time::Instant::now();
    let deeds = [meet("a", Deed::SleepMillis(60_000)), meet("a", Deed::Succeed), Deed::SleepMillis(100)];
    assert_eq!(deliver(&bench, &pokes(&bench, &deeds), 5_000).await, [0]);
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
}

/// Numbers of the messages whose consequences were sent.
fn published(bench: &Bench<Probe>) -> Vec<String> {
    let mut published: Vec<_> =
        bench.queues.take().iter().map(|sent| sent.envelope.subject.split('/').nth(1).unwrap().to_owned()).collect();
    published.sort();
    published
}

#[tokio::test]
async fn what_follows_from_a_batch_leaves_in_one_batch() {
    let bench = bench();
    let deeds = [Deed::Succeed, Deed::Stumble, Deed::Succeed, meet("a", Deed::Succeed), meet("a", Deed::Succeed)];
    assert_eq!(deliver(&bench, &pokes(&bench, &deeds), 10_000).await, [1]);
    assert_eq!((bench.queues.batches(), published(&bench)), (1, ["0", "2", "3", "4"].map(str::to_owned).to_vec()));
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_the_slowest_of_a_batch_to_be_told() {
    let bench = bench();
    let deeds = [Deed::SleepMillis(3_000), Deed::Succeed, Deed::SleepMillis(10), Deed::SleepMillis(10)];
    let records = pokes(&bench, &deeds);
    let delivering = async { assert!(deliver(&bench, &records, 10_000).await.is_empty()) };
    let looking = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(published(&bench), ["1", "2", "3"]);
    };
    tokio::join!(delivering, looking);
    assert_eq!(
        (bench.queues.batches(), published(&bench)),
        (3, vec!["0".to_owned()]),
        "at once, after 10 ms, after 3 s"
    );
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_sent_as_one_is_sent_for_each_alone() {
    let bench = bench();
    bench.queues.break_next(3);
    let deeds = [Deed::Succeed, Deed::Succeed, Deed::Succeed];
    assert!(deliver(&bench, &pokes(&bench, &deeds), 10_000).await.is_empty());
    assert_eq!((bench.queues.batches(), published(&bench).len()), (3, 3));
}

#[tokio::test(start_paused = true)]
async fn a_record_whose_consequences_cannot_be_sent_comes_again() {
    let bench = bench();
    bench.queues.break_next(1_000);
    let deeds = [Deed::Succeed, meet("a", Deed::Succeed), meet("a", Deed::Succeed), Deed::Stumble];
    assert_eq!(deliver(&bench, &pokes(&bench, &deeds), 10_000).await, [0, 1, 2, 3]);
    bench.queues.break_next(0);
    assert_eq!(bench.queues.postponed().len(), 0, "the back-off could not be set either");
}

#[tokio::test(start_paused = true)]
async fn a_record_whose_consequences_a_queue_refuses_for_good_is_dead_lettered_at_once() {
    let outcome = async |refuse: fn(&RecordedQueues, &'static str), code| {
        let bench = bench();
        refuse(&bench.queues, code);
        let deeds = [Deed::Succeed, meet("a", Deed::Succeed), meet("a", Deed::Succeed)];
        let again = deliver(&bench, &pokes(&bench, &deeds), 10_000).await;
        (again.len(), bench.queues.dead_lettered().len())
    };
    for refuse in [RecordedQueues::refuse_all, RecordedQueues::refuse_entries] {
        for code in
            ["AccessDenied", "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", "InvalidMessageContents"]
        {
            assert_eq!(outcome(refuse, code).await, (0, 3), "{code}");
        }
        for code in ["RequestThrottled", "ThrottlingException", "KmsThrottled", "InternalError"] {
            assert_eq!(outcome(refuse, code).await, (3, 0), "{code}");
        }
    }
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let deed = prop_oneof![Just(Deed::Succeed), Just(Deed::Panic), Just(Deed::Stumble), Just(Deed::Misread)];
    let place = prop_oneof![Just(None), Just(Some("a")), Just(Some("b"))];
    let met = (place, deed).prop_map(|(place, deed)| match place {
        Some(place) => meet(place, deed),
        None => deed,
    });
    proptest::collection::vec(met, 1..=10)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn what_comes_again_is_exactly_what_failed_for_now(deeds in deeds()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let bench = bench();
            let failed = deliver(&bench, &pokes(&bench, &deeds), 10_000).await;
            let is = |deed: &Deed, wanted: &[Deed]| match deed {
                Deed::Meet(_, deed) => wanted.contains(deed),
                deed => wanted.contains(deed),
            };
            let of = |wanted: &[Deed]| -> Vec<usize> {
                deeds.iter().enumerate().filter(|(_, deed)| is(deed, wanted)).map(|(index, _)| index).collect()
            };
            assert_eq!(failed, of(&[Deed::Panic, Deed::Stumble]));
            assert_eq!(bench.queues.dead_lettered().len(), of(&[Deed::Misread]).len());
            let together = met(&bench).concat().len();
            assert_eq!(handled(&bench) + together, of(&[Deed::Succeed]).len());
        });
    }

    #[test]
    fn a_back_off_never_shrinks_and_never_exceeds_a_quarter_of_an_hour(receives in 0u32..10_000) {
        prop_assert!(back_off_seconds(receives) <= back_off_seconds(receives + 1));
        prop_assert!((1..=900).contains(&back_off_seconds(receives)));
    }
}
