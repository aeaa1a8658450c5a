//! `Idempotency-Key`s of payments: the attempt that answered a key answers it for good.

use crate::harness::{Harness, authorized, declined};
use crate::saga_properties::order;
use chassis::testing::{Request, Response};
use events::ids::OrderId;
use events::payments::PaymentActionRequired;
use orders::domain::decision::Decision;
use orders::domain::input::Input;
use orders::domain::order::{Attempt, MAX_KEYS};
use orders::domain::overdue::{idle_since, next_look};
use orders::domain::rejection::Rejection;
use orders::domain::saga::decide;
use serde_json::json;

async fn pay(harness: &Harness, id: OrderId, method: &str, key: &str) -> Response {
    let request = Request::post(&format!("/v1/orders/{id}/payment"), json!({"payment_method": method}));
    harness.bench.http(request.bearer(&harness.ada_token()).header("idempotency-key", key)).await
}

/// An order of Ada's whose first payment, by `pm_card_visa`, waits for her at the bank.
async fn at_the_bank(harness: &Harness) -> OrderId {
    let id = harness.awaiting_payment(1).await;
    let url = "https://bank.example/3ds".to_owned();
    harness.receive(2, &PaymentActionRequired { order_id: id, payment_id: id.payment(), attempt: 1, url }).await;
    harness.bench.queues.take();
    id
}

fn pay_again(method: &str, key: Option<&str>) -> Input {
    Input::PayAgain { method: method.to_owned(), key: key.map(str::to_owned) }
}

#[tokio::test]
async fn an_idempotency_key_pays_once_even_after_a_decline() {
    let harness = Harness::new();
    let id = harness.awaiting_payment(1).await;
    harness.receive(2, &declined(id, 1)).await;
    assert_eq!(pay(&harness, id, "pm_2", "k1").await.status, 202);
    harness.receive(3, &declined(id, 2)).await;
    assert_eq!(pay(&harness, id, "pm_2", "k1").await.status, 202);
    assert_eq!(harness.states(id).await[1], "declined");
    assert_eq!(pay(&harness, id, "pm_3", "k1").await.problem(), "idempotency_key_reused");
}

#[tokio::test]
async fn an_idempotency_key_that_cannot_be_kept_is_refused_rather_than_ignored() {
    let harness = Harness::new();
    let id = harness.awaiting_payment(1).await;
    harness.receive(2, &declined(id, 1)).await;
    for key in ["", "two words", &"k".repeat(256)] {
        let answer = pay(&harness, id, "pm_2", key).await;
        assert_eq!((answer.status, answer.problem()), (400, "invalid_parameter"), "{key}");
    }
    assert_eq!(harness.states(id).await[1], "declined");
}

#[tokio::test]
async fn a_key_that_the_payment_under_way_answered_tries_no_card_after_its_decline() {
    let harness = Harness::new();
    let id = at_the_bank(&harness).await;
    assert_eq!(pay(&harness, id, "pm_card_visa", "kk").await.status, 202);
    harness.receive(3, &declined(id, 1)).await;
    harness.bench.queues.take();

    let again = pay(&harness, id, "pm_card_visa", "kk").await;
    assert_eq!((again.status, &again.body["payment_state"]), (202, &json!("declined")));
    assert_eq!(again.body["payment_attempts_left"], 4);
    harness.bench.relay().await.unwrap();
    assert!(harness.bench.queues.take().is_empty());

    let wanted = pay(&harness, id, "pm_card_visa", "another").await;
    assert_eq!((wanted.status, &wanted.body["payment_attempts_left"]), (202, &json!(3)));
}

#[tokio::test]
async fn a_key_that_the_payment_under_way_answered_pays_with_no_other_card() {
    let harness = Harness::new();
    let id = at_the_bank(&harness).await;
    assert_eq!(pay(&harness, id, "pm_card_visa", "kk").await.status, 202);
    let other = pay(&harness, id, "pm_card_other", "kk").await;
    assert_eq!((other.status, other.problem()), (422, "idempotency_key_reused"));
    assert_eq!(harness.states(id).await[1], "requires_action");
}

