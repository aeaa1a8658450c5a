//! Declines, further attempts, the deadline, failed captures and voids, refunds.

use crate::harness::{Harness, TOTAL, authorized, declined, delivered, dispatched, kinds, refunded, total};
use chassis::testing::{Request, Response};
use events::ids::OrderId;
use events::inventory::{MissingLine, ReservationReleased, StockRejected};
use events::orders::DeadlineDue;
use events::payments::{
    Operation, PaymentActionRequired, PaymentCaptured, PaymentDeclined, PaymentFailed, PaymentVoided,
};
use serde_json::json;

async fn pay(harness: &Harness, id: OrderId, method: &str) -> Response {
    harness.act(id, "payment", json!({"payment_method": method})).await
}

async fn deadline_due(harness: &Harness, order_id: OrderId) -> DeadlineDue {
    let until = harness.order(order_id).await["pay_until"].as_str().unwrap().to_owned();
    DeadlineDue { order_id, deadline: events::Timestamp::parse(&until).unwrap() }
}

#[tokio::test]
async fn a_declined_order_is_paid_with_another_card() {
    let harness = Harness::new();
    let id = harness.awaiting_payment(1).await;
    harness.receive(2, &declined(id, 1)).await;
    assert_eq!(kinds(&harness.bench.queues.take()), ["order_payment_declined"]);
    assert_eq!(harness.states(id).await[..2], ["awaiting_payment", "declined"]);
    assert_eq!(harness.diagnosis(id).await["actions"], json!(["payment", "cancellation", "redrive"]));

    assert_eq!(pay(&harness, id, "pm_card_other").await.status, 202);
    harness.bench.relay().await.unwrap();
    let sent = harness.bench.queues.take();
    assert_eq!(kinds(&sent), ["authorize_payment"]);
    assert_eq!(sent[0].envelope.data["attempt"], 2);
    assert_eq!(sent[0].envelope.data["payment_method"], "pm_card_other");
    harness.receive(3, &authorized(id, 2)).await;
    assert_eq!(harness.states(id).await[..2], ["confirmed", "authorized"]);
}

#[tokio::test]
async fn paying_twice_by_a_double_click_tries_once() {
    let harness = Harness::new();
    let id = harness.awaiting_payment(1).await;
    harness.receive(2, &declined(id, 1)).await;
    harness.bench.queues.take();
    let (a, b) = tokio::join!(pay(&harness, id, "pm_2"), pay(&harness, id, "pm_2"));
    assert_eq!((a.status, b.status), (202, 202));
    assert_eq!(pay(&harness, id, "pm_3").await.problem(), "payment_under_way");
    harness.bench.relay().await.unwrap();
    assert_eq!(kinds(&harness.bench.queues.take()), ["authorize_payment"]);
}

#[tokio::test]
async fn an_idempotency_key_pays_once_even_after_a_decline() {
    let harness = Harness::new();
    let id = harness.awaiting_payment(1).await;
    harness.receive(2, &declined(id, 1)).await;
    let with_key = async |method: &str| {
        let request = Request::post(&format!("/v1/orders/{id}/payment"), json!({"payment_method": method}));
        harness.bench.http(request.bearer(&harness.ada_token()).header("idempotency-key", "k1")).await
    };
    assert_eq!(with_key("pm_2").await.status, 202);
    harness.receive(3, &declined(id, 2)).await;
    assert_eq!(with_key("pm_2").await.status, 202);
    assert_eq!(harness.states(id).await[1], "declined");
    assert_eq!(with_key("pm_3").await.problem(), "idempotency_key_reused");
}

#[tokio::test]
async fn an_idempotency_key_that_cannot_be_kept_is_refused_rather_than_ignored() {
    let harness = Harness::new();
    let id = harness.awaiting_payment(1).await;
    harness.receive(2, &declined(id, 1)).await;
    for key in ["", "two words", &"k".repeat(256)] {
        let request = Request::post(&format!("/v1/orders/{id}/payment"), json!({"payment_method": "pm_2"}));
        let answer = harness.bench.http(request.bearer(&harness.ada_token()).header("idempotency-key", key)).await;
        assert_eq!((answer.status, answer.problem()), (400, "invalid_parameter"), "{key}");
    }
    assert_eq!(harness.states(id).await[1], "declined");
}

