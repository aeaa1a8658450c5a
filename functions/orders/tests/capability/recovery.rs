//! Lost messages, repeated messages, races, and how a stuck order recovers.

use crate::harness::{Harness, authorized, dispatched, kinds, reserved};
use chassis::testing::Request;
use serde_json::{Value, json};

const DAYS: i64 = 3 * 86_400;

#[tokio::test]
async fn a_repeated_message_sends_exactly_what_it_sent_before() {
    let harness = Harness::new();
    let id = harness.awaiting_payment(1).await;
    let message = harness.envelope(2, &authorized(id, 1));
    harness.bench.deliver(std::slice::from_ref(&message)).await;
    let first = harness.bench.queues.take();
    harness.settle().await;
    harness.receive(3, &dispatched(id)).await;
    harness.settle().await;
    let before = harness.order(id).await;
    harness.bench.world.pass_seconds(60);
    harness.bench.deliver(&[message]).await;
    assert_eq!(harness.bench.queues.take(), first);
    assert_eq!(harness.order(id).await, before);
}

#[tokio::test]
async fn a_lost_send_is_made_up_for_when_the_message_comes_again() {
    let harness = Harness::new();
    let id = harness.placed(1).await;
    let message = harness.envelope(2, &reserved(id));
    harness.bench.queues.break_next(3);
    assert_eq!(harness.bench.deliver(std::slice::from_ref(&message)).await, [0]);
    assert!(harness.bench.queues.take().is_empty());
    assert!(harness.bench.deliver(&[message]).await.is_empty());
    assert_eq!(kinds(&harness.bench.queues.take()), ["authorize_payment"]);
}

#[tokio::test]
async fn a_relay_that_could_not_send_comes_again() {
    let harness = Harness::new();
    harness.post(&harness.body(&harness.quote(1))).await;
    let mut records = harness.bench.dynamo.new_stream_records();
    let event = json!({"Records": records.split_off(0)});
    harness.bench.queues.break_next(12);
    harness.bench.invoke(&event).await.unwrap_err();
    harness.bench.queues.break_next(0);
    harness.bench.queues.take();
    harness.bench.invoke(&event).await.unwrap();
    assert_eq!(harness.bench.queues.take().len(), 4);
}

#[tokio::test]
async fn an_unreachable_table_delays_a_message_and_asks_a_caller_to_wait() {
    let harness = Harness::new();
    let id = harness.placed(1).await;
    harness.bench.dynamo.throttle_next(3);
    assert_eq!(harness.bench.deliver(&[harness.envelope(2, &reserved(id))]).await, [0]);
    // Two counts at once, each tried three times.
    harness.bench.dynamo.throttle_next(6);
    let answer = harness.post(&harness.body(&harness.quote(2))).await;
    assert_eq!((answer.status, answer.problem()), (503, "unavailable"));
}

#[tokio::test]
async fn a_reply_that_overtakes_the_tables_replicas_is_not_lost() {
    let harness = Harness::new();
    let id = harness.placed(1).await;
    harness.bench.dynamo.fall_behind();
    harness.receive(2, &reserved(id)).await;
    harness.receive(2, &authorized(id, 1)).await;
    harness.receive(1, &dispatched(id)).await;
    assert_eq!(harness.states(id).await, ["confirmed", "authorized", "dispatched"]);
    assert!(kinds(&harness.bench.queues.take()).contains(&"capture_payment"));
}

#[tokio::test]
async fn messages_for_one_order_in_one_batch_do_not_lose_each_other() {
    let harness = Harness::new();
    let id = harness.awaiting_payment(1).await;
    harness.receive(2, &authorized(id, 1)).await;
    let replies: Vec<_> = harness
        .bench
        .queues
        .take()
        .iter()
        .filter_map(|sent| match sent.kind() {
            "inventory.commit_reservation.v1" => {
                let (order_id, reservation_id) = (id, id.reservation());
                Some(harness.envelope(3, &events::inventory::ReservationCommitted { order_id, reservation_id }))
            }
            "shipping.create_shipment.v1" => {
                let (order_id, shipment_id) = (id, id.shipment());
                Some(harness.envelope(1, &events::shipping::ShipmentCreated { order_id, shipment_id }))
            }
            _ => None,
        })
        .chain([harness.envelope(2, &dispatched(id))])
        .collect();
    assert_eq!(replies.len(), 3);
    assert!(harness.bench.deliver(&replies).await.is_empty());
    assert_eq!(harness.states(id).await, ["confirmed", "authorized", "dispatched"]);
    let pending = harness.diagnosis(id).await["pending_commands"].clone();
    assert_eq!(pending[0]["command"], "capture_payment", "{pending}");
}

#[tokio::test]
async fn the_sweep_resends_commands_without_a_reply_less_and_less_often() {
    let harness = Harness::new();
    let id = harness.awaiting_payment(1).await;
    let settled = harness.placed(2).await;
    harness.cancel(settled).await;
    harness.settle().await;
    harness.bench.world.pass_seconds(30);
    harness.bench.tick().await.unwrap();
    assert!(harness.bench.queues.take().is_empty());
    let mut resent_after = Vec::new();
    for minute in 1..=16 {
        harness.bench.world.pass_seconds(60);
        harness.bench.tick().await.unwrap();
        let sent = harness.bench.queues.take();
        if !sent.is_empty() {
            assert_eq!(kinds(&sent), ["authorize_payment"]);
            assert_eq!(sent[0].envelope.id, format!("{id}/2/payments.authorize_payment.v1"));
            resent_after.push(minute);
        }
    }
    assert_eq!(resent_after, [1, 3, 7, 15]);
    assert_eq!(harness.diagnosis(id).await["resends"], 4);
}

