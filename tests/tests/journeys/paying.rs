//! Payments that need a second attempt, a challenge or time.

use crate::buying::{await_order, buy, order, payment_of};
use crate::goods::{available, stocked};
use crate::people::{Customer, staff, unique};
use crate::shop::{Answer, Caller};
use crate::waiting::{until, until_within};
use serde_json::{Value, json};
use std::time::Duration;

fn pay(caller: &Caller, id: &str, method: &str) -> crate::shop::Answer {
    caller.post(&format!("/v1/orders/{id}/payment"), &json!({"payment_method": method}))
}

#[test]
fn a_declined_card_is_not_the_end() {
    let (goods, customer) = (stocked(2), Customer::new());
    let id = buy(&customer.caller, &[(&goods, 1)], "pm_card_declined");
    let declined = await_order(&customer.caller, &id, &[("status", "awaiting_payment"), ("payment_state", "declined")]);
    assert!(declined["pay_until"].is_string());
    assert_eq!(available(&goods), 1, "the goods wait for the money");
    pay(&customer.caller, &id, "pm_card_insufficient_funds").expect(202);
    await_order(&customer.caller, &id, &[("payment_state", "declined")]);
    until("the second decline", || (payment_of(&customer.caller, &id)["attempt"] == 2).then_some(()));
    let paid = until("the third try is accepted", || {
        let answer = pay(&customer.caller, &id, "pm_card_visa");
        (answer.status == 202).then_some(answer.body)
    });
    assert_eq!(paid["id"], id);
    await_order(&customer.caller, &id, &[("status", "confirmed"), ("payment_state", "authorized")]);
    let payment = payment_of(&customer.caller, &id);
    assert_eq!(payment["sums"]["authorized"]["amount"], order(&customer.caller, &id)["total"]["amount"]);
    pay(&customer.caller, &id, "pm_card_visa").refused(409, "nothing_to_pay");
}

#[test]
fn paying_again_twice_under_one_key_pays_once() {
    let (goods, customer) = (stocked(1), Customer::new());
    let id = buy(&customer.caller, &[(&goods, 1)], "pm_card_declined");
    await_order(&customer.caller, &id, &[("payment_state", "declined")]);
    let caller = customer.caller.with("idempotency-key", &unique());
    std::thread::scope(|scope| {
        let both = [(); 2].map(|()| scope.spawn(|| pay(&caller, &id, "pm_card_visa").expect(202)));
        for one in both {
            one.join().unwrap();
        }
    });
    await_order(&customer.caller, &id, &[("status", "confirmed")]);
    pay(&caller, &id, "pm_card_visa").expect(202);
    assert_eq!(payment_of(&customer.caller, &id)["attempt"], 2);
}

#[test]
fn a_successful_challenge_confirms_the_order() {
    let (goods, customer) = (stocked(1), Customer::new());
    let id = buy(&customer.caller, &[(&goods, 1)], "pm_card_requires_action");
    let waiting =
        await_order(&customer.caller, &id, &[("status", "awaiting_payment"), ("payment_state", "requires_action")]);
    assert!(waiting["next_action"]["url"].as_str().unwrap().contains("/challenge"));
    let payment = payment_of(&customer.caller, &id)["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/sandbox/payments/{payment}/challenge");
    customer.caller.post(&path, &json!({"result": "succeed"})).expect(200);
    await_order(&customer.caller, &id, &[("status", "confirmed"), ("payment_state", "authorized")]);
    customer.caller.post(&path, &json!({"result": "fail"})).refused(409, "challenge_already_answered");
}

fn answer(caller: &Caller, id: &str, result: &str) -> Answer {
    let payment = payment_of(caller, id)["id"].as_str().unwrap().to_owned();
    caller.post(&format!("/v1/sandbox/payments/{payment}/challenge"), &json!({"result": result}))
}

#[test]
fn a_failed_challenge_declines_and_another_card_pays() {
    let (goods, customer) = (stocked(1), Customer::new());
    let id = buy(&customer.caller, &[(&goods, 1)], "pm_card_requires_action");
    await_order(&customer.caller, &id, &[("payment_state", "requires_action")]);
    answer(&customer.caller, &id, "fail").expect(200);
    let declined = await_order(&customer.caller, &id, &[("payment_state", "declined")]);
    assert!(declined["next_action"].is_null());
    answer(&customer.caller, &id, "succeed").refused(409, "challenge_already_answered");
    pay(&customer.caller, &id, "pm_card_visa").expect(202);
    await_order(&customer.caller, &id, &[("status", "confirmed"), ("payment_state", "authorized")]);
}

#[test]
fn a_challenge_answered_after_the_cancellation_keeps_no_money() {
    let (goods, customer) = (stocked(1), Customer::new());
    let id = buy(&customer.caller, &[(&goods, 1)], "pm_card_requires_action");
    await_order(&customer.caller, &id, &[("payment_state", "requires_action")]);
    customer.caller.post(&format!("/v1/orders/{id}/cancellation"), &json!({})).expect(202);
    let late = answer(&customer.caller, &id, "succeed");
    assert!(matches!(late.status, 200 | 409), "{late}");
    await_order(&customer.caller, &id, &[("status", "canceled"), ("payment_state", "voided")]);
    assert_eq!(payment_of(&customer.caller, &id)["status"], "voided");
    // A contradicting answer is refused even if the first came in time.
    answer(&customer.caller, &id, "fail").expect_refusal();
}

