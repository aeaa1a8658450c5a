//! Refunds by the staff.

use crate::buying::{await_order, buy, dispatch, entries, order, payment_of};
use crate::goods::stocked;
use crate::people::{Customer, staff, unique};
use crate::shop::{Answer, Caller};
use crate::waiting::until;
use serde_json::{Value, json};

/// A customer with an order that is paid and on its way.
fn sold() -> (Customer, String, Value) {
    let (goods, customer) = (stocked(2), Customer::new());
    let id = buy(&customer.caller, &[(&goods, 2)], "pm_card_visa");
    await_order(&customer.caller, &id, &[("status", "confirmed"), ("fulfillment_state", "created")]);
    dispatch(&id);
    await_order(&customer.caller, &id, &[("payment_state", "captured")]);
    let payment = payment_of(&customer.caller, &id);
    (customer, id, payment)
}

fn refund(payment: &Value, amount: i64, key: &str) -> Answer {
    let path = format!("/v1/payments/{}/refunds", payment["id"].as_str().unwrap());
    let body = json!({"amount": {"amount": amount, "currency": "EUR"}, "reason": "a broken cup"});
    staff().with("idempotency-key", key).post(&path, &body)
}

fn granted(answer: Answer) -> i64 {
    answer.expect(202)["amount"]["amount"].as_i64().unwrap()
}

fn await_refunded(caller: &Caller, id: &str, amount: i64) {
    until(&format!("{amount} of {id} is refunded"), || {
        (order(caller, id)["refunded"]["amount"] == amount).then_some(())
    });
}

#[test]
fn staff_give_back_a_part_and_another_and_what_is_left_and_never_more() {
    let (customer, id, payment) = sold();
    let paid = payment["sums"]["captured"]["amount"].as_i64().unwrap();
    let key = unique();
    assert_eq!(granted(refund(&payment, 100, &key)), 100);
    assert_eq!(granted(refund(&payment, 100, &key)), 100, "the same request is the same refund");
    refund(&payment, 99, &key).refused(422, "idempotency_key_reused");
    await_refunded(&customer.caller, &id, 100);
    await_order(&customer.caller, &id, &[("payment_state", "partially_refunded")]);
    assert_eq!(granted(refund(&payment, 250, &unique())), 250);
    await_refunded(&customer.caller, &id, 350);
    assert_eq!(granted(refund(&payment, paid, &unique())), paid - 350, "more than is left gets what is left");
    await_refunded(&customer.caller, &id, paid);
    await_order(&customer.caller, &id, &[("payment_state", "refunded")]);
    refund(&payment, 1, &unique()).refused(409, "nothing_to_refund");
    let booked = entries(payment["id"].as_str().unwrap());
    let on = |account: &str| booked.iter().filter(|(name, _)| name == account).map(|(_, amount)| amount).sum::<i64>();
    assert_eq!(["cash", "receivable", "tax", "shipping"].map(on), [0; 4], "{booked:?}");
    assert_eq!(on("refunds"), -on("revenue"), "{booked:?}");
    assert_eq!(booked.iter().map(|(_, amount)| amount).sum::<i64>(), 0);
}

#[test]
fn refunds_all_at_once_give_back_no_more_than_was_paid() {
    let (customer, id, payment) = sold();
    let paid = payment["sums"]["captured"]["amount"].as_i64().unwrap();
    let share = paid / 3;
    let answers: Vec<_> = std::thread::scope(|scope| {
        let all = [(); 5].map(|()| scope.spawn(|| refund(&payment, share, &unique())));
        all.map(|one| one.join().unwrap()).into_iter().collect()
    });
    let back: i64 = answers.into_iter().filter(|answer| answer.status == 202).map(granted).sum();
    assert_eq!(back, paid);
    await_refunded(&customer.caller, &id, paid);
}

#[test]
fn a_refund_and_a_cancellation_at_once_give_the_money_back_once() {
    let (customer, id, payment) = sold();
    let cancel = || customer.caller.post(&format!("/v1/orders/{id}/cancellation"), &json!({}));
    let (refunded, canceled) = std::thread::scope(|scope| {
        let refunded = scope.spawn(|| refund(&payment, 100, &unique()));
        let canceled = scope.spawn(cancel);
        (refunded.join().unwrap(), canceled.join().unwrap())
    });
    canceled.refused(409, "already_dispatched");
    assert_eq!(granted(refunded), 100);
    await_refunded(&customer.caller, &id, 100);
    assert_ne!(order(&customer.caller, &id)["status"], "canceled");
}