#[tokio::test]
async fn the_sweep_expires_an_order_whose_deadline_message_was_lost() {
    let harness = Harness::new();
    let id = harness.awaiting_payment(1).await;
    harness.bench.world.pass_seconds(1800);
    harness.bench.tick().await.unwrap();
    assert_eq!(kinds(&harness.bench.queues.take()), ["order_expired", "release_reservation", "void_payment"]);
    assert_eq!(harness.states(id).await[0], "expired");
    // There was no reply: the commands are sent again although the order ended.
    harness.bench.world.pass_seconds(60);
    harness.bench.tick().await.unwrap();
    assert_eq!(kinds(&harness.bench.queues.take()), ["release_reservation", "void_payment"]);
}

#[tokio::test]
async fn the_sweep_leaves_settled_orders_alone_and_they_leave_the_index() {
    let harness = Harness::new();
    let id = harness.placed(1).await;
    assert!(harness.items("order")[0].get("due").is_some());
    harness.cancel(id).await;
    harness.settle().await;
    assert!(harness.items("order")[0].get("due").is_none());
    harness.bench.world.pass_seconds(86_400);
    harness.bench.tick().await.unwrap();
    assert!(harness.bench.queues.take().is_empty());
}

#[tokio::test]
async fn a_shipment_without_news_is_resent_seldom_or_when_an_operator_wants() {
    let harness = Harness::new();
    let id = harness.confirmed(1).await;
    harness.bench.dynamo.take_calls();
    harness.bench.world.pass_seconds(DAYS - 1);
    harness.bench.tick().await.unwrap();
    assert!(harness.bench.queues.take().is_empty());
    // That tick counted the sales of the days before.
    harness.bench.dynamo.take_calls();
    harness.bench.tick().await.unwrap();
    assert!(
        harness.bench.dynamo.take_calls().iter().all(|call| call.operation == "Query"),
        "a resting order is not read"
    );
    for (seconds, resent) in [(1, true), (DAYS, false), (DAYS, true)] {
        harness.bench.world.pass_seconds(seconds);
        harness.bench.tick().await.unwrap();
        assert_eq!(!harness.bench.queues.take().is_empty(), resent, "after {seconds} more seconds");
    }
    assert_eq!(harness.diagnosis(id).await["pending_commands"][0]["command"], "create_shipment");
    redrive(&harness, id).await;
    harness.bench.relay().await.unwrap();
    assert_eq!(kinds(&harness.bench.queues.take()), ["create_shipment"]);
}

async fn redrive(harness: &Harness, id: events::ids::OrderId) -> Value {
    let request = Request::post(&format!("/v1/orders/{id}/redrive"), json!({})).bearer(&harness.bench.staff());
    let answer = harness.bench.http(request).await;
    assert_eq!(answer.status, 202);
    answer.body
}

#[tokio::test]
async fn an_operator_sees_what_an_order_waits_for_and_has_it_resent() {
    let harness = Harness::new();
    let id = harness.placed(1).await;
    harness.bench.world.pass_seconds(20);
    let diagnosis = harness.diagnosis(id).await;
    assert_eq!((&diagnosis["last_transition"], &diagnosis["idle_seconds"]), (&json!("placed"), &json!(20)));
    assert_eq!(diagnosis["pending_commands"][0]["capability"], "inventory");
    assert_eq!(diagnosis["pending_commands"][0]["command"], "reserve_stock");
    assert_eq!(diagnosis["actions"], json!(["cancellation", "redrive"]));

    assert_eq!(redrive(&harness, id).await["resends"], 1);
    harness.bench.relay().await.unwrap();
    let sent = harness.bench.queues.take();
    assert_eq!(kinds(&sent), ["deadline_due", "deadline_due", "order_placed", "order_placed", "reserve_stock"]);
    assert!(sent.iter().any(|sent| sent.kind() == "orders.deadline_due.v1" && sent.delay_seconds == 0));
    assert_eq!(kinds(&harness.settle().await), Vec::<&str>::new());
}

#[tokio::test]
async fn a_redrive_of_a_failed_capture_tries_it_anew_at_once() {
    let harness = Harness::new();
    let id = harness.confirmed(1).await;
    harness.receive(3, &dispatched(id)).await;
    harness.bench.queues.take();
    let failed = events::payments::PaymentFailed {
        order_id: id,
        payment_id: id.payment(),
        operation: events::payments::Operation::Capture,
        attempt: 1,
        reason: "processing_error".to_owned(),
    };
    harness.receive(4, &failed).await;
    redrive(&harness, id).await;
    harness.bench.relay().await.unwrap();
    let sent = harness.bench.queues.take();
    assert_eq!((kinds(&sent), &sent[0].envelope.data["attempt"]), (vec!["capture_payment"], &json!(2)));
}

#[tokio::test]
async fn a_redrive_of_a_settled_order_does_nothing() {
    let harness = Harness::new();
    let id = harness.placed(1).await;
    harness.cancel(id).await;
    harness.settle().await;
    assert_eq!(redrive(&harness, id).await["settled"], true);
    harness.bench.relay().await.unwrap();
    assert!(harness.bench.queues.take().is_empty());
}
