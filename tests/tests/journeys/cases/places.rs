//! Postal addresses by country: quotes, orders, kept addresses, parcels.

use crate::buying::{address, await_order, order_of, shipping_quote};
use crate::goods::{Goods, stocked};
use crate::people::{Customer, staff};
use crate::shop::{Answer, Caller};
use serde_json::{Value, json};

/// A quote for one of the goods, to this destination.
fn quoted(caller: &Caller, goods: &Goods, ship_to: &Value) -> Answer {
    let lines = [json!({"sku": goods.sku, "quantity": 1})];
    caller.post("/v1/quotes", &json!({"currency": "EUR", "lines": lines, "ship_to": ship_to}))
}

/// The body of an order to this address, with quotes for this destination.
fn order_to(caller: &Caller, goods: &Goods, destination: &Value, ship_to: &Value) -> Value {
    let quote = quoted(caller, goods, destination).expect(201);
    let mut body = order_of(&quote, &shipping_quote(caller, &quote), "pm_card_visa");
    body["ship_to"] = ship_to.clone();
    body
}

fn with(address: &Value, field: &str, value: &Value) -> Value {
    let mut address = address.clone();
    address[field] = value.clone();
    address
}

#[test]
fn address_controls() {
    let (goods, customer) = (stocked(1), Customer::new());
    let good = order_to(&customer.caller, &goods, &json!({"country": "DE"}), &address());
    for (field, text) in [
        ("name", "Ada\nLine two\r\nBcc: x@y.z"),
        ("line1", "Str\0 \u{1b}[31m1"),
        ("city", "  Ber\u{202e}lin "),
        ("name", "\u{200b}"),
        ("company", "a\u{2028}b"),
    ] {
        let bad = with(&address(), field, &json!(text));
        customer.caller.post("/v1/orders", &with(&good, "ship_to", &bad)).refused(422, "invalid_field");
        customer.caller.post("/v1/users/me/addresses", &bad).refused(422, "invalid_field");
    }
    let spaced = with(&address(), "city", &json!("  Berlin "));
    let order = customer.caller.post("/v1/orders", &with(&good, "ship_to", &spaced)).expect(202);
    assert_eq!(order["ship_to"], address());
    assert_eq!(customer.caller.post("/v1/users/me/addresses", &spaced).expect(201)["city"], "Berlin");
}

#[test]
fn postal_code_required() {
    let (goods, customer) = (stocked(1), Customer::new());
    let mut absent = address();
    absent.as_object_mut().unwrap().remove("postal_code");
    let good = order_to(&customer.caller, &goods, &json!({"country": "DE"}), &address());
    let nothing = [json!(null), json!(""), json!(" "), json!("-")].map(|code| with(&absent, "postal_code", &code));
    for bad in nothing.iter().chain([&absent]) {
        for answer in [
            customer.caller.post("/v1/orders", &with(&good, "ship_to", bad)),
            customer.caller.post("/v1/users/me/addresses", bad),
        ] {
            answer.refused(422, "invalid_field");
            assert!(answer.body["detail"].as_str().unwrap().contains("such as 10115"), "{answer}");
        }
    }
    for answer in [absent.clone(), nothing[1].clone(), nothing[3].clone()]
        .map(|address| customer.caller.post("/v1/users/me/addresses", &with(&address, "country", &json!("HK"))))
    {
        assert_eq!(answer.expect(201).get("postal_code"), None);
    }
    let dublin = json!({"name": "Ada", "line1": "1 Quay", "city": "Dublin", "country": "IE"});
    let body = order_to(&customer.caller, &goods, &json!({"country": "IE"}), &dublin);
    assert_eq!(customer.caller.post("/v1/orders", &body).expect(202)["ship_to"], dublin);
}

