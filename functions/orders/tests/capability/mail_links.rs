//! The tokens in messages to `notifications`, for the links in mails: whose, which, and what happens without the key.

use crate::guest_tokens::{opened, placed, replaced, text};
use crate::harness::{GUEST_KEYS, Harness, authorized, dispatched, refunded, reserved};
use chassis::testing::Sent;
use chassis::testing::connector::{WireRequest, WireService};
use events::ids::OrderId;
use events::{Capability, Message};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const DAY: i64 = 24 * 60 * 60;

/// The tokens in what was sent since the last call, by the number of the transition.
fn tokens(sent: &[Sent]) -> Vec<(u64, Option<String>)> {
    let mails = sent.iter().filter(|sent| sent.to == Capability::Notifications);
    mails
        .map(|sent| {
            let token = sent.envelope.data["order"].get("guest_token");
            (sent.envelope.seq().unwrap(), token.map(text))
        })
        .collect()
}

async fn relayed(harness: &Harness) -> Vec<Sent> {
    harness.bench.relay().await.unwrap();
    harness.bench.queues.take()
}

async fn received<M: Message>(harness: &Harness, seq: u64, message: &M) -> Vec<Sent> {
    harness.receive(seq, message).await;
    harness.bench.queues.take()
}

/// A parameter store that is away while this is set.
fn store(away: &Arc<AtomicBool>) -> WireService {
    let away = Arc::clone(away);
    let known = json!({"Parameter": {"Name": "guest/1", "Value": GUEST_KEYS[0].1}}).to_string();
    Arc::new(move |_: WireRequest<'_>| {
        if away.load(Ordering::SeqCst) {
            (500, json!({"__type": "InternalServerError"}).to_string())
        } else {
            (200, known.clone())
        }
    })
}

#[tokio::test]
async fn messages_to_notifications_about_a_guests_order_have_its_token_and_no_others_do() {
    let harness = Harness::new();
    let (id, token) = placed(&harness, 1).await;
    let mut all = relayed(&harness).await;
    all.extend(received(&harness, 2, &reserved(id)).await);
    all.extend(received(&harness, 2, &authorized(id, 1)).await);
    all.extend(received(&harness, 2, &dispatched(id)).await);
    let mails = tokens(&all);
    assert_eq!(mails.len(), 3, "placed, confirmed and dispatched: {mails:?}");
    assert!(mails.iter().all(|(_, carried)| carried.as_ref() == Some(&token)), "{mails:?}");
    assert_eq!(opened(&harness, id, &token).await, 200);
    let others = all.iter().filter(|sent| sent.to != Capability::Notifications);
    let others: Vec<_> = others.map(|sent| serde_json::to_string(&sent.envelope).unwrap()).collect();
    assert!(!others.is_empty() && others.iter().all(|other| !other.contains(&token)), "{others:?}");
    let stored = serde_json::to_string(&harness.bench.dynamo.items()).unwrap();
    assert!(!stored.contains(token.rsplit('.').next().unwrap()), "it is stored nowhere");
}

#[tokio::test]
async fn no_message_about_a_customers_order_has_a_token() {
    let harness = Harness::new();
    harness.post(&harness.body(&harness.quote(1))).await;
    assert_eq!(tokens(&relayed(&harness).await), [(1, None)]);
}

#[tokio::test]
async fn a_repeated_message_is_the_same_message_whoever_repeats_it() {
    let harness = Harness::new();
    let (id, _) = placed(&harness, 1).await;
    let first = relayed(&harness).await;
    harness.bench.world.pass_seconds(60);
    harness.bench.tick().await.unwrap();
    let swept = harness.bench.queues.take();
    let about = |sent: &[Sent]| -> Vec<_> {
        let mails = sent.iter().filter(|sent| sent.to == Capability::Notifications);
        mails.map(|sent| sent.envelope.clone()).collect()
    };
    assert_eq!((about(&swept), about(&first).len()), (about(&first), 1));
    harness.receive(2, &reserved(id)).await;
    harness.bench.queues.take();
    let confirmed = received(&harness, 2, &authorized(id, 1)).await;
    replaced(&harness, id).await;
    harness.bench.world.pass_seconds(DAY);
    let again = received(&harness, 2, &authorized(id, 1)).await;
    assert_eq!((about(&again), about(&confirmed).len()), (about(&confirmed), 1), "also after the token was replaced");
}

#[tokio::test]
async fn mails_after_staff_replaced_the_token_have_the_one_that_staff_got() {
    let harness = Harness::new();
    let (id, first) = placed(&harness, 1).await;
    relayed(&harness).await;
    harness.receive(2, &reserved(id)).await;
    harness.bench.world.pass_seconds(DAY);
    let second = text(&replaced(&harness, id).await.body["guest_token"]);
    harness.bench.queues.take();
    let confirmed = tokens(&received(&harness, 2, &authorized(id, 1)).await);
    assert_eq!(confirmed, [(4, Some(second.clone()))]);
    assert_eq!((opened(&harness, id, &first).await, opened(&harness, id, &second).await), (404, 200));
}

