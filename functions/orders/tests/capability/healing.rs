//! Lost messages, repeated messages, races, and what brings an order on its feet again.

use crate::desk::{Desk, authorized, dispatched, kinds, reserved};
use chassis::testing::Request;
use serde_json::{Value, json};

#[tokio::test]
async fn a_repeated_message_sends_exactly_what_it_sent_before() {
    let desk = Desk::open();
    let id = desk.awaiting_payment(1).await;
    let message = desk.envelope(2, &authorized(id, 1));
    desk.bench.deliver(std::slice::from_ref(&message)).await;
    let first = desk.bench.queues.take();
    desk.settle().await;
    desk.hear(3, &dispatched(id)).await;
    desk.settle().await;
    let before = desk.order(id).await;
    desk.bench.world.pass_seconds(60);
    desk.bench.deliver(&[message]).await;
    assert_eq!(desk.bench.queues.take(), first);
    assert_eq!(desk.order(id).await, before);
}

#[tokio::test]
async fn a_lost_send_is_made_up_for_when_the_message_comes_again() {
    let desk = Desk::open();
    let id = desk.placed(1).await;
    let message = desk.envelope(2, &reserved(id));
    desk.bench.queues.break_next(3);
    assert_eq!(desk.bench.deliver(std::slice::from_ref(&message)).await, [0]);
    assert!(desk.bench.queues.take().is_empty());
    assert!(desk.bench.deliver(&[message]).await.is_empty());
    assert_eq!(kinds(&desk.bench.queues.take()), ["authorize_payment"]);
}

#[tokio::test]
async fn a_relay_that_could_not_send_comes_again() {
    let desk = Desk::open();
    desk.post(&desk.body(&desk.quote(1))).await;
    let mut records = desk.bench.dynamo.new_stream_records();
    let event = json!({"Records": records.split_off(0)});
    desk.bench.queues.break_next(12);
    desk.bench.invoke(&event).await.unwrap_err();
    desk.bench.queues.break_next(0);
    desk.bench.queues.take();
    desk.bench.invoke(&event).await.unwrap();
    assert_eq!(desk.bench.queues.take().len(), 4);
}

#[tokio::test]
async fn an_unreachable_table_postpones_a_message_and_asks_a_caller_to_wait() {
    let desk = Desk::open();
    let id = desk.placed(1).await;
    desk.bench.dynamo.throttle_next(3);
    assert_eq!(desk.bench.deliver(&[desk.envelope(2, &reserved(id))]).await, [0]);
    desk.bench.dynamo.throttle_next(3);
    let answer = desk.post(&desk.body(&desk.quote(2))).await;
    assert_eq!((answer.status, answer.problem()), (503, "unavailable"));
}

#[tokio::test]
async fn an_answer_that_is_quicker_than_the_tables_copies_is_not_lost() {
    let desk = Desk::open();
    let id = desk.placed(1).await;
    desk.bench.dynamo.fall_behind();
    desk.hear(2, &reserved(id)).await;
    desk.hear(2, &authorized(id, 1)).await;
    desk.hear(1, &dispatched(id)).await;
    assert_eq!(desk.states(id).await, ["confirmed", "authorized", "dispatched"]);
    assert!(kinds(&desk.bench.queues.take()).contains(&"capture_payment"));
}

#[tokio::test]
async fn messages_for_one_order_in_one_batch_do_not_lose_each_other() {
    let desk = Desk::open();
    let id = desk.awaiting_payment(1).await;
    desk.hear(2, &authorized(id, 1)).await;
    let answers: Vec<_> = desk
        .bench
        .queues
        .take()
        .iter()
        .filter_map(|sent| match sent.kind() {
            "inventory.commit_reservation.v1" => {
                let (order_id, reservation_id) = (id, id.reservation());
                Some(desk.envelope(3, &events::inventory::ReservationCommitted { order_id, reservation_id }))
            }
            "shipping.create_shipment.v1" => {
                let (order_id, shipment_id) = (id, id.shipment());
                Some(desk.envelope(1, &events::shipping::ShipmentCreated { order_id, shipment_id }))
            }
            _ => None,
        })
        .chain([desk.envelope(2, &dispatched(id))])
        .collect();
    assert_eq!(answers.len(), 3);
    assert!(desk.bench.deliver(&answers).await.is_empty());
    assert_eq!(desk.states(id).await, ["confirmed", "authorized", "dispatched"]);
    let awaits = desk.diagnosis(id).await["awaits"].clone();
    assert_eq!(awaits[0]["to"], "capture_payment", "{awaits}");
}

#[tokio::test]
async fn the_sweep_asks_again_what_nobody_answered_and_then_less_often() {
    let desk = Desk::open();
    let id = desk.awaiting_payment(1).await;
    let settled = desk.placed(2).await;
    desk.cancel(settled).await;
    desk.settle().await;
    desk.bench.world.pass_seconds(30);
    desk.bench.tick().await.unwrap();
    assert!(desk.bench.queues.take().is_empty());
    let mut asked_after = Vec::new();
    for minute in 1..=16 {
        desk.bench.world.pass_seconds(60);
        desk.bench.tick().await.unwrap();
        let sent = desk.bench.queues.take();
        if !sent.is_empty() {
            assert_eq!(kinds(&sent), ["authorize_payment"]);
            assert_eq!(sent[0].envelope.id, format!("{id}/2/payments.authorize_payment.v1"));
            asked_after.push(minute);
        }
    }
    assert_eq!(asked_after, [1, 3, 7, 15]);
    assert_eq!(desk.diagnosis(id).await["resends"], 4);
}

