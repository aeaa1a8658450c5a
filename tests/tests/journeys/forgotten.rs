//! People who want to be forgotten: a customer by the account, a guest by the order. Each ends once everybody who kept something has said
//! that it is gone.

use crate::buying::{await_order, buy, order_for};
use crate::goods::stocked;
use crate::people::{Customer, PASSWORD, staff, unique};
use crate::shop::{Answer, Caller};
use crate::waiting::until;
use serde_json::{Value, json};

fn canceled(caller: &Caller, id: &str) {
    await_order(caller, id, &[("status", "confirmed")]);
    caller.post(&format!("/v1/orders/{id}/cancellation"), &json!({})).expect(202);
    await_order(caller, id, &[("status", "canceled")]);
}

/// What staff see of an order once everybody has forgotten whose it was.
fn forgotten(id: &str) -> Value {
    until("everybody has forgotten whose order it was", || {
        let seen = staff().get(&format!("/v1/orders/{id}")).expect(200);
        (seen["erasure"]["state"] == "done").then_some(seen)
    })
}

#[test]
fn a_customer_takes_everything_along_and_is_forgotten_with_all_orders() {
    let (goods, customer) = (stocked(1), Customer::new());
    let id = buy(&customer.caller, &[(&goods, 1)], "pm_card_visa");
    canceled(&customer.caller, &id);
    let export = customer.caller.get("/v1/users/me/export").expect(200);
    assert_eq!(export["user"]["email"], customer.email);
    let elsewhere = |name: &str| {
        let part = export["elsewhere"].as_array().unwrap().iter().find(|part| part["capability"] == name).unwrap();
        customer.caller.get(part["href"].as_str().unwrap()).expect(200)
    };
    assert_eq!(elsewhere("orders")["items"][0]["id"], json!(id));
    assert_eq!(elsewhere("notifications")["contact"]["email"], customer.email);

    let erase = |password: &str| -> Answer {
        let body = json!({"password": password}).to_string();
        customer.caller.send("DELETE", "/v1/users/me", Some(body.as_bytes()))
    };
    erase("not the password").refused(403, "wrong_password");
    let started = erase(PASSWORD).expect(202);
    customer.caller.get("/v1/users/me").refused(404, "not_found");
    let sign_in = json!({"email": customer.email, "password": PASSWORD});
    Caller::anyone().post("/v1/sessions", &sign_in).refused(401, "invalid_credentials");
    let progress = format!("/v1/erasures/{}?token=", customer.id);
    Caller::anyone().get(&format!("{progress}made-up")).refused(404, "invalid_token");
    let progress = format!("{progress}{}", started["token"].as_str().unwrap());
    until("everybody has forgotten the customer", || {
        let seen = Caller::anyone().get(&progress).expect(200);
        (seen["is_done"] == true).then_some(())
    });
    let kept = forgotten(&id);
    assert!(kept["status"] == "canceled" && kept.get("ship_to").is_none(), "{kept}");
    let anew = json!({"email": customer.email, "password": PASSWORD, "name": "Somebody else"});
    let other = Caller::anyone().post("/v1/users", &anew).expect(201);
    assert_ne!(other["id"], json!(customer.id), "the address is free, and its new owner somebody else");
}

#[test]
fn a_guest_is_forgotten_by_the_order() {
    let (goods, guest) = (stocked(1), Caller::anyone());
    let (mut body, email) = (order_for(&guest, &[(&goods, 1)], "pm_card_visa"), format!("{}@example.com", unique()));
    body["email"] = json!(email);
    let placed = guest.post("/v1/orders", &body).expect(202);
    let (id, token) = (placed["id"].as_str().unwrap(), placed["guest_token"].as_str().unwrap());
    let follower = guest.with("x-guest-token", token);
    canceled(&follower, id);
    let path = format!("/v1/orders/{id}/personal-data");
    guest.delete(&path).refused(401, "unauthenticated");
    follower.delete(&path).expect(202);
    follower.get(&format!("/v1/orders/{id}")).refused(404, "not_found");
    let kept = forgotten(id);
    assert!(!kept.to_string().contains(&email) && kept.get("ship_to").is_none(), "{kept}");
    let found = staff().get(&format!("/v1/orders?email={email}")).expect(200);
    assert_eq!(found["items"], json!([]), "the address finds it no more");
}