#[tokio::test]
async fn there_is_an_end_to_trying_cards() {
    let harness = Harness::new();
    let id = harness.awaiting_payment(1).await;
    for attempt in 1..=5 {
        harness.receive(u64::from(attempt) + 1, &declined(id, attempt)).await;
        let answer = pay(&harness, id, &format!("pm_{attempt}")).await;
        assert_eq!(answer.status, if attempt < 5 { 202 } else { 409 });
    }
    assert_eq!(pay(&harness, id, "pm_9").await.problem(), "too_many_payments");
}

#[tokio::test]
async fn an_order_whose_payment_is_under_way_or_done_is_not_paid_again() {
    let harness = Harness::new();
    let (pending, confirmed) = (harness.placed(1).await, harness.confirmed(2).await);
    assert_eq!(pay(&harness, pending, "pm_2").await.problem(), "payment_under_way");
    assert_eq!(pay(&harness, confirmed, "pm_2").await.problem(), "nothing_to_pay");
    assert_eq!(pay(&harness, pending, "4242424242424242").await.problem(), "card_number_refused");
}

#[tokio::test]
async fn a_payment_that_needs_the_customer_says_where_to_go() {
    let harness = Harness::new();
    let id = harness.awaiting_payment(1).await;
    let url = "https://bank.example/3ds".to_owned();
    let needs = PaymentActionRequired { order_id: id, payment_id: id.payment(), attempt: 1, url: url.clone() };
    harness.receive(2, &needs).await;
    assert_eq!(kinds(&harness.bench.queues.take()), ["order_payment_action_required"]);
    assert_eq!(harness.states(id).await[1], "requires_action");
    assert_eq!(harness.order(id).await["next_action"]["url"], url);
    harness.receive(3, &authorized(id, 1)).await;
    assert_eq!(harness.states(id).await[0], "confirmed");
    assert!(harness.order(id).await.get("next_action").is_none());
}

#[tokio::test]
async fn whoever_leaves_the_banks_page_pays_with_another_card_at_once() {
    let harness = Harness::new();
    let id = harness.awaiting_payment(1).await;
    let url = "https://bank.example/3ds".to_owned();
    harness.receive(2, &PaymentActionRequired { order_id: id, payment_id: id.payment(), attempt: 1, url }).await;
    harness.bench.queues.take();
    assert!(harness.diagnosis(id).await["actions"].as_array().unwrap().contains(&json!("payment")));
    assert_eq!(pay(&harness, id, "pm_card_visa").await.status, 202, "the same method is a double click");
    harness.bench.relay().await.unwrap();
    assert!(harness.bench.queues.take().is_empty());

    assert_eq!(pay(&harness, id, "pm_card_other").await.status, 202);
    let order = harness.order(id).await;
    assert_eq!((&order["payment_state"], order.get("next_action")), (&json!("none"), None));
    assert_eq!(order["payment_attempts_left"], 3);
    assert_eq!(pay(&harness, id, "pm_card_third").await.problem(), "payment_under_way");
    harness.bench.relay().await.unwrap();
    let sent = harness.bench.queues.take();
    assert_eq!((kinds(&sent), &sent[0].envelope.data["attempt"]), (vec!["authorize_payment"], &json!(2)));
    // News of the attempt that was left is no news.
    harness.receive(3, &declined(id, 1)).await;
    assert_eq!(harness.states(id).await[1], "none");
    // If the bank held the money first all the same, that is what counts.
    harness.receive(4, &authorized(id, 1)).await;
    assert_eq!(harness.states(id).await[..2], ["confirmed", "authorized"]);
}

#[tokio::test]
async fn the_order_says_why_it_was_declined_and_how_many_tries_are_left() {
    let harness = Harness::new();
    let id = harness.awaiting_payment(1).await;
    assert_eq!(harness.order(id).await["payment_attempts_left"], 4);
    let reasons = [
        ("card_declined", "card_declined"),
        ("insufficient_funds", "insufficient_funds"),
        ("authentication_failed", "authentication_failed"),
        ("earlier_payment_waits", "earlier_payment_waits"),
        ("do_not_honor: 05", "other"),
    ];
    for (attempt, (given, told)) in (1..).zip(reasons) {
        harness
            .receive(1 + u64::from(attempt), &PaymentDeclined { reason: given.to_owned(), ..declined(id, attempt) })
            .await;
        let (order, diagnosis) = (harness.order(id).await, harness.diagnosis(id).await);
        assert_eq!((&order["decline_reason"], &order["payment_attempts_left"]), (&json!(told), &json!(5 - attempt)));
        assert_eq!(diagnosis["decline_reason"], told);
        if attempt < 5 {
            assert_eq!(pay(&harness, id, &format!("pm_{attempt}")).await.status, 202);
            assert_eq!(harness.order(id).await.get("decline_reason"), None, "another try has no result yet");
        }
    }
    harness.bench.world.pass_seconds(1_800);
    harness.receive(1, &deadline_due(&harness, id).await).await;
    let order = harness.order(id).await;
    assert_eq!((&order["status"], &order["cancellation_reason"]), (&json!("expired"), &json!("not_paid_in_time")));
    assert_eq!((&order["decline_reason"], order.get("payment_attempts_left")), (&json!("other"), None));
}

