//! Who wanted what happens to an order: every message says so, however often it is sent, and the audit log says what staff did.

use crate::harness::{Harness, declined, kinds};
use chassis::testing::{Request, Sent, signing};
use events::ids::{OrderId, UserId};
use events::users::Role;
use events::{Actor, Envelope};
use serde_json::{Value, json};

/// Whom [`chassis::testing::Bench::staff`] signs in.
const STAFF: UserId = UserId::from_bits(99);

async fn canceled_by_staff(harness: &Harness, id: OrderId) {
    let request = Request::post(&format!("/v1/orders/{id}/cancellation"), json!({}));
    assert_eq!(harness.bench.http(request.bearer(&harness.bench.staff())).await.status, 202);
}

async fn audit(harness: &Harness) -> Vec<Value> {
    let admin = harness.bench.token(UserId::from_bits(98), &[Role::Admin]);
    let answer = harness.bench.http(Request::get("/v1/orders/audit").bearer(&admin)).await;
    answer.body["items"].as_array().unwrap().clone()
}

fn actors(sent: &[Sent]) -> Vec<Option<Actor>> {
    let mut actors: Vec<_> = sent.iter().map(|sent| sent.envelope.actor.clone()).collect();
    actors.sort_unstable();
    actors.dedup();
    actors
}

#[tokio::test]
async fn what_follows_from_a_cancellation_by_staff_names_them_to_stock_and_money() {
    let harness = Harness::new();
    let id = harness.confirmed(1).await;
    canceled_by_staff(&harness, id).await;
    let sent = harness.settle().await;
    assert_eq!(kinds(&sent), ["cancel_shipment", "order_canceled", "release_reservation", "void_payment"]);
    assert_eq!(actors(&sent), [Some(STAFF.into())]);
    let entries = audit(&harness).await;
    assert_eq!(entries.len(), 1, "a customer's order leaves no entry: {entries:?}");
    let (actor, action) = (&entries[0]["actor"], &entries[0]["action"]);
    assert_eq!((actor, action), (&json!(STAFF), &json!("cancelOrder")));
    assert_eq!((&entries[0]["resource"], &entries[0]["what"]), (&json!(id), &json!("canceled")));
}

#[tokio::test]
async fn a_message_that_is_sent_again_by_somebody_else_names_who_wanted_it_first() {
    let harness = Harness::new();
    let id = harness.confirmed(1).await;
    canceled_by_staff(&harness, id).await;
    harness.bench.relay().await.unwrap();
    let first = harness.bench.queues.take();
    assert_eq!(actors(&first), [Some(STAFF.into())]);
    let other = harness.bench.token(UserId::from_bits(97), &signing::STAFF);
    let redrive = Request::post(&format!("/v1/orders/{id}/redrive"), json!({})).bearer(&other);
    assert_eq!(harness.bench.http(redrive).await.status, 202);
    harness.bench.relay().await.unwrap();
    assert_eq!(harness.bench.queues.take(), first, "redriven");
    harness.bench.world.pass_seconds(600);
    harness.bench.tick().await.unwrap();
    assert_eq!(harness.bench.queues.take(), first, "swept");
    let who: Vec<_> = audit(&harness).await.into_iter().map(|entry| entry["actor"].clone()).collect();
    assert!(who.contains(&json!(UserId::from_bits(97))), "{who:?}");
}

#[tokio::test]
async fn a_customers_order_names_them_a_guests_nobody_and_time_passes_by_itself() {
    let harness = Harness::new();
    let quote = harness.quote(1);
    assert_eq!(harness.post(&harness.body(&quote)).await.status, 202);
    harness.bench.relay().await.unwrap();
    for message in harness.bench.queues.take() {
        let wanted = (!message.kind().contains("deadline_due")).then(|| Actor::from(harness.ada));
        assert_eq!(message.envelope.actor, wanted, "{}", message.kind());
    }
    let quote = harness.quote(2);
    assert_eq!(harness.post_as_guest(&harness.guest_body(&quote)).await.status, 202);
    harness.bench.relay().await.unwrap();
    assert_eq!(actors(&harness.bench.queues.take()), [None]);
    assert!(audit(&harness).await.is_empty());
}

#[tokio::test]
async fn what_counts_against_a_network_does_not_say_who_ordered_from_there() {
    let harness = Harness::new();
    let order = harness.awaiting_payment(0).await;
    let decline = declined(order, 1);
    let envelope = Envelope { actor: Some(harness.ada.into()), ..harness.envelope(2, &decline) };
    assert!(harness.bench.deliver_raw(&[serde_json::to_string(&envelope).unwrap()]).await.is_empty());
    let counts = harness.items("shopper");
    assert!(counts.iter().all(|count| count["declines"]["SS"][0].is_string()), "{counts:?}");
    for count in counts {
        assert!(!count.to_string().contains(&harness.ada.to_string()), "{count}");
    }
}
