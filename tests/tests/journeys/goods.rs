//! Products to buy, made by staff through the API.

use crate::people::{staff, unique};
use serde_json::{Value, json};

/// A product with one variant.
#[derive(Debug, Clone)]
pub struct Goods {
    pub sku: String,
    /// A word of the title that no other product has.
    pub word: String,
}

/// A product at 12.50 EUR net with these units in stock.
pub fn stocked(units: i64) -> Goods {
    let goods = priced(&json!([{"amount": 1250, "currency": "EUR"}]));
    receive(&goods, units);
    goods
}

/// A product at these prices that was never in stock.
pub fn priced(prices: &Value) -> Goods {
    let word = unique();
    let sku = format!("J-{word}").to_uppercase();
    staff().put("/v1/categories/journeys", &json!({"name": "Journeys"})).expect_put();
    let product = json!({
        "title": format!("Kettle {word}"), "slug": format!("kettle-{word}"), "category": "journeys", "tax_class": "standard",
        "description": "Made for a journey.",
        "variants": [{"sku": sku, "title": "Plain", "weight_grams": 400, "prices": prices}],
    });
    staff().post("/v1/products", &product).expect(201);
    Goods { sku, word }
}

/// Adjusts the stock by `delta` units.
pub fn receive(goods: &Goods, delta: i64) {
    let adjustment = json!({"delta": delta, "reason": "journey"});
    let path = format!("/v1/stock/{}/adjustments", goods.sku);
    staff().with("idempotency-key", &unique()).post(&path, &adjustment).expect(201);
}

/// Units that can be bought.
pub fn available(goods: &Goods) -> i64 {
    stock_item(goods)["available"].as_i64().unwrap()
}

/// The stock item as the staff see it.
pub fn stock_item(goods: &Goods) -> Value {
    let found = staff().get(&format!("/v1/stock?sku={}", goods.sku)).expect(200);
    found["items"][0].clone()
}
