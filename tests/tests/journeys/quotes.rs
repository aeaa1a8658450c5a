//! The quote is the order's idempotency key.

use crate::buying::{await_order, order_for, order_of, quote, shipping_quote};
use crate::goods::{available, priced, stocked};
use crate::people::Customer;
use serde_json::json;

#[test]
fn the_same_request_twice_is_one_order_and_another_body_gets_its_id() {
    let (goods, customer) = (stocked(5), Customer::new());
    let body = order_for(&customer.caller, &[(&goods, 1)], "pm_card_visa");
    let first = customer.caller.post("/v1/orders", &body).expect(202);
    let again = customer.caller.post("/v1/orders", &body).expect(202);
    assert_eq!((&first["id"], &first["total"]), (&again["id"], &again["total"]));
    let mut other = body.clone();
    other["payment_method"] = json!("pm_card_declined");
    let refused = customer.caller.post("/v1/orders", &other);
    refused.refused(409, "order_exists");
    assert_eq!(refused.body["order_id"], first["id"]);
    let id = first["id"].as_str().unwrap();
    await_order(&customer.caller, id, &[("status", "confirmed")]);
    customer.caller.post("/v1/orders", &body).expect(202);
    assert_eq!(available(&goods), 4);
    assert_eq!(customer.caller.get("/v1/orders").expect(200)["items"].as_array().unwrap().len(), 1);
}

#[test]
fn the_same_request_at_once_from_many_threads_is_one_order() {
    let (goods, customer) = (stocked(9), Customer::new());
    let body = order_for(&customer.caller, &[(&goods, 1)], "pm_card_visa");
    let ids: Vec<_> = std::thread::scope(|scope| {
        let sent: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| customer.caller.post("/v1/orders", &body).expect(202)["id"].clone()))
            .collect();
        sent.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    await_order(&customer.caller, ids[0].as_str().unwrap(), &[("status", "confirmed")]);
    assert_eq!(available(&goods), 8);
}

/// The token with a character of its payload changed.
fn tampered(token: &str) -> String {
    let [header, payload, signature] = token.split('.').collect::<Vec<_>>()[..] else { panic!("no JWS") };
    let middle = payload.len() / 2;
    let other = if payload.as_bytes()[middle] == b'A' { "B" } else { "A" };
    format!("{header}.{}{other}{}.{signature}", &payload[..middle], &payload[middle + 1..])
}

#[test]
fn tampered_exchanged_and_made_up_quotes_order_nothing() {
    let (goods, customer) = (stocked(5), Customer::new());
    let quote = quote(&customer.caller, &[(&goods, 1)]);
    let shipping_quote = shipping_quote(&customer.caller, &quote);
    let good = order_of(&quote, &shipping_quote, "pm_card_visa");
    let (quote, shipping) = (good["quote"].as_str().unwrap(), good["shipping_quote"].as_str().unwrap());
    for (field, value) in [
        ("quote", tampered(quote)),
        ("shipping_quote", tampered(shipping)),
        ("quote", shipping.to_owned()),
        ("shipping_quote", quote.to_owned()),
        ("quote", "eyJhbGciOiJub25lIn0.e30.".to_owned()),
        ("quote", String::new()),
    ] {
        let mut body = good.clone();
        body[field] = json!(value);
        customer.caller.post("/v1/orders", &body).refused(422, "quote_invalid");
    }
    customer.caller.post("/v1/shipping-quotes", &json!({"quote": tampered(quote)})).refused(422, "quote_invalid");
    assert_eq!(customer.caller.get("/v1/orders").expect(200)["items"], json!([]));
    assert_eq!(available(&goods), 5);
}

#[test]
fn a_shipping_quote_goes_with_its_own_quote_and_a_quote_with_its_own_destination() {
    let (goods, customer) = (stocked(5), Customer::new());
    let (one, other) = (quote(&customer.caller, &[(&goods, 1)]), quote(&customer.caller, &[(&goods, 5)]));
    let light = shipping_quote(&customer.caller, &one);
    customer.caller.post("/v1/orders", &order_of(&other, &light, "pm_card_visa")).refused(422, "quote_mismatch");
    let mut elsewhere = order_of(&one, &light, "pm_card_visa");
    elsewhere["ship_to"]["country"] = json!("FR");
    customer.caller.post("/v1/orders", &elsewhere).refused(422, "quote_mismatch");
    customer.caller.post("/v1/orders", &order_of(&one, &light, "pm_card_visa")).expect(202);
}

#[test]
fn amounts_of_two_currencies_never_meet_in_an_order() {
    let prices = json!([{"amount": 1000, "currency": "EUR"}, {"amount": 1100, "currency": "USD"}]);
    let (goods, customer) = (priced(&prices), Customer::new());
    let euros = quote(&customer.caller, &[(&goods, 1)]);
    let dollars = crate::buying::ask_quote(&customer.caller, &[(&goods, 1)], "USD").expect(201);
    let euro_shipping = shipping_quote(&customer.caller, &euros);
    customer
        .caller
        .post("/v1/orders", &order_of(&dollars, &euro_shipping, "pm_card_visa"))
        .refused(422, "quote_mismatch");
    let only_euros = stocked(1);
    let refused = crate::buying::ask_quote(&customer.caller, &[(&goods, 1), (&only_euros, 1)], "USD");
    refused.refused(422, "currency_unavailable");
}

#[test]
fn a_quote_made_for_one_customer_is_worth_nothing_to_another() {
    let (goods, ada, grace) = (stocked(5), Customer::new(), Customer::new());
    let body = order_for(&ada.caller, &[(&goods, 1)], "pm_card_visa");
    grace.caller.post("/v1/orders", &body).refused(403, "quote_foreign");
    let order = ada.caller.post("/v1/orders", &body).expect(202);
    // The quote gives nobody else access to the order.
    grace.caller.post("/v1/orders", &body).refused(403, "quote_foreign");
    grace.caller.get(&format!("/v1/orders/{}", order["id"].as_str().unwrap())).refused(404, "not_found");
}