#[tokio::test]
async fn a_key_that_the_payment_under_way_answered_is_answered_once_the_order_is_paid() {
    let harness = Harness::new();
    let id = at_the_bank(&harness).await;
    assert_eq!(pay(&harness, id, "pm_card_visa", "kk").await.status, 202);
    harness.receive(3, &authorized(id, 1)).await;
    let again = pay(&harness, id, "pm_card_visa", "kk").await;
    assert_eq!((again.status, &again.body["status"]), (202, &json!("confirmed")));
    assert_eq!(pay(&harness, id, "pm_card_visa", "another").await.problem(), "nothing_to_pay");
}

#[tokio::test]
async fn a_payment_under_way_writes_a_new_key_once_and_keeps_only_so_many() {
    let harness = Harness::new();
    let id = at_the_bank(&harness).await;
    let mut before = harness.items("order");
    for number in 0..MAX_KEYS {
        let key = format!("k{number}");
        assert_eq!(pay(&harness, id, "pm_card_visa", &key).await.status, 202, "{key}");
        let after = harness.items("order");
        assert_ne!(after, before, "{key} is kept");
        before = after;
        assert_eq!(pay(&harness, id, "pm_card_visa", &key).await.status, 202, "{key}");
        assert_eq!(harness.items("order"), before, "{key} is kept already");
    }
    let beyond = pay(&harness, id, "pm_card_visa", "beyond").await;
    assert_eq!((beyond.status, beyond.problem()), (409, "payment_under_way"));
    assert_eq!(pay(&harness, id, "pm_card_visa", "k0").await.status, 202, "the first is not forgotten");
    assert_eq!(harness.items("order"), before);
    harness.bench.relay().await.unwrap();
    assert!(harness.bench.queues.take().is_empty());
}

#[tokio::test]
async fn too_many_declined_cards_do_not_refuse_a_request_that_tries_no_other() {
    let harness = Harness::new();
    let id = at_the_bank(&harness).await;
    for number in [2, 3] {
        let other = harness.awaiting_payment(number).await;
        for attempt in 1..=3 {
            harness.receive(u64::from(attempt) + 1, &declined(other, attempt)).await;
            let again = pay(&harness, other, "pm_other", &format!("k{attempt}")).await;
            assert_eq!(again.status, if (number, attempt) == (3, 3) { 429 } else { 202 }, "order {number}, {attempt}");
        }
    }
    assert_eq!(pay(&harness, id, "pm_card_visa", "kk").await.status, 202);
}

#[test]
fn a_repeat_with_a_new_key_is_one_transition_that_sends_nothing_and_delays_no_look() {
    // Given an order whose first attempt is under way.
    let (order, now) = (order(), order().placed_at.plus_seconds(30));
    let asked = |key| decide(&order, &pay_again("pm_card_visa", key), "pay/n", now);
    // When the customer asks for the same method again.
    assert_eq!(asked(None), Ok(Decision::Nothing));
    let Ok(Decision::Moved(next)) = asked(Some("k1")) else { panic!("the key is lost") };
    // Then the attempt has the key, and nothing else follows.
    assert_eq!(next.attempts, [Attempt { method: "pm_card_visa".to_owned(), keys: vec!["k1".to_owned()] }]);
    assert_eq!((next.seq, next.log.len()), (order.seq + 1, order.log.len() + 1));
    assert!(next.log.last().unwrap().effects.is_empty());
    assert_eq!((next.payment_state, next.status), (order.payment_state, order.status));
    assert_eq!((idle_since(&next), next_look(&next)), (idle_since(&order), next_look(&order)));
    let decided = |method| decide(&next, &pay_again(method, Some("k1")), "pay/m", now);
    assert_eq!(decided("pm_card_visa"), Ok(Decision::Nothing));
    assert_eq!(decided("pm_card_other"), Err(Rejection::IdempotencyKeyReused));
}

#[test]
fn an_attempt_that_an_earlier_version_stored_has_its_one_key_or_none() {
    for (stored, keys) in [
        (json!({"method": "pm_2"}), vec![]),
        (json!({"method": "pm_2", "key": "k1"}), vec!["k1".to_owned()]),
        (json!({"method": "pm_2", "keys": ["k1", "k2"]}), vec!["k1".to_owned(), "k2".to_owned()]),
    ] {
        let attempt: Attempt = serde_json::from_value(stored).unwrap();
        assert_eq!(attempt, Attempt { method: "pm_2".to_owned(), keys });
    }
}
