//! Limits on units, unpaid orders and cards.

use crate::buying::{await_order, buy, order_for};
use crate::goods::{available, stocked};
use crate::people::Customer;
use serde_json::json;

#[test]
fn nobody_is_promised_more_units_than_an_order_may_hold() {
    let goods = stocked(1);
    let lines = json!([{"sku": goods.sku, "quantity": 101}]);
    let body = json!({"currency": "EUR", "lines": lines, "ship_to": {"country": "DE"}});
    Customer::new().caller.post("/v1/quotes", &body).refused(422, "invalid_field");
}

#[test]
fn nobody_reserves_the_shop_with_orders_that_are_not_paid_nor_tries_card_after_card() {
    let (goods, customer) = (stocked(9), Customer::new());
    let ada = &customer.caller;
    let orders: Vec<_> = (0..5).map(|_| buy(ada, &[(&goods, 1)], "pm_card_declined")).collect();
    for id in &orders {
        await_order(ada, id, &[("payment_state", "declined")]);
    }
    let sixth = order_for(ada, &[(&goods, 1)], "pm_card_visa");
    let refused = ada.post("/v1/orders", &sixth);
    refused.refused(429, "too_many_open_orders");
    assert!((1..=5_400).contains(&refused.body["retry_after"].as_i64().unwrap()), "{refused}");
    assert_eq!(available(&goods), 4);

    ada.post(&format!("/v1/orders/{}/cancellation", orders[0]), &json!({})).expect(202);
    ada.post("/v1/orders", &sixth).refused(429, "too_many_open_orders");
    ada.post(&format!("/v1/orders/{}/payment", orders[1]), &json!({"payment_method": "pm_card_visa"})).expect(202);
    await_order(ada, &orders[1], &[("status", "confirmed")]);
    ada.post("/v1/orders", &sixth).expect(202);
    buy(&Customer::new().caller, &[(&goods, 1)], "pm_card_visa");
}
