//! Cases of the checkout: pages that are left, refunds that slip, tokens of other providers, dispatches by mistake.

use crate::buying::{address, await_order, buy, dispatch, order, order_for, payment_of, shipment_of, shipping_quote};
use crate::goods::{Goods, priced, receive, stocked};
use crate::people::{Customer, staff, unique};
use crate::shop::{Answer, Caller};
use crate::waiting::until;
use serde_json::{Value, json};

fn pay(caller: &Caller, id: &str, method: &str) -> Answer {
    caller.post(&format!("/v1/orders/{id}/payment"), &json!({"payment_method": method}))
}

/// An order whose goods wait to be dispatched.
fn confirmed(method: &str) -> (Customer, String) {
    let (goods, customer) = (stocked(1), Customer::new());
    let id = buy(&customer.caller, &[(&goods, 1)], method);
    await_order(&customer.caller, &id, &[("status", "confirmed"), ("fulfillment_state", "created")]);
    (customer, id)
}

fn take_back(id: &str) -> Answer {
    staff().delete(&format!("/v1/shipments/{}/dispatch", shipment_of(id)["id"].as_str().unwrap()))
}

#[test]
fn whoever_leaves_the_banks_page_pays_with_another_card_at_once_and_only_once() {
    let (goods, customer) = (stocked(1), Customer::new());
    let id = buy(&customer.caller, &[(&goods, 1)], "pm_card_requires_action");
    await_order(&customer.caller, &id, &[("payment_state", "requires_action")]);
    pay(&customer.caller, &id, "pm_card_visa").expect(202);
    await_order(&customer.caller, &id, &[("status", "confirmed"), ("payment_state", "authorized")]);
    let payment = payment_of(&customer.caller, &id);
    let path = format!("/v1/sandbox/payments/{}/challenge", payment["id"].as_str().unwrap());
    let old_page = json!({"result": "succeed", "attempt": 1});
    customer.caller.post(&path, &old_page).refused(409, "challenge_not_pending");
    assert_eq!(payment["sums"]["authorized"]["amount"], order(&customer.caller, &id)["total"]["amount"]);
    let made = staff().get(&format!("/v1/payments/{}/transactions", payment["id"].as_str().unwrap())).expect(200);
    let voided = made["items"].as_array().unwrap().iter().filter(|made| made["authorization"] == 1);
    let phases: Vec<&Value> = voided.map(|made| &made["phase"]).collect();
    assert_eq!(phases, ["requested", "succeeded"], "the attempt that waited is voided by its reference");
}

#[test]
fn a_declined_order_says_why_and_how_many_tries_are_left() {
    let (goods, customer) = (stocked(1), Customer::new());
    let id = buy(&customer.caller, &[(&goods, 1)], "pm_card_insufficient_funds");
    let declined = await_order(&customer.caller, &id, &[("payment_state", "declined")]);
    assert_eq!(
        (&declined["decline_reason"], &declined["payment_attempts_left"]),
        (&json!("insufficient_funds"), &json!(4))
    );
    customer.caller.post(&format!("/v1/orders/{id}/cancellation"), &json!({})).expect(202);
    let canceled = await_order(&customer.caller, &id, &[("status", "canceled")]);
    assert_eq!(canceled["cancellation_reason"], "by_customer");
    assert!(canceled["payment_attempts_left"].is_null());
}

#[test]
fn a_token_may_have_the_form_of_any_provider_and_no_card_number() {
    let (goods, customer) = (stocked(1), Customer::new());
    let body = order_for(&customer.caller, &[(&goods, 1)], "cnon:CBASEIUwUf7V");
    for card in ["4242424242424242", "x:4242/4242/4242/4242"] {
        let mut body = body.clone();
        body["payment_method"] = json!(card);
        customer.caller.post("/v1/orders", &body).refused(422, "card_number_refused");
    }
    let id = customer.caller.post("/v1/orders", &body).expect(202)["id"].as_str().unwrap().to_owned();
    let declined = await_order(&customer.caller, &id, &[("payment_state", "declined")]);
    assert_eq!(declined["decline_reason"], "unknown_payment_method", "the provider knows its own form");
    for token in ["354d11b4-6c6c-0b1d", "fake-valid-nonce"] {
        until("the order knows the result", || (pay(&customer.caller, &id, token).status == 202).then_some(()));
        await_order(&customer.caller, &id, &[("payment_state", "declined")]);
    }
}