#[tokio::test]
async fn an_order_short_of_one_line_is_rejected_and_says_which() {
    let harness = Harness::new();
    let id = harness.placed(1).await;
    let line = |sku: &str, available| MissingLine { sku: sku.parse().unwrap(), requested: 9, available };
    let missing = vec![line("MUG-1", 0), line("TEE-1", 7)];
    harness.receive(2, &StockRejected { order_id: id, reservation_id: id.reservation(), missing }).await;
    assert_eq!(kinds(&harness.bench.queues.take()), ["order_rejected"]);
    assert_eq!(harness.states(id).await, ["rejected", "none", "none"]);
    let told = |sku: &str, shortage: &str| json!({"sku": sku, "requested": 9, "shortage": shortage});
    assert_eq!(harness.order(id).await["missing"], json!([told("MUG-1", "out"), told("TEE-1", "fewer")]));
    assert_eq!(harness.diagnosis(id).await["settled"], true);
}

#[tokio::test]
async fn a_deadline_message_that_comes_early_sends_itself_again_until_the_deadline() {
    let harness = Harness::new();
    harness.post(&harness.body(&harness.quote(1))).await;
    harness.bench.relay().await.unwrap();
    let mut message = harness.bench.queues.take().into_iter().find(|sent| sent.kind().contains("deadline")).unwrap();
    let mut waits = Vec::new();
    while message.delay_seconds > 0 {
        waits.push(message.delay_seconds);
        harness.bench.world.pass_seconds(i64::try_from(message.delay_seconds).unwrap() - i64::from(waits.len() == 1));
        harness.bench.deliver(&[message.envelope.clone()]).await;
        match harness.bench.queues.take().into_iter().find(|sent| sent.kind().contains("deadline")) {
            Some(next) => message = next,
            None => break,
        }
    }
    assert_eq!(waits, [900, 900, 1]);
    let id = harness.quote(1).jti;
    assert_eq!(message.envelope.data["order_id"].as_str().unwrap().len(), id.order().to_string().len());
}

#[tokio::test]
async fn an_unpaid_order_expires_and_releases_everything() {
    let harness = Harness::new();
    let id = harness.awaiting_payment(1).await;
    let due = deadline_due(&harness, id).await;
    harness.bench.world.pass_seconds(1800);
    harness.receive(1, &due).await;
    let sent = harness.settle().await;
    assert_eq!(kinds(&sent), ["order_expired", "release_reservation", "void_payment"]);
    assert_eq!(harness.states(id).await, ["expired", "voided", "none"]);
    assert_eq!(harness.diagnosis(id).await["settled"], true);
    assert_eq!(pay(&harness, id, "pm_2").await.problem(), "nothing_to_pay");
    assert_eq!(harness.cancel(id).await.problem(), "order_ended");
}

#[tokio::test]
async fn money_that_is_held_after_the_deadline_is_released() {
    let harness = Harness::new();
    let id = harness.awaiting_payment(1).await;
    let due = deadline_due(&harness, id).await;
    harness.bench.world.pass_seconds(1800);
    harness.receive(1, &due).await;
    harness.settle().await;
    harness.receive(9, &authorized(id, 1)).await;
    assert_eq!(kinds(&harness.bench.queues.take()), ["void_payment"]);
    assert_eq!(harness.states(id).await[0], "expired");
}

#[tokio::test]
async fn a_paid_order_does_not_expire() {
    let harness = Harness::new();
    let id = harness.confirmed(1).await;
    let due = deadline_due(&harness, id).await;
    harness.bench.world.pass_seconds(1800);
    harness.receive(1, &due).await;
    assert!(harness.bench.queues.take().is_empty());
    assert_eq!(harness.states(id).await[0], "confirmed");
}