#[test]
fn postal_code_spelling() {
    let (goods, customer) = (stocked(3), Customer::new());
    let place = |country: &str, code: &str| json!({"country": country, "postal_code": code});
    let whole = |place: Value| {
        let mut address = json!({"name": "Ada", "line1": "1 Way", "city": "Town"});
        address.as_object_mut().unwrap().extend(place.as_object().unwrap().clone());
        address
    };
    let us = |region: &str, code: &str| json!({"country": "US", "region": region, "postal_code": code});
    for (quote, ordered, kept) in [
        (place("GB", "SW1A1AA"), place("GB", "sw1a 1aa"), "SW1A 1AA"),
        (place("DE", "10115"), place("DE", " 10115 "), "10115"),
        (us("CA", "94105"), us("California", "94105-1234"), "94105-1234"),
    ] {
        let body = order_to(&customer.caller, &goods, &quote, &whole(ordered));
        assert_eq!(customer.caller.post("/v1/orders", &body).expect(202)["ship_to"]["postal_code"], kept);
    }
    let body = order_to(&customer.caller, &goods, &us("CA", "94105"), &whole(us("Nevada", "94105")));
    let answer = customer.caller.post("/v1/orders", &body);
    answer.refused(422, "quote_mismatch");
    assert!(answer.body["field"].as_str().unwrap().ends_with("region"), "{answer}");
    quoted(&customer.caller, &goods, &place("GB", "10115")).refused(422, "invalid_field");
}

#[test]
fn country_unknown() {
    let (goods, customer) = (stocked(1), Customer::new());
    for code in ["XX", "UK", "ZZ", "Germany"] {
        let country = json!(code);
        let refused = [
            customer.caller.post("/v1/users/me/addresses", &with(&address(), "country", &country)),
            quoted(&customer.caller, &goods, &json!({"country": code})),
            staff()
                .put("/v1/tax-rates/nowhere", &json!({"country": code, "tax_class": "zero", "rate_basis_points": 0})),
        ];
        for answer in refused {
            answer.refused(422, "invalid_field");
            assert_eq!(
                answer.body["detail"].as_str().unwrap().contains("GB for the United Kingdom"),
                code == "UK",
                "{answer}"
            );
        }
    }
    let kept = customer.caller.post("/v1/users/me/addresses", &with(&address(), "country", &json!("de"))).expect(201);
    assert_eq!(kept["country"], "DE");
}

#[test]
fn phone_company_billing() {
    let (goods, customer) = (stocked(1), Customer::new());
    let at_work = with(&with(&address(), "company", &json!("Engines Ltd")), "phone", &json!("+49 (0)30 901820"));
    let payer = with(&address(), "name", &json!("Annabella"));
    let good = order_to(&customer.caller, &goods, &json!({"country": "DE"}), &at_work);
    let body = with(&good, "billing_address", &payer);
    customer.caller.post("/v1/orders", &with(&body, "vat_id", &json!("DE123456789"))).expect_refusal();
    let order = customer.caller.post("/v1/orders", &body).expect(202);
    assert_eq!((&order["ship_to"], &order["billing_address"]), (&at_work, &payer));
    let id = order["id"].as_str().unwrap();
    await_order(&customer.caller, id, &[("fulfillment_state", "created")]);
    let parcels = staff().get(&format!("/v1/shipments?order_id={id}")).expect(200);
    assert_eq!(parcels["items"][0]["ship_to"], at_work);
    assert_eq!(staff().get(&format!("/v1/orders/{id}")).expect(200)["billing_address"], payer);
    let mut kept = customer.caller.post("/v1/users/me/addresses", &at_work).expect(201);
    for own in ["id", "is_default"] {
        kept.as_object_mut().unwrap().remove(own);
    }
    assert_eq!(kept, at_work);
}

#[test]
fn optional_empty() {
    let (goods, customer) = (stocked(3), Customer::new());
    for nothing in [json!(""), json!(" "), Value::Null] {
        let mut empty = address();
        for field in ["line2", "region", "company", "phone"] {
            empty[field] = nothing.clone();
        }
        let destination = json!({"country": "DE", "postal_code": nothing, "region": nothing});
        let body = order_to(&customer.caller, &goods, &destination, &empty);
        assert_eq!(customer.caller.post("/v1/orders", &body).expect(202)["ship_to"], address());
        let lines = [json!({"sku": goods.sku, "quantity": 1})];
        let quote = json!({"currency": "EUR", "lines": lines, "ship_to": {"country": "DE"}, "coupon": nothing});
        customer.caller.post("/v1/quotes", &quote).expect(201);
    }
}
