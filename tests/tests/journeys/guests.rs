//! Orders of guests.

use crate::buying::{await_order, order, order_for, steps};
use crate::goods::{available, stocked};
use crate::people::{Customer, unique};
use crate::shop::Caller;
use serde_json::json;

#[test]
fn a_guest_orders_with_an_address_and_follows_the_order_with_its_token() {
    let (goods, guest) = (stocked(3), Caller::anyone());
    let mut body = order_for(&guest, &[(&goods, 1)], "pm_card_visa");
    let nameless = guest.post("/v1/orders", &body);
    nameless.refused(422, "invalid_field");
    assert_eq!(nameless.body["field"], "/email");
    body["email"] = json!(format!("{}@example.com", unique()));
    let placed = guest.post("/v1/orders", &body).expect(202);
    let (id, token) = (placed["id"].as_str().unwrap(), placed["guest_token"].as_str().unwrap());
    let again = guest.post("/v1/orders", &body).expect(202);
    assert_eq!(again["guest_token"], token, "a repeated request gets the same token");
    let follower = guest.with("x-guest-token", token);
    await_order(&follower, id, &[("status", "confirmed")]);
    assert_eq!(steps(&follower, id)[0], "placed");
    follower.post(&format!("/v1/orders/{id}/cancellation"), &json!({})).expect(202);
    await_order(&follower, id, &[("status", "canceled")]);
    crate::waiting::until("the goods are back", || (available(&goods) == 3).then_some(()));
}

#[test]
fn nobody_else_reads_a_guests_order() {
    let (goods, guest) = (stocked(3), Caller::anyone());
    let place = |email: &str| {
        let mut body = order_for(&guest, &[(&goods, 1)], "pm_card_visa");
        body["email"] = json!(email);
        guest.post("/v1/orders", &body).expect(202)
    };
    // The address is a user's: knowing an address is no right to an order.
    let known = Customer::new();
    let (order_a, order_b) = (place(&known.email), place("b@example.com"));
    let path = format!("/v1/orders/{}", order_a["id"].as_str().unwrap());
    guest.get(&path).refused(401, "unauthenticated");
    guest.with("x-guest-token", "made-up").get(&path).refused(404, "not_found");
    guest.with("x-guest-token", order_b["guest_token"].as_str().unwrap()).get(&path).refused(404, "not_found");
    known.caller.get(&path).refused(404, "not_found");
    let own =
        order(&guest.with("x-guest-token", order_a["guest_token"].as_str().unwrap()), order_a["id"].as_str().unwrap());
    assert!(own["guest_token"].is_null(), "only the response to placing the order has the token");
}

#[test]
fn a_guest_who_signs_in_keeps_the_cart_and_an_order_takes_only_what_was_ordered() {
    let (first, later, customer, guest) = (stocked(5), stocked(5), Customer::new(), Caller::anyone());
    let new_cart = |caller: &Caller| {
        let cart = caller.post("/v1/carts", &json!({})).expect(201);
        (format!("/v1/carts/{}", cart["id"].as_str().unwrap()), cart["guest_token"].clone())
    };
    let ((guest_cart, token), (own, none)) = (new_cart(&guest), new_cart(&customer.caller));
    assert!(none.is_null(), "a customer has a session");
    guest.get(&guest_cart).refused(401, "unauthenticated");
    customer.caller.get(&guest_cart).refused(404, "not_found");
    let guest = guest.with("x-guest-token", token.as_str().unwrap());
    let put = |caller: &Caller, cart: &str, sku: &str, quantity: u32| {
        caller.put(&format!("{cart}/lines/{sku}"), &json!({"quantity": quantity})).expect(200);
    };
    put(&guest, &guest_cart, &first.sku, 1);
    put(&customer.caller, &own, &first.sku, 2);
    let merge = json!({"guest_cart_id": guest_cart.rsplit('/').next().unwrap(), "guest_token": token});
    for _ in 0..2 {
        let merged = customer.caller.post(&format!("{own}/merge"), &merge).expect(200);
        assert_eq!(merged["lines"], json!([{"sku": first.sku, "quantity": 3}]), "a repeat adds nothing");
    }
    guest.put(&format!("{guest_cart}/lines/{}", first.sku), &json!({"quantity": 1})).refused(409, "cart_merged");

    let mut body = order_for(&customer.caller, &[(&first, 2)], "pm_card_visa");
    body["cart_id"] = json!(own.rsplit('/').next().unwrap());
    put(&customer.caller, &own, &later.sku, 1);
    let id = customer.caller.post("/v1/orders", &body).expect(202)["id"].as_str().unwrap().to_owned();
    put(&customer.caller, &own, &later.sku, 4);
    await_order(&customer.caller, &id, &[("status", "confirmed")]);
    crate::waiting::until("the cart lost what was ordered and nothing else", || {
        let lines = customer.caller.get(&own).expect(200)["lines"].as_array().unwrap().clone();
        let units = |sku: &str| lines.iter().find(|line| line["sku"] == sku).map(|line| line["quantity"].clone());
        (units(&first.sku) == Some(json!(1)) && units(&later.sku) == Some(json!(4))).then_some(())
    });
}
