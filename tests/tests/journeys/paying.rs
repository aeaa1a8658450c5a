//! Money that does not come at the first try.

use crate::buying::{await_order, buy, payment_of};
use crate::goods::{available, stocked};
use crate::people::{Customer, unique};
use crate::shop::Caller;
use serde_json::{Value, json};

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
    crate::waiting::until("the second decline", || (payment_of(&customer.caller, &id)["attempt"] == 2).then_some(()));
    let paid = crate::waiting::until("the third try is accepted", || {
        let answer = pay(&customer.caller, &id, "pm_card_visa");
        (answer.status == 202).then_some(answer.body)
    });
    assert_eq!(paid["id"], id);
    await_order(&customer.caller, &id, &[("status", "confirmed"), ("payment_state", "authorized")]);
    let payment = payment_of(&customer.caller, &id);
    assert_eq!(payment["sums"]["authorized"]["amount"], crate::buying::order(&customer.caller, &id)["total"]["amount"]);
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
fn a_bank_that_asks_is_answered_and_the_order_goes_on() {
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

#[test]
fn card_numbers_are_refused_at_the_edge() {
    let (goods, customer) = (stocked(1), Customer::new());
    let mut body = crate::buying::order_for(&customer.caller, &[(&goods, 1)], "pm_card_visa");
    body["payment_method"] = json!("4242424242424242");
    customer.caller.post("/v1/orders", &body).refused(422, "card_number_refused");
    assert_eq!(customer.caller.get("/v1/orders").expect(200)["items"], Value::Array(Vec::new()));
}