#[tokio::test]
async fn a_mail_that_comes_after_the_tokens_end_has_none() {
    let harness = Harness::new();
    let (id, token) = placed(&harness, 1).await;
    relayed(&harness).await;
    harness.receive(2, &reserved(id)).await;
    harness.receive(2, &authorized(id, 1)).await;
    harness.receive(2, &dispatched(id)).await;
    harness.settle().await;
    harness.bench.world.pass_seconds(90 * DAY - 10);
    let before = tokens(&received(&harness, 9, &refunded(id, 1, 1, 1)).await);
    assert_eq!(before.iter().map(|(_, token)| token.clone()).collect::<Vec<_>>(), [Some(token)]);
    harness.bench.world.pass_seconds(10);
    let after = tokens(&received(&harness, 10, &refunded(id, 2, 1, 2)).await);
    assert_eq!(after.iter().map(|(_, token)| token.clone()).collect::<Vec<_>>(), [None]);
}

/// A guest's order that waits for its stock, in a new process whose parameter store is away.
async fn without_the_key(away: &Arc<AtomicBool>) -> (Harness, OrderId, String) {
    let harness = Harness::new();
    let (id, token) = placed(&harness, 1).await;
    away.store(true, Ordering::SeqCst);
    (harness.restarted_with(store(away)), id, token)
}

#[tokio::test(start_paused = true)]
async fn while_the_key_cannot_be_had_a_relay_sends_nothing_and_its_records_come_again() {
    let away = Arc::default();
    let (harness, _, token) = without_the_key(&away).await;
    let records = json!({"Records": harness.bench.dynamo.new_stream_records()});
    let failed = harness.bench.invoke(&records).await.unwrap_err();
    assert!(failed.contains("guest/1 unavailable"), "{failed}");
    assert_eq!((harness.bench.queues.take().len(), harness.bench.queues.dead_lettered().len()), (0, 0));
    away.store(false, Ordering::SeqCst);
    harness.bench.invoke(&records).await.unwrap();
    let sent = harness.bench.queues.take();
    assert_eq!((sent.len(), tokens(&sent)), (4, vec![(1, Some(token))]));
}

#[tokio::test(start_paused = true)]
async fn while_the_key_cannot_be_had_a_message_comes_again_and_nothing_is_lost() {
    let away = Arc::default();
    let (harness, id, token) = without_the_key(&away).await;
    harness.bench.dynamo.new_stream_records();
    harness.receive(2, &reserved(id)).await;
    assert_eq!(harness.bench.queues.take().len(), 1, "what goes to nobody's mailbox needs no key");
    let paid = harness.envelope(2, &authorized(id, 1));
    assert_eq!(harness.bench.deliver(std::slice::from_ref(&paid)).await, [0]);
    assert_eq!((harness.bench.queues.take().len(), harness.bench.queues.dead_lettered().len()), (0, 0));
    away.store(false, Ordering::SeqCst);
    assert!(harness.bench.deliver(&[paid]).await.is_empty());
    let sent = harness.bench.queues.take();
    assert_eq!((sent.len(), tokens(&sent)), (3, vec![(3, Some(token))]));
}

#[tokio::test(start_paused = true)]
async fn while_the_key_cannot_be_had_the_sweep_looks_at_the_order_again() {
    let away = Arc::default();
    let (harness, _, token) = without_the_key(&away).await;
    harness.bench.dynamo.new_stream_records();
    harness.bench.world.pass_seconds(60);
    harness.bench.tick().await.unwrap();
    assert_eq!(harness.bench.queues.take().len(), 0);
    away.store(false, Ordering::SeqCst);
    harness.bench.world.pass_seconds(60);
    harness.bench.tick().await.unwrap();
    let sent = harness.bench.queues.take();
    assert_eq!((sent.len(), tokens(&sent)), (4, vec![(1, Some(token))]));
}

#[tokio::test]
async fn a_key_that_is_missing_for_good_costs_mails_their_token_and_holds_up_no_order() {
    let harness = Harness::new();
    placed(&harness, 1).await;
    let missing = |_: WireRequest<'_>| (400, json!({"__type": "ParameterNotFound"}).to_string());
    let harness = harness.restarted_with(Arc::new(missing));
    let sent = relayed(&harness).await;
    assert_eq!((sent.len(), tokens(&sent)), (4, vec![(1, None)]));
    assert!(harness.bench.queues.dead_lettered().is_empty());
}