#[test]
fn a_slow_bank_is_waited_for() {
    let (goods, customer) = (stocked(1), Customer::new());
    let id = buy(&customer.caller, &[(&goods, 1)], "pm_card_slow");
    await_order(&customer.caller, &id, &[("status", "confirmed"), ("payment_state", "authorized")]);
    assert_eq!(payment_of(&customer.caller, &id)["attempt"], 1);
}

#[test]
fn the_sixth_card_is_one_too_many() {
    let (goods, customer) = (stocked(1), Customer::new());
    let id = buy(&customer.caller, &[(&goods, 1)], "pm_card_declined");
    for attempt in 1..=5 {
        until("the decline is known", || {
            let payment = payment_of(&customer.caller, &id);
            (payment["attempt"] == attempt && payment["status"] == "declined").then_some(())
        });
        let next = until("the order knows", || {
            let answer = pay(&customer.caller, &id, &format!("pm_unknown_{attempt}"));
            (answer.body["type"] != "urn:souk:problem:payment_under_way").then_some(answer)
        });
        match attempt {
            5 => next.refused(409, "too_many_payments"),
            _ => drop(next.expect(202)),
        }
    }
    assert_eq!(available(&goods), 0, "the goods are held until the deadline");
}

#[test]
fn a_capture_that_fails_shows_in_the_order_and_is_tried_anew_until_the_money_is_there() {
    let (goods, customer) = (stocked(1), Customer::new());
    let id = buy(&customer.caller, &[(&goods, 1)], "pm_card_capture_fails");
    await_order(&customer.caller, &id, &[("status", "confirmed"), ("fulfillment_state", "created")]);
    crate::buying::dispatch(&id);
    let failed = await_order(&customer.caller, &id, &[("payment_state", "capture_failed")]);
    assert_eq!(failed["fulfillment_state"], "dispatched", "the goods are gone");
    // The sweep would retry too, but later.
    until("the third try took the money", || {
        staff().post(&format!("/v1/orders/{id}/redrive"), &json!({})).expect(202);
        (order(&customer.caller, &id)["payment_state"] == "captured").then_some(())
    });
    let steps = crate::buying::steps(&customer.caller, &id);
    assert_eq!(steps.iter().filter(|step| *step == "capture_failed").count(), 2, "{steps:?}");
}

#[test]
fn an_order_whose_authorization_is_about_to_expire_is_canceled_and_its_goods_stay() {
    let (goods, customer) = (stocked(1), Customer::new());
    let id = buy(&customer.caller, &[(&goods, 1)], "pm_card_short_hold");
    await_order(&customer.caller, &id, &[("status", "canceled"), ("payment_state", "voided")]);
    let steps = crate::buying::steps(&customer.caller, &id);
    assert!(steps.contains(&"authorization_lapsed".to_owned()), "{steps:?}");
    until("the goods are back", || (available(&goods) == 1).then_some(()));
    let shipment = crate::buying::shipment_of(&id)["id"].as_str().unwrap().to_owned();
    let tracking = json!({"carrier": "dhl", "tracking_number": "1"});
    staff().post(&format!("/v1/shipments/{shipment}/dispatch"), &tracking).refused(409, "shipment_canceled");
}

#[test]
fn an_order_that_nobody_pays_expires_and_its_goods_are_free() {
    let (goods, customer) = (stocked(2), Customer::new());
    let id = buy(&customer.caller, &[(&goods, 2)], "pm_card_requires_action");
    await_order(&customer.caller, &id, &[("payment_state", "requires_action")]);
    assert_eq!(available(&goods), 0);
    // After `PayWithinMinutes`, half an hour by default.
    until_within(Duration::from_secs(32 * 60), &format!("{id} expires"), || {
        (order(&customer.caller, &id)["status"] == "expired").then_some(())
    });
    until("the goods are free", || (available(&goods) == 2).then_some(()));
    until("the payment is closed", || (payment_of(&customer.caller, &id)["status"] == "voided").then_some(()));
    pay(&customer.caller, &id, "pm_card_visa").refused(409, "nothing_to_pay");
    answer(&customer.caller, &id, "succeed").expect_refusal();
}

#[test]
fn card_numbers_are_refused_at_the_edge() {
    let (goods, customer) = (stocked(1), Customer::new());
    let mut body = crate::buying::order_for(&customer.caller, &[(&goods, 1)], "pm_card_visa");
    body["payment_method"] = json!("4242424242424242");
    customer.caller.post("/v1/orders", &body).refused(422, "card_number_refused");
    assert_eq!(customer.caller.get("/v1/orders").expect(200)["items"], Value::Array(Vec::new()));
}
