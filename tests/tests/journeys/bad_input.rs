//! Invalid input is refused with a stable problem type and changes nothing.

use crate::buying::{address, ask_quote, buy, order_for};
use crate::goods::{Goods, available, stocked};
use crate::people::{Customer, staff, unique};
use crate::shop::Caller;
use serde_json::{Value, json};

/// POST routes with a body, each with an authorized caller.
fn routes_with_bodies(customer: &Caller) -> Vec<(&'static str, Caller)> {
    vec![
        ("/v1/users", Caller::anyone()),
        ("/v1/sessions", Caller::anyone()),
        ("/v1/quotes", Caller::anyone()),
        ("/v1/shipping-quotes", Caller::anyone()),
        ("/v1/orders", customer.clone()),
        ("/v1/products", staff().clone()),
        ("/v1/stock/SKU/adjustments", staff().with("idempotency-key", &unique())),
    ]
}

#[test]
fn what_is_not_json_is_400_and_json_of_another_form_422_on_every_route() {
    let customer = Customer::new();
    for (path, caller) in routes_with_bodies(&customer.caller) {
        caller.send("POST", path, Some(b"{")).refused(400, "malformed_json");
        for body in [
            &b""[..],
            b"[]",
            b"{}",
            b"{\"nobody\": \"knows this\"}",
            b"{\"quote\": 7, \"email\": 7, \"currency\": 7, \"title\": 7, \"delta\": \"7\"}",
        ] {
            caller.send("POST", path, Some(body)).refused(422, "invalid_field");
        }
    }
}

#[test]
fn text_that_is_no_utf_8_and_bodies_of_65_kb_are_refused() {
    let customer = Customer::new();
    for (path, caller) in routes_with_bodies(&customer.caller) {
        // A gateway may pass replacement characters: then it is text, but still invalid.
        caller.send("POST", path, Some(b"{\"quote\": \"\xff\xfe\"}")).expect_refusal();
        let large = json!({"quote": "x".repeat(65_000), "email": "y".repeat(1_000)}).to_string();
        caller.send("POST", path, Some(large.as_bytes())).refused(413, "body_too_large");
    }
    Caller::anyone().get("/v1/products?q=%FF%FE").refused(400, "invalid_parameter");
}

#[test]
fn forged_cursors_and_absurd_limits_are_400() {
    for query in ["limit=0", "limit=101", "limit=many", "cursor=%21"] {
        Caller::anyone().get(&format!("/v1/products?{query}")).refused(400, "invalid_parameter");
    }
}

#[test]
fn quantities_and_goods_that_make_no_sense_get_no_quote() {
    let (goods, unknown) = (stocked(5), Goods { sku: format!("J-{}", unique()).to_uppercase(), word: String::new() });
    let anyone = Caller::anyone();
    for quantity in [0, 1_000, 1_000_000_000] {
        ask_quote(&anyone, &[(&goods, quantity)], "EUR").refused(422, "invalid_field");
    }
    ask_quote(&anyone, &[(&goods, -1)], "EUR").refused(422, "invalid_field");
    ask_quote(&anyone, &[], "EUR").refused(422, "invalid_field");
    let refused = ask_quote(&anyone, &[(&goods, 1), (&unknown, 1)], "EUR");
    refused.refused(422, "unknown_sku");
    assert_eq!(refused.body["skus"], json!([unknown.sku]));
    for currency in ["XXX", "EURO", ""] {
        assert!([400, 422].contains(&ask_quote(&anyone, &[(&goods, 1)], currency).status), "{currency}");
    }
    ask_quote(&anyone, &[(&goods, 1)], "USD").refused(422, "currency_unavailable");
    let too_many: Vec<_> = (0..51).map(|_| (&goods, 1)).collect();
    ask_quote(&anyone, &too_many, "EUR").refused(422, "invalid_field");
}

#[test]
fn carts_and_stock_refuse_quantities_that_make_no_sense_and_stay_as_they_are() {
    let (goods, customer) = (stocked(5), Customer::new());
    let cart = customer.caller.post("/v1/carts", &json!({})).expect(201)["id"].as_str().unwrap().to_owned();
    let line = format!("/v1/carts/{cart}/lines/{}", goods.sku);
    for quantity in [json!(1.5), json!("1"), json!(null), json!(1e30)] {
        customer.caller.put(&line, &json!({"quantity": quantity})).refused(422, "invalid_field");
    }
    for quantity in [-1, 101, 1_000, 1_000_000_000] {
        customer.caller.put(&line, &json!({"quantity": quantity})).refused(422, "invalid_field");
    }
    assert_eq!(customer.caller.get(&format!("/v1/carts/{cart}")).expect(200)["lines"], json!([]));
    let adjust = format!("/v1/stock/{}/adjustments", goods.sku);
    let keyed = || staff().with("idempotency-key", &unique());
    staff().post(&adjust, &json!({"delta": 1, "reason": "x"})).refused(400, "idempotency_key_required");
    keyed().post(&adjust, &json!({"delta": 0, "reason": "x"})).refused(422, "invalid_field");
    keyed().post(&adjust, &json!({"delta": -6, "reason": "x"})).refused(409, "insufficient_stock");
    keyed().post(&adjust, &json!({"delta": 10_000_000_000_i64, "reason": "x"})).expect_refusal();
    assert_eq!(available(&goods), 5);
}

