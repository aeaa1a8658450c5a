//! Declines, second tries, the deadline, captures that fail, refunds.

use crate::desk::{Desk, TOTAL, authorized, declined, delivered, dispatched, kinds, refunded, total};
use chassis::testing::{Request, Response};
use events::ids::OrderId;
use events::inventory::{MissingLine, ReservationReleased, StockRejected};
use events::orders::DeadlineDue;
use events::payments::{Operation, PaymentActionRequired, PaymentCaptured, PaymentFailed, PaymentVoided};
use serde_json::json;

async fn pay(desk: &Desk, id: OrderId, method: &str) -> Response {
    desk.act(id, "payment", json!({"payment_method": method})).await
}

async fn deadline_due(desk: &Desk, order_id: OrderId) -> DeadlineDue {
    let until = desk.order(order_id).await["pay_until"].as_str().unwrap().to_owned();
    DeadlineDue { order_id, deadline: events::Timestamp::parse(&until).unwrap() }
}

#[tokio::test]
async fn a_declined_order_is_paid_with_another_card() {
    let desk = Desk::open();
    let id = desk.awaiting_payment(1).await;
    desk.hear(2, &declined(id, 1)).await;
    assert_eq!(kinds(&desk.bench.queues.take()), ["order_payment_declined"]);
    assert_eq!(desk.states(id).await[..2], ["awaiting_payment", "declined"]);
    assert_eq!(desk.diagnosis(id).await["actions"], json!(["payment", "cancellation", "redrive"]));

    assert_eq!(pay(&desk, id, "pm_card_other").await.status, 202);
    desk.bench.relay().await.unwrap();
    let sent = desk.bench.queues.take();
    assert_eq!(kinds(&sent), ["authorize_payment"]);
    assert_eq!(sent[0].envelope.data["attempt"], 2);
    assert_eq!(sent[0].envelope.data["payment_method"], "pm_card_other");
    desk.hear(3, &authorized(id, 2)).await;
    assert_eq!(desk.states(id).await[..2], ["confirmed", "authorized"]);
}

#[tokio::test]
async fn paying_twice_by_a_double_click_tries_once() {
    let desk = Desk::open();
    let id = desk.awaiting_payment(1).await;
    desk.hear(2, &declined(id, 1)).await;
    desk.bench.queues.take();
    let (a, b) = tokio::join!(pay(&desk, id, "pm_2"), pay(&desk, id, "pm_2"));
    assert_eq!((a.status, b.status), (202, 202));
    assert_eq!(pay(&desk, id, "pm_3").await.problem(), "payment_under_way");
    desk.bench.relay().await.unwrap();
    assert_eq!(kinds(&desk.bench.queues.take()), ["authorize_payment"]);
}

#[tokio::test]
async fn an_idempotency_key_pays_once_even_after_a_decline() {
    let desk = Desk::open();
    let id = desk.awaiting_payment(1).await;
    desk.hear(2, &declined(id, 1)).await;
    let with_key = async |method: &str| {
        let request = Request::post(&format!("/v1/orders/{id}/payment"), json!({"payment_method": method}));
        desk.bench.http(request.bearer(&desk.ada_token()).header("idempotency-key", "k1")).await
    };
    assert_eq!(with_key("pm_2").await.status, 202);
    desk.hear(3, &declined(id, 2)).await;
    assert_eq!(with_key("pm_2").await.status, 202);
    assert_eq!(desk.states(id).await[1], "declined");
    assert_eq!(with_key("pm_3").await.problem(), "idempotency_key_reused");
}

#[tokio::test]
async fn an_idempotency_key_that_cannot_be_kept_is_refused_rather_than_ignored() {
    let desk = Desk::open();
    let id = desk.awaiting_payment(1).await;
    desk.hear(2, &declined(id, 1)).await;
    for key in ["", "two words", &"k".repeat(256)] {
        let request = Request::post(&format!("/v1/orders/{id}/payment"), json!({"payment_method": "pm_2"}));
        let answer = desk.bench.http(request.bearer(&desk.ada_token()).header("idempotency-key", key)).await;
        assert_eq!((answer.status, answer.problem()), (400, "idempotency_key_required"), "{key}");
    }
    assert_eq!(desk.states(id).await[1], "declined");
}

#[tokio::test]
async fn there_is_an_end_to_trying_cards() {
    let desk = Desk::open();
    let id = desk.awaiting_payment(1).await;
    for attempt in 1..=5 {
        desk.hear(u64::from(attempt) + 1, &declined(id, attempt)).await;
        let answer = pay(&desk, id, &format!("pm_{attempt}")).await;
        assert_eq!(answer.status, if attempt < 5 { 202 } else { 409 });
    }
    assert_eq!(pay(&desk, id, "pm_9").await.problem(), "too_many_payments");
}