#[tokio::test]
async fn a_capture_that_fails_leaves_the_order_shipped_and_is_tried_again() {
    let harness = Harness::new();
    let id = harness.confirmed(1).await;
    harness.receive(3, &dispatched(id)).await;
    harness.bench.queues.take();
    let failed = |attempt| PaymentFailed {
        order_id: id,
        payment_id: id.payment(),
        operation: Operation::Capture,
        attempt,
        reason: "processing_error".to_owned(),
    };
    harness.receive(4, &failed(1)).await;
    assert_eq!(harness.states(id).await, ["confirmed", "capture_failed", "dispatched"]);
    harness.bench.world.pass_seconds(130);
    harness.bench.tick().await.unwrap();
    let sent = harness.bench.queues.take();
    assert_eq!(kinds(&sent), ["capture_payment"]);
    assert_eq!(sent[0].envelope.data["attempt"], 2);
    // The first failure, repeated, is not about the second attempt.
    harness.receive(4, &failed(1)).await;
    harness.receive(5, &PaymentCaptured { order_id: id, payment_id: id.payment(), amount: total() }).await;
    harness.receive(5, &delivered(id)).await;
    assert_eq!(harness.states(id).await, ["completed", "captured", "delivered"]);
}

#[tokio::test]
async fn refunds_show_in_any_order_of_arrival() {
    let harness = Harness::new();
    let id = harness.confirmed(1).await;
    harness.receive(3, &dispatched(id)).await;
    harness.settle().await;
    harness.receive(6, &refunded(id, 2, 200, 300)).await;
    harness.receive(5, &refunded(id, 1, 100, 100)).await;
    assert_eq!(kinds(&harness.bench.queues.take()), ["order_refunded", "order_refunded"]);
    assert_eq!(harness.states(id).await[1], "partially_refunded");
    assert_eq!(harness.order(id).await["refunded"]["amount"], 300);
    harness.receive(7, &refunded(id, 3, TOTAL - 300, TOTAL)).await;
    assert_eq!(harness.states(id).await[1], "refunded");
}

#[tokio::test]
async fn a_refund_by_staff_that_fails_is_in_the_timeline_and_leaves_the_order_settled() {
    let harness = Harness::new();
    let id = harness.confirmed(1).await;
    harness.receive(3, &dispatched(id)).await;
    harness.settle().await;
    harness.receive(4, &delivered(id)).await;
    let failed = PaymentFailed {
        order_id: id,
        payment_id: id.payment(),
        operation: Operation::Refund,
        attempt: 1,
        reason: "processing_error".to_owned(),
    };
    harness.receive(7, &failed).await;
    let target = format!("/v1/orders/{id}/timeline");
    let timeline = harness.bench.http(Request::get(&target).bearer(&harness.ada_token())).await;
    assert_eq!(timeline.body["items"].as_array().unwrap().last().unwrap()["kind"], "refund_failed");
    assert_eq!(harness.states(id).await, ["completed", "captured", "delivered"]);
    assert_eq!(harness.diagnosis(id).await["settled"], true);
}

#[tokio::test]
async fn a_void_that_fails_gets_a_new_command_until_it_is_done() {
    let harness = Harness::new();
    let id = harness.awaiting_payment(1).await;
    harness.cancel(id).await;
    harness.bench.relay().await.unwrap();
    let first = harness.bench.queues.take().into_iter().find(|sent| sent.kind().contains("void")).unwrap();
    let failed = PaymentFailed {
        order_id: id,
        payment_id: id.payment(),
        operation: Operation::Void,
        attempt: 1,
        reason: "processing_error".to_owned(),
    };
    harness.receive(4, &failed).await;
    harness.receive(2, &ReservationReleased { order_id: id, reservation_id: id.reservation() }).await;
    assert_eq!(harness.diagnosis(id).await["settled"], false);
    harness.bench.world.pass_seconds(120);
    harness.bench.tick().await.unwrap();
    let sent = harness.bench.queues.take();
    assert_eq!(kinds(&sent), ["void_payment"]);
    assert_ne!(sent[0].envelope.id, first.envelope.id, "the same command would get the same reply");
    harness.receive(6, &PaymentVoided { order_id: id, payment_id: id.payment() }).await;
    assert_eq!(harness.diagnosis(id).await["settled"], true);
    assert_eq!(harness.states(id).await[..2], ["canceled", "voided"]);
}
