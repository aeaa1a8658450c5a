//! Sending: refused entries of a batch are sent again, and a message that cannot be sent is an error.

use crate::probe::{Deed, Poke, Probe, bench};
use chassis::testing::Bench;
use events::message::Origin;
use events::{Capability, Outgoing};
use serde_json::json;
use std::collections::BTreeSet;

fn messages(bench: &Bench<Probe>, count: u64) -> Vec<Outgoing> {
    let made = (1..=count).map(|seq| {
        let origin = Origin { subject: "thing".to_owned(), seq, at: bench.world.now(), traceparent: None, actor: None };
        Outgoing::to_one(Capability::Orders, &origin, &Poke { deed: Deed::Succeed })
    });
    made.collect()
}

async fn send(bench: &Bench<Probe>, messages: Vec<Outgoing>) -> bool {
    bench.function.service().wiring.queues.send(messages).await.is_ok()
}

#[tokio::test]
async fn any_number_is_sent_in_batches_of_ten_each_once() {
    let bench = bench();
    assert!(send(&bench, messages(&bench, 25)).await);
    let sent: Vec<_> = bench.queues.take().into_iter().map(|sent| sent.envelope.id).collect();
    assert_eq!((sent.len(), sent.iter().collect::<BTreeSet<_>>().len()), (25, 25));
    assert!(send(&bench, Vec::new()).await);
}

#[tokio::test]
async fn each_receiver_gets_its_own_copy_after_its_own_delay() {
    let bench = bench();
    let origin =
        Origin { subject: "thing".to_owned(), seq: 1, at: bench.world.now(), traceparent: Some("00-x"), actor: None };
    let mut outgoing = Outgoing::to_all(&origin, &Poke { deed: Deed::Succeed });
    outgoing.push(Outgoing::to_one(Capability::Users, &origin, &Poke { deed: Deed::Panic }).delayed(5_000));
    assert!(send(&bench, outgoing).await);
    let mut sent: Vec<_> = bench.queues.take().into_iter().map(|sent| (sent.to, sent.delay_seconds)).collect();
    sent.sort();
    assert_eq!(sent, [(Capability::Users, 900), (Capability::Carts, 0), (Capability::Orders, 0)]);
}

#[tokio::test]
async fn entries_that_a_batch_refuses_are_sent_again_and_only_those() {
    let bench = bench();
    bench.queues.refuse_next(2);
    assert!(send(&bench, messages(&bench, 10)).await);
    assert_eq!(bench.queues.take().len(), 10);
}

#[tokio::test]
async fn a_queue_that_keeps_refusing_is_an_error() {
    let bench = bench();
    bench.queues.refuse_next(3);
    assert!(!send(&bench, messages(&bench, 1)).await);
}

#[tokio::test(start_paused = true)]
async fn a_hiccup_is_ridden_out_and_a_broken_queue_is_an_error() {
    let bench = bench();
    bench.queues.break_next(2);
    assert!(send(&bench, messages(&bench, 1)).await);
    bench.queues.break_next(3);
    assert!(!send(&bench, messages(&bench, 1)).await);
}

#[tokio::test]
async fn a_dead_letter_queue_says_how_many_letters_lie_in_it_or_that_it_does_not_say() {
    let bench = bench();
    let queues = &bench.function.service().wiring.queues;
    assert_eq!(queues.dead_letters(Capability::Carts).await.unwrap(), 0);
    for _ in 0..2 {
        bench.deliver_raw(&["{".to_owned()]).await;
    }
    assert_eq!(queues.dead_letters(Capability::Carts).await.unwrap(), 2);
    bench.queues.refuse_all("AccessDenied");
    assert!(queues.dead_letters(Capability::Carts).await.unwrap_err().to_string().contains("-carts-dlq: "));
}

#[tokio::test]
async fn large_messages_share_a_batch_only_as_far_as_it_takes_their_bytes() {
    let bench = bench();
    let mut large = messages(&bench, 10);
    for message in &mut large {
        message.envelope.data = json!({"deed": "succeed", "titles": "Ω".repeat(40_000)});
    }
    assert!(send(&bench, large).await);
    let sent: Vec<_> = bench.queues.take().into_iter().map(|sent| sent.envelope.id).collect();
    let expected: Vec<_> = (1..=10).map(|seq| format!("thing/{seq}/carts.poke.v1")).collect();
    assert_eq!(sent.into_iter().collect::<BTreeSet<_>>(), expected.into_iter().collect());
}

#[tokio::test]
async fn characters_that_sqs_refuses_arrive_all_the_same() {
    let bench = bench();
    let mut odd = messages(&bench, 1);
    let name = "Ada \u{ffff}\u{fffe}\u{0}\u{1f600} \\uffff \"";
    odd[0].envelope.data = json!({"deed": "succeed", "name": name});
    assert!(send(&bench, odd).await);
    assert_eq!(bench.queues.take()[0].envelope.data["name"], name);
}