#[tokio::test]
async fn only_a_declined_order_can_be_paid_again() {
    let desk = Desk::open();
    let (pending, confirmed) = (desk.placed(1).await, desk.confirmed(2).await);
    assert_eq!(pay(&desk, pending, "pm_2").await.problem(), "payment_under_way");
    assert_eq!(pay(&desk, confirmed, "pm_2").await.problem(), "nothing_to_pay");
    assert_eq!(pay(&desk, pending, "4242424242424242").await.problem(), "card_number_refused");
}

#[tokio::test]
async fn a_payment_that_needs_the_customer_says_where_to_go() {
    let desk = Desk::open();
    let id = desk.awaiting_payment(1).await;
    let url = "https://bank.example/3ds".to_owned();
    let needs = PaymentActionRequired { order_id: id, payment_id: id.payment(), attempt: 1, url: url.clone() };
    desk.hear(2, &needs).await;
    assert_eq!(kinds(&desk.bench.queues.take()), ["order_payment_action_required"]);
    assert_eq!(desk.states(id).await[1], "requires_action");
    assert_eq!(desk.order(id).await["next_action"]["url"], url);
    desk.hear(3, &authorized(id, 1)).await;
    assert_eq!(desk.states(id).await[0], "confirmed");
    assert!(desk.order(id).await.get("next_action").is_none());
}

#[tokio::test]
async fn an_order_short_of_one_line_is_rejected_and_says_which() {
    let desk = Desk::open();
    let id = desk.placed(1).await;
    let missing = vec![MissingLine { sku: "MUG-1".parse().unwrap(), requested: 1, available: 0 }];
    desk.hear(2, &StockRejected { order_id: id, reservation_id: id.reservation(), missing }).await;
    assert_eq!(kinds(&desk.bench.queues.take()), ["order_rejected"]);
    assert_eq!(desk.states(id).await, ["rejected", "none", "none"]);
    assert_eq!(desk.order(id).await["missing"][0]["sku"], "MUG-1");
    assert_eq!(desk.diagnosis(id).await["settled"], true);
}

#[tokio::test]
async fn a_reminder_that_comes_early_sends_itself_again_until_the_deadline() {
    let desk = Desk::open();
    desk.post(&desk.body(&desk.quote(1))).await;
    desk.bench.relay().await.unwrap();
    let mut reminder = desk.bench.queues.take().into_iter().find(|sent| sent.kind().contains("deadline")).unwrap();
    let mut waits = Vec::new();
    while reminder.delay_seconds > 0 {
        waits.push(reminder.delay_seconds);
        desk.bench.world.pass_seconds(i64::try_from(reminder.delay_seconds).unwrap() - i64::from(waits.len() == 1));
        desk.bench.deliver(&[reminder.envelope.clone()]).await;
        match desk.bench.queues.take().into_iter().find(|sent| sent.kind().contains("deadline")) {
            Some(next) => reminder = next,
            None => break,
        }
    }
    assert_eq!(waits, [900, 900, 1]);
    let id = desk.quote(1).jti;
    assert_eq!(reminder.envelope.data["order_id"].as_str().unwrap().len(), id.order().to_string().len());
}

#[tokio::test]
async fn an_unpaid_order_expires_and_lets_everything_go() {
    let desk = Desk::open();
    let id = desk.awaiting_payment(1).await;
    let due = deadline_due(&desk, id).await;
    desk.bench.world.pass_seconds(1800);
    desk.hear(1, &due).await;
    let sent = desk.settle().await;
    assert_eq!(kinds(&sent), ["order_expired", "release_reservation", "void_payment"]);
    assert_eq!(desk.states(id).await, ["expired", "voided", "none"]);
    assert_eq!(desk.diagnosis(id).await["settled"], true);
    assert_eq!(pay(&desk, id, "pm_2").await.problem(), "nothing_to_pay");
    assert_eq!(desk.cancel(id).await.problem(), "order_ended");
}

#[tokio::test]
async fn money_that_arrives_after_the_deadline_is_let_go_again() {
    let desk = Desk::open();
    let id = desk.awaiting_payment(1).await;
    let due = deadline_due(&desk, id).await;
    desk.bench.world.pass_seconds(1800);
    desk.hear(1, &due).await;
    desk.settle().await;
    desk.hear(9, &authorized(id, 1)).await;
    assert_eq!(kinds(&desk.bench.queues.take()), ["void_payment"]);
    assert_eq!(desk.states(id).await[0], "expired");
}

