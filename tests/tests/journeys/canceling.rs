//! Canceling an order, early and late.

use crate::buying::{await_order, buy, dispatch, entries, payment_of, steps};
use crate::goods::{available, stocked};
use crate::people::{Customer, staff};
use crate::shop::{Answer, Caller};
use crate::waiting::until;
use serde_json::json;

fn cancel(caller: &Caller, id: &str) -> Answer {
    caller.post(&format!("/v1/orders/{id}/cancellation"), &json!({}))
}

#[test]
fn before_confirmation_the_goods_come_back_and_no_money_is_kept() {
    let (goods, customer) = (stocked(4), Customer::new());
    let id = buy(&customer.caller, &[(&goods, 3)], "pm_card_requires_action");
    await_order(&customer.caller, &id, &[("status", "awaiting_payment"), ("payment_state", "requires_action")]);
    assert_eq!(available(&goods), 1);
    cancel(&customer.caller, &id).expect(202);
    await_order(&customer.caller, &id, &[("status", "canceled")]);
    until("the goods are back", || (available(&goods) == 4).then_some(()));
    until("no money is held", || (payment_of(&customer.caller, &id)["status"] == "voided").then_some(()));
    // A second cancellation changes nothing, and paying is too late.
    cancel(&customer.caller, &id).expect(202);
    let late = customer.caller.post(&format!("/v1/orders/{id}/payment"), &json!({"payment_method": "pm_card_visa"}));
    assert_eq!(late.status, 409, "{late}");
    assert_eq!(available(&goods), 4);
}

#[test]
fn right_after_placing_the_cancellation_overtakes_the_rest_and_still_wins() {
    let (goods, customer) = (stocked(4), Customer::new());
    let id = buy(&customer.caller, &[(&goods, 3)], "pm_card_visa");
    cancel(&customer.caller, &id).expect(202);
    await_order(&customer.caller, &id, &[("status", "canceled")]);
    until("the goods are back", || (available(&goods) == 4).then_some(()));
    let payment = payment_of(&customer.caller, &id);
    assert!(payment.is_null() || payment["sums"]["captured"]["amount"].as_i64().unwrap_or(0) == 0, "{payment}");
}

#[test]
fn after_confirmation_the_shipment_is_stopped_first_and_then_money_and_goods_go_back() {
    let (goods, customer) = (stocked(2), Customer::new());
    let id = buy(&customer.caller, &[(&goods, 2)], "pm_card_visa");
    await_order(&customer.caller, &id, &[("status", "confirmed"), ("fulfillment_state", "created")]);
    cancel(&customer.caller, &id).expect(202);
    await_order(&customer.caller, &id, &[("status", "canceled"), ("payment_state", "voided")]);
    until("the goods are back", || (available(&goods) == 2).then_some(()));
    assert_eq!(crate::buying::shipment_of(&id)["status"], "canceled");
    assert!(steps(&customer.caller, &id).contains(&"shipment_canceled".to_owned()));
    let payment = payment_of(&customer.caller, &id)["id"].as_str().unwrap().to_owned();
    assert_eq!(entries(&payment).iter().map(|(_, amount)| amount).sum::<i64>(), 0);
}

#[test]
fn after_dispatch_it_is_too_late_and_nothing_is_undone() {
    let (goods, customer) = (stocked(2), Customer::new());
    let id = buy(&customer.caller, &[(&goods, 1)], "pm_card_visa");
    await_order(&customer.caller, &id, &[("status", "confirmed"), ("fulfillment_state", "created")]);
    dispatch(&id);
    await_order(&customer.caller, &id, &[("payment_state", "captured"), ("fulfillment_state", "dispatched")]);
    cancel(&customer.caller, &id).refused(409, "already_dispatched");
    let order =
        await_order(&customer.caller, &id, &[("payment_state", "captured"), ("fulfillment_state", "dispatched")]);
    assert_ne!(order["status"], "canceled");
    assert_eq!(available(&goods), 1);
}

#[test]
fn while_the_bank_thinks_the_cancellation_wins_and_no_money_is_kept() {
    let (goods, customer) = (stocked(1), Customer::new());
    let id = buy(&customer.caller, &[(&goods, 1)], "pm_card_slow");
    await_order(&customer.caller, &id, &[("status", "awaiting_payment")]);
    cancel(&customer.caller, &id).expect(202);
    await_order(&customer.caller, &id, &[("status", "canceled")]);
    until("no money is held", || (payment_of(&customer.caller, &id)["status"] == "voided").then_some(()));
    until("the goods are back", || (available(&goods) == 1).then_some(()));
}

#[test]
fn a_cancellation_that_races_the_dispatch_is_decided_where_the_goods_are() {
    for _ in 0..3 {
        let (goods, customer) = (stocked(1), Customer::new());
        let id = buy(&customer.caller, &[(&goods, 1)], "pm_card_visa");
        await_order(&customer.caller, &id, &[("status", "confirmed"), ("fulfillment_state", "created")]);
        let shipment = crate::buying::shipment_of(&id)["id"].as_str().unwrap().to_owned();
        let tracking = json!({"carrier": "dhl", "tracking_number": "00340434161094042557"});
        let dispatched = std::thread::scope(|scope| {
            scope.spawn(|| cancel(&customer.caller, &id));
            staff().post(&format!("/v1/shipments/{shipment}/dispatch"), &tracking)
        });
        if dispatched.status == 200 {
            await_order(&customer.caller, &id, &[("status", "confirmed"), ("payment_state", "captured")]);
            assert_eq!(available(&goods), 0);
        } else {
            dispatched.refused(409, "shipment_canceled");
            await_order(&customer.caller, &id, &[("status", "canceled"), ("payment_state", "voided")]);
            until("the goods are back", || (available(&goods) == 1).then_some(()));
        }
    }
}
