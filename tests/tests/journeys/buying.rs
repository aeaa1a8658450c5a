//! Steps of an order's journey: quote, order, poll, dispatch.

use crate::goods::Goods;
use crate::people::staff;
use crate::shop::{Answer, Caller};
use crate::waiting::until;
use serde_json::{Value, json};

/// Requests a quote.
pub fn ask_quote(caller: &Caller, lines: &[(&Goods, i64)], currency: &str) -> Answer {
    let lines: Vec<_> = lines.iter().map(|(goods, quantity)| json!({"sku": goods.sku, "quantity": quantity})).collect();
    let ship_to = json!({"country": "DE", "postal_code": "10115"});
    caller.post("/v1/quotes", &json!({"currency": currency, "lines": lines, "ship_to": ship_to}))
}

/// A quote in EUR.
pub fn quote(caller: &Caller, lines: &[(&Goods, i64)]) -> Value {
    ask_quote(caller, lines, "EUR").expect(201)
}

/// The first shipping option of a quote.
pub fn shipping_quote(caller: &Caller, quote: &Value) -> Value {
    let options = caller.post("/v1/shipping-quotes", &json!({"quote": quote["quote"]})).expect(200);
    options["items"][0].clone()
}

pub fn address() -> Value {
    json!({"name": "Ada Lovelace", "line1": "Invalidenstraße 116", "city": "Berlin", "postal_code": "10115", "country": "DE"})
}

/// The body of an order with these quotes.
pub fn order_of(quote: &Value, shipping_quote: &Value, method: &str) -> Value {
    json!({
        "quote": quote["quote"], "shipping_quote": shipping_quote["shipping_quote"], "payment_method": method, "ship_to": address(),
    })
}

/// The body of an order with a new quote.
pub fn order_for(caller: &Caller, lines: &[(&Goods, i64)], method: &str) -> Value {
    let quote = quote(caller, lines);
    order_of(&quote, &shipping_quote(caller, &quote), method)
}

/// Orders; returns the order's id.
pub fn buy(caller: &Caller, lines: &[(&Goods, i64)], method: &str) -> String {
    let order = caller.post("/v1/orders", &order_for(caller, lines, method)).expect(202);
    order["id"].as_str().unwrap().to_owned()
}

pub fn order(caller: &Caller, id: &str) -> Value {
    caller.get(&format!("/v1/orders/{id}")).expect(200)
}

/// Polls an order until each of these fields has its value.
pub fn await_order(caller: &Caller, id: &str, fields: &[(&str, &str)]) -> Value {
    let mut last = Value::Null;
    let wanted = fields.iter().map(|(field, value)| format!("{field}={value}")).collect::<Vec<_>>().join(", ");
    until(&format!("{id}: {wanted}"), || {
        last = order(caller, id);
        fields.iter().all(|(field, value)| last[*field] == *value).then(|| last.clone())
    })
}

/// The transitions in an order's timeline.
pub fn steps(caller: &Caller, id: &str) -> Vec<String> {
    let timeline = caller.get(&format!("/v1/orders/{id}/timeline")).expect(200);
    let entries = timeline["items"].as_array().unwrap();
    for (index, entry) in entries.iter().enumerate() {
        assert_eq!(entry["seq"], index + 1, "the timeline has no gaps");
    }
    entries.iter().map(|entry| entry["kind"].as_str().unwrap().to_owned()).collect()
}

/// The order's shipment, once there is one.
pub fn shipment_of(id: &str) -> Value {
    until(&format!("a shipment of {id}"), || {
        let found = staff().get(&format!("/v1/shipments?order_id={id}")).expect(200);
        found["items"].as_array().unwrap().first().cloned()
    })
}

/// Dispatches the order's goods; returns the shipment's id.
pub fn dispatch(id: &str) -> String {
    let shipment = shipment_of(id)["id"].as_str().unwrap().to_owned();
    let tracking = json!({"carrier": "dhl", "tracking_number": "00340434161094042557"});
    staff().post(&format!("/v1/shipments/{shipment}/dispatch"), &tracking).expect(200);
    shipment
}

/// The order's payment as its customer sees it.
pub fn payment_of(caller: &Caller, id: &str) -> Value {
    let found = caller.get(&format!("/v1/payments?order_id={id}")).expect(200);
    found["items"][0].clone()
}

/// Every ledger entry of a payment: account and amount.
pub fn entries(payment: &str) -> Vec<(String, i64)> {
    let transactions = staff().get(&format!("/v1/payments/{payment}/transactions?limit=100")).expect(200);
    let entries = transactions["items"].as_array().unwrap().iter().flat_map(|made| made["entries"].as_array().unwrap());
    entries.map(|entry| (entry["account"].as_str().unwrap().to_owned(), entry["amount"].as_i64().unwrap())).collect()
}