#[tokio::test]
async fn a_paid_order_does_not_expire() {
    let desk = Desk::open();
    let id = desk.confirmed(1).await;
    let due = deadline_due(&desk, id).await;
    desk.bench.world.pass_seconds(1800);
    desk.hear(1, &due).await;
    assert!(desk.bench.queues.take().is_empty());
    assert_eq!(desk.states(id).await[0], "confirmed");
}

#[tokio::test]
async fn a_capture_that_fails_leaves_the_order_shipped_and_is_tried_again() {
    let desk = Desk::open();
    let id = desk.confirmed(1).await;
    desk.hear(3, &dispatched(id)).await;
    desk.bench.queues.take();
    let failed = |attempt| PaymentFailed {
        order_id: id,
        payment_id: id.payment(),
        operation: Operation::Capture,
        attempt,
        reason: "processing_error".to_owned(),
    };
    desk.hear(4, &failed(1)).await;
    assert_eq!(desk.states(id).await, ["confirmed", "capture_failed", "dispatched"]);
    desk.bench.world.pass_seconds(130);
    desk.bench.tick().await.unwrap();
    let sent = desk.bench.queues.take();
    assert_eq!(kinds(&sent), ["capture_payment"]);
    assert_eq!(sent[0].envelope.data["attempt"], 2);
    // The first failure, told again, is not about the second try.
    desk.hear(4, &failed(1)).await;
    desk.hear(5, &PaymentCaptured { order_id: id, payment_id: id.payment(), amount: total() }).await;
    desk.hear(5, &delivered(id)).await;
    assert_eq!(desk.states(id).await, ["completed", "captured", "delivered"]);
}

#[tokio::test]
async fn refunds_show_in_any_order_of_arrival() {
    let desk = Desk::open();
    let id = desk.confirmed(1).await;
    desk.hear(3, &dispatched(id)).await;
    desk.settle().await;
    desk.hear(6, &refunded(id, 2, 200, 300)).await;
    desk.hear(5, &refunded(id, 1, 100, 100)).await;
    assert_eq!(kinds(&desk.bench.queues.take()), ["order_refunded", "order_refunded"]);
    assert_eq!(desk.states(id).await[1], "partially_refunded");
    assert_eq!(desk.order(id).await["refunded"]["amount"], 300);
    desk.hear(7, &refunded(id, 3, TOTAL - 300, TOTAL)).await;
    assert_eq!(desk.states(id).await[1], "refunded");
}

#[tokio::test]
async fn a_refund_by_staff_that_fails_is_told_in_the_timeline_and_leaves_the_order_settled() {
    let desk = Desk::open();
    let id = desk.confirmed(1).await;
    desk.hear(3, &dispatched(id)).await;
    desk.settle().await;
    desk.hear(4, &delivered(id)).await;
    let failed = PaymentFailed {
        order_id: id,
        payment_id: id.payment(),
        operation: Operation::Refund,
        attempt: 1,
        reason: "processing_error".to_owned(),
    };
    desk.hear(7, &failed).await;
    let target = format!("/v1/orders/{id}/timeline");
    let timeline = desk.bench.http(Request::get(&target).bearer(&desk.ada_token())).await;
    assert_eq!(timeline.body["items"].as_array().unwrap().last().unwrap()["what"], "refund_failed");
    assert_eq!(desk.states(id).await, ["completed", "captured", "delivered"]);
    assert_eq!(desk.diagnosis(id).await["settled"], true);
}

#[tokio::test]
async fn a_void_that_fails_is_asked_anew_until_it_is_done() {
    let desk = Desk::open();
    let id = desk.awaiting_payment(1).await;
    desk.cancel(id).await;
    desk.bench.relay().await.unwrap();
    let first = desk.bench.queues.take().into_iter().find(|sent| sent.kind().contains("void")).unwrap();
    let failed = PaymentFailed {
        order_id: id,
        payment_id: id.payment(),
        operation: Operation::Void,
        attempt: 1,
        reason: "processing_error".to_owned(),
    };
    desk.hear(4, &failed).await;
    desk.hear(2, &ReservationReleased { order_id: id, reservation_id: id.reservation() }).await;
    assert_eq!(desk.diagnosis(id).await["settled"], false);
    desk.bench.world.pass_seconds(120);
    desk.bench.tick().await.unwrap();
    let sent = desk.bench.queues.take();
    assert_eq!(kinds(&sent), ["void_payment"]);
    assert_ne!(sent[0].envelope.id, first.envelope.id, "the same question would get the same answer");
    desk.hear(6, &PaymentVoided { order_id: id, payment_id: id.payment() }).await;
    assert_eq!(desk.diagnosis(id).await["settled"], true);
    assert_eq!(desk.states(id).await[..2], ["canceled", "voided"]);
}