#[test]
fn missing_forged_and_foreign_tokens_open_nothing() {
    let customer = Customer::new();
    let session = json!({"email": customer.email, "password": crate::people::PASSWORD});
    let token =
        Caller::anyone().post("/v1/sessions", &session).expect(201)["access_token"].as_str().unwrap().to_owned();
    let parts: Vec<_> = token.split('.').collect();
    let goods = stocked(1);
    let quote = ask_quote(&customer.caller, &[(&goods, 1)], "EUR").expect(201)["quote"].as_str().unwrap().to_owned();
    let callers = [
        Caller::anyone(),
        Caller::anyone().bearing("nonsense"),
        Caller::anyone().bearing(&format!("{}.{}.", parts[0], parts[1])),
        Caller::anyone().bearing(&format!("{}.{}.{}", parts[0], parts[1], "A".repeat(parts[2].len()))),
        // Signed by us, but for another purpose.
        Caller::anyone().bearing(&quote),
        Caller::anyone().with("authorization", "Basic dXNlcjpwYXNz"),
    ];
    for caller in callers {
        for path in ["/v1/users/me", "/v1/orders", "/v1/stock", "/v1/payments?order_id=order_x", "/v1/notifications"] {
            caller.get(path).refused(401, "unauthenticated");
        }
    }
    let order = order_for(&Caller::anyone(), &[(&goods, 1)], "pm_card_visa");
    Caller::anyone().bearing("nonsense").post("/v1/orders", &order).refused(401, "unauthenticated");
    assert_eq!(available(&goods), 1);
}

#[test]
fn resources_of_others_are_not_found() {
    let (goods, ada, grace) = (stocked(2), Customer::new(), Customer::new());
    let id = buy(&ada.caller, &[(&goods, 1)], "pm_card_visa");
    crate::buying::await_order(&ada.caller, &id, &[("status", "confirmed")]);
    let payment = id.replace("order_", "pay_");
    for path in [format!("/v1/orders/{id}"), format!("/v1/orders/{id}/timeline"), format!("/v1/payments/{payment}")] {
        ada.caller.get(&path).expect(200);
        grace.caller.get(&path).refused(404, "not_found");
    }
    assert_eq!(grace.caller.get(&format!("/v1/payments?order_id={id}")).expect(200)["items"], json!([]));
    grace.caller.post(&format!("/v1/orders/{id}/cancellation"), &json!({})).refused(404, "not_found");
    grace
        .caller
        .post(&format!("/v1/orders/{id}/payment"), &json!({"payment_method": "pm_card_visa"}))
        .refused(404, "not_found");
    let cart = ada.caller.post("/v1/carts", &json!({})).expect(201)["id"].as_str().unwrap().to_owned();
    grace.caller.get(&format!("/v1/carts/{cart}")).refused(404, "not_found");
    grace
        .caller
        .put(&format!("/v1/carts/{cart}/lines/{}", goods.sku), &json!({"quantity": 1}))
        .refused(404, "not_found");
    for path in ["/v1/ledger/balances", "/v1/shipments?order_id=x", "/v1/notifications", "/v1/users", "/v1/tax-rates"] {
        grace.caller.get(path).refused(403, "forbidden");
    }
    assert_eq!(crate::buying::order(&ada.caller, &id)["status"], "confirmed");
}

#[test]
fn ids_of_another_kind_or_form_are_not_found() {
    let customer = Customer::new();
    for path in [
        "/v1/orders/7",
        "/v1/orders/pay_01h2xcejqtf2nbrexx3vqjhp41",
        "/v1/payments/%FF",
        "/v1/carts/%00",
        "/v1/nothing",
    ] {
        let answer = customer.caller.get(path);
        assert_eq!(answer.status, 404, "{path}: {answer}");
    }
}

#[test]
fn an_order_without_a_deliverable_address_is_refused() {
    let (goods, customer) = (stocked(1), Customer::new());
    let good = order_for(&customer.caller, &[(&goods, 1)], "pm_card_visa");
    for (field, value) in [
        ("name", json!("")),
        ("city", json!("x".repeat(201))),
        ("postal_code", json!(" ")),
        ("country", json!("Germany")),
    ] {
        let mut body = good.clone();
        body["ship_to"] = address();
        body["ship_to"][field] = value;
        customer.caller.post("/v1/orders", &body).refused(422, "invalid_field");
    }
    for (field, value) in [("planet", json!("Earth")), ("line1", Value::Null)] {
        let mut body = good.clone();
        body["ship_to"][field] = value;
        customer.caller.post("/v1/orders", &body).refused(422, "invalid_field");
    }
    assert_eq!(customer.caller.get("/v1/orders").expect(200)["items"], json!([]));
}