#[test]
fn a_mistyped_tracking_number_is_corrected_and_a_captured_dispatch_stays_and_refunds_are_exact() {
    let (customer, id) = confirmed("pm_card_visa");
    let shipment = dispatch(&id);
    await_order(&customer.caller, &id, &[("payment_state", "captured")]);
    let right = json!({"carrier": "dhl", "tracking_number": "00340434161094042558"});
    staff().put(&format!("/v1/shipments/{shipment}/tracking"), &right).expect(200);
    until("the order shows the right number", || (order(&customer.caller, &id)["tracking"] == right).then_some(()));

    assert_eq!(take_back(&id).expect(202)["status"], "retracting");
    until("the order keeps the dispatch", || (shipment_of(&id)["status"] == "dispatched").then_some(()));
    take_back(&id).refused(409, "retraction_refused");

    let payment = payment_of(&customer.caller, &id);
    let total = payment["sums"]["captured"]["amount"].as_i64().unwrap();
    let path = format!("/v1/payments/{}/refunds", payment["id"].as_str().unwrap());
    let refund = |amount: i64| {
        let body = json!({"amount": {"amount": amount, "currency": "EUR"}, "exact": true, "reason": "a broken cup"});
        staff().with("idempotency-key", &unique()).post(&path, &body)
    };
    let slip = refund(total * 10);
    assert_eq!(slip.body["left"]["amount"], total);
    slip.refused(409, "refund_exceeds_rest");
    assert_eq!(refund(total).expect(202)["amount"]["amount"], total);
}

#[test]
fn a_mistaken_dispatch_is_taken_back_while_nothing_is_captured() {
    let (customer, id) = confirmed("pm_card_capture_fails");
    dispatch(&id);
    await_order(&customer.caller, &id, &[("payment_state", "capture_failed")]);
    take_back(&id).expect(202);
    let waiting =
        await_order(&customer.caller, &id, &[("payment_state", "authorized"), ("fulfillment_state", "created")]);
    assert!(waiting["tracking"].is_null());
    until("the goods wait again", || (shipment_of(&id)["status"] == "created").then_some(()));
    customer.caller.post(&format!("/v1/orders/{id}/cancellation"), &json!({})).expect(202);
    await_order(&customer.caller, &id, &[("status", "canceled"), ("payment_state", "voided")]);
}

#[test]
fn free_product() {
    let (sample, customer) = (priced(&json!([{"amount": 0, "currency": "EUR"}])), Customer::new());
    receive(&sample, 2);
    // Nobody else ships to Iceland, and samples go there by letter.
    let letter = json!({"code": "letter", "name": "Letter", "min_days": 2, "max_days": 9,
        "rates": [{"currency": "EUR", "base": 0, "per_kg": 0}]});
    let zone = json!({"name": "Iceland", "countries": ["IS"], "tax_basis_points": 2400, "services": [letter]});
    staff().put("/v1/shipping-zones/iceland", &zone).expect_put();
    let rate = json!({"country": "IS", "tax_class": "standard", "rate_basis_points": 2400});
    staff().put("/v1/tax-rates/is-standard", &rate).expect_put();

    let mut body = order_for_place(&customer, &sample, &json!({"country": "IS", "postal_code": "101"}));
    let free = customer.caller.post("/v1/orders", &body).expect(202);
    let id = free["id"].as_str().unwrap();
    assert_eq!(free["total"]["amount"], 0);
    await_order(
        &customer.caller,
        id,
        &[("status", "confirmed"), ("payment_state", "none"), ("fulfillment_state", "created")],
    );
    let payments = customer.caller.get(&format!("/v1/payments?order_id={id}")).expect(200);
    assert_eq!(payments["items"], json!([]));
    let shipment = dispatch(id);
    staff().post(&format!("/v1/shipments/{shipment}/delivery"), &json!({})).expect(200);
    await_order(&customer.caller, id, &[("status", "completed"), ("payment_state", "none")]);

    // By parcel the same sample is to be paid.
    body = order_for(&customer.caller, &[(&sample, 1)], "pm_card_visa");
    body.as_object_mut().unwrap().remove("payment_method");
    let refused = customer.caller.post("/v1/orders", &body);
    assert_eq!(refused.body["field"], "/payment_method");
    refused.refused(422, "invalid_field");
}

/// An order of one unit to another place than usual, with no payment method.
fn order_for_place(customer: &Customer, goods: &Goods, place: &Value) -> Value {
    let line = json!({"sku": goods.sku, "quantity": 1});
    let quote = json!({"currency": "EUR", "lines": [line], "ship_to": place});
    let quote = customer.caller.post("/v1/quotes", &quote).expect(201);
    let mut ship_to = address();
    place.as_object().unwrap().iter().for_each(|(field, value)| ship_to[field] = value.clone());
    let shipping_quote = shipping_quote(&customer.caller, &quote);
    json!({"quote": quote["quote"], "shipping_quote": shipping_quote["shipping_quote"], "ship_to": ship_to})
}
