//! Mails that somebody asked for: that a SKU is back. Where only their owner sees the mails, each ends before it needs one.

use crate::cloud::mails_to;
use crate::goods::{Goods, priced, receive};
use crate::people::{Customer, PASSWORD, signed_in, unique};
use crate::shop::Caller;
use crate::waiting::until;
use serde_json::json;

/// A product that was sold out.
fn sold_out() -> Goods {
    let goods = priced(&json!([{"amount": 1250, "currency": "EUR"}]));
    receive(&goods, 1);
    receive(&goods, -1);
    goods
}

/// The token in the link of the mail that asks a guest, if an emulator keeps it.
pub fn token_to(email: &str) -> Option<String> {
    mails_to(email)?;
    Some(until(&format!("a mail to {email} that asks whether it is meant"), || {
        let mails = mails_to(email).unwrap_or_default();
        mails.iter().find_map(|mail| {
            let text = mail.to_string();
            let (_, rest) = text.split_once("/stock-alerts/")?;
            Some(rest.chars().take_while(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '-' | '_')).collect())
        })
    }))
}

/// Mails that say that a SKU is back.
fn told(email: &str, goods: &Goods) -> usize {
    let about = format!("{} can be bought again: it can", goods.sku);
    mails_to(email).unwrap_or_default().iter().filter(|mail| mail.to_string().contains(&about)).count()
}

#[test]
fn a_guest_confirms_by_mail_and_is_told_once_when_it_is_back() {
    let (goods, email) = (sold_out(), format!("guest-{}@example.com", unique()));
    let asked = Caller::anyone().post("/v1/stock-alerts", &json!({"sku": goods.sku, "email": email})).expect(202);
    assert_eq!(asked, json!({"sku": goods.sku}));
    let Some(token) = token_to(&email) else { return };
    let path = format!("/v1/stock-alert-confirmations/{token}");
    for _ in 0..2 {
        assert_eq!(Caller::anyone().send("PUT", &path, None).status, 204);
    }
    receive(&goods, 2);
    until("the guest is told", || (told(&email, &goods) > 0).then_some(()));
    receive(&goods, -2);
    receive(&goods, 2);
    assert_eq!(told(&email, &goods), 1);
}

#[test]
fn a_customer_waits_with_a_verified_address_and_sees_and_ends_it() {
    let (goods, customer) = (sold_out(), Customer::new());
    let pending = json!({"sku": goods.sku});
    customer.caller.post("/v1/stock-alerts", &pending).refused(409, "email_unverified");
    if !customer.verify() {
        return;
    }
    let caller = signed_in(&customer.email, PASSWORD);
    let alert = until("the address is known to who sends the mails", || {
        let answer = caller.post("/v1/stock-alerts", &pending);
        (answer.status == 202).then(|| answer.expect(202))
    });
    let own = caller.get("/v1/stock-alerts").expect(200);
    assert_eq!(own["items"][0]["id"], alert["id"], "{own}");
    assert_eq!(caller.delete(&format!("/v1/stock-alerts/{}", alert["id"].as_str().unwrap())).status, 204);
    assert_eq!(caller.get("/v1/stock-alerts").expect(200)["items"], json!([]));

    let cart = caller.send("POST", "/v1/carts", None).expect(201);
    let reminder = format!("/v1/carts/{}/reminder", cart["id"].as_str().unwrap());
    assert_eq!(caller.put(&reminder, &json!({"enabled": true})).expect(200)["reminder"], true);
    assert!(caller.put(&reminder, &json!({"enabled": false})).expect(200)["reminder"].is_null());
    customer.caller.put(&reminder, &json!({"enabled": true})).refused(409, "email_unverified");
}