#[tokio::test]
async fn the_sweep_expires_an_order_whose_reminder_was_lost() {
    let desk = Desk::open();
    let id = desk.awaiting_payment(1).await;
    desk.bench.world.pass_seconds(1800);
    desk.bench.tick().await.unwrap();
    assert_eq!(kinds(&desk.bench.queues.take()), ["order_expired", "release_reservation", "void_payment"]);
    assert_eq!(desk.states(id).await[0], "expired");
    // Nothing answered: what it asked is asked again although it ended.
    desk.bench.world.pass_seconds(60);
    desk.bench.tick().await.unwrap();
    assert_eq!(kinds(&desk.bench.queues.take()), ["release_reservation", "void_payment"]);
}

#[tokio::test]
async fn the_sweep_leaves_settled_orders_alone_and_the_index() {
    let desk = Desk::open();
    let id = desk.placed(1).await;
    assert!(desk.items("order")[0]["open"]["S"].as_str().unwrap().starts_with("open-"));
    desk.cancel(id).await;
    desk.settle().await;
    assert!(desk.items("order")[0].get("open").is_none());
    desk.bench.world.pass_seconds(86_400);
    desk.bench.tick().await.unwrap();
    assert!(desk.bench.queues.take().is_empty());
}

#[tokio::test]
async fn a_parcel_of_which_nothing_is_heard_is_asked_after_seldom_or_when_an_operator_wants() {
    let desk = Desk::open();
    let id = desk.confirmed(1).await;
    desk.bench.dynamo.take_calls();
    desk.bench.world.pass_seconds(6 * 3600 - 1);
    desk.bench.tick().await.unwrap();
    assert!(desk.bench.queues.take().is_empty());
    assert!(desk.bench.dynamo.take_calls().iter().all(|call| call.operation != "PutItem"));
    for (seconds, asked) in [(1, true), (6 * 3600, false), (6 * 3600, true)] {
        desk.bench.world.pass_seconds(seconds);
        desk.bench.tick().await.unwrap();
        assert_eq!(!desk.bench.queues.take().is_empty(), asked, "after {seconds} more seconds");
    }
    assert_eq!(desk.diagnosis(id).await["awaits"][0]["to"], "create_shipment");
    redrive(&desk, id).await;
    desk.bench.relay().await.unwrap();
    assert_eq!(kinds(&desk.bench.queues.take()), ["create_shipment"]);
}

async fn redrive(desk: &Desk, id: events::ids::OrderId) -> Value {
    let request = Request::post(&format!("/v1/orders/{id}/redrive"), json!({})).bearer(&desk.bench.staff());
    let answer = desk.bench.http(request).await;
    assert_eq!(answer.status, 202);
    answer.body
}

#[tokio::test]
async fn an_operator_sees_what_an_order_waits_for_and_has_it_asked_again() {
    let desk = Desk::open();
    let id = desk.placed(1).await;
    desk.bench.world.pass_seconds(20);
    let seen = desk.diagnosis(id).await;
    assert_eq!((&seen["step"], &seen["idle_seconds"]), (&json!("placed"), &json!(20)));
    assert_eq!(seen["awaits"][0]["from"], "inventory");
    assert_eq!(seen["awaits"][0]["to"], "reserve_stock");
    assert_eq!(seen["actions"], json!(["cancellation", "redrive"]));

    assert_eq!(redrive(&desk, id).await["resends"], 1);
    desk.bench.relay().await.unwrap();
    let sent = desk.bench.queues.take();
    assert_eq!(kinds(&sent), ["deadline_due", "deadline_due", "order_placed", "order_placed", "reserve_stock"]);
    assert!(sent.iter().any(|sent| sent.kind() == "orders.deadline_due.v1" && sent.delay_seconds == 0));
    assert_eq!(kinds(&desk.settle().await), Vec::<&str>::new());
}

#[tokio::test]
async fn a_redrive_of_a_failed_capture_tries_it_anew_at_once() {
    let desk = Desk::open();
    let id = desk.confirmed(1).await;
    desk.hear(3, &dispatched(id)).await;
    desk.bench.queues.take();
    let failed = events::payments::PaymentFailed {
        order_id: id,
        payment_id: id.payment(),
        operation: events::payments::Operation::Capture,
        attempt: 1,
        reason: "processing_error".to_owned(),
    };
    desk.hear(4, &failed).await;
    redrive(&desk, id).await;
    desk.bench.relay().await.unwrap();
    let sent = desk.bench.queues.take();
    assert_eq!((kinds(&sent), &sent[0].envelope.data["attempt"]), (vec!["capture_payment"], &json!(2)));
}

#[tokio::test]
async fn a_redrive_of_a_settled_order_does_nothing() {
    let desk = Desk::open();
    let id = desk.placed(1).await;
    desk.cancel(id).await;
    desk.settle().await;
    assert_eq!(redrive(&desk, id).await["settled"], true);
    desk.bench.relay().await.unwrap();
    assert!(desk.bench.queues.take().is_empty());
}
