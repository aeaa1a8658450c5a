//! Accounts: addresses that mails verify, passwords that mails reset, and another address for somebody who has one. Where only
//! their owner sees the mails, each ends before it needs one.

use crate::people::{Customer, PASSWORD, admin, signed_in, token_for};
use crate::shop::{Answer, Caller};
use serde_json::{Value, json};

const ANOTHER: &str = "eleven herons wade at dusk";

fn put(path: &str, body: Option<&Value>) -> Answer {
    let body = body.map(Value::to_string);
    Caller::anyone().send("PUT", path, body.as_ref().map(String::as_bytes))
}

fn sign_in(email: &str, password: &str) -> Answer {
    Caller::anyone().post("/v1/sessions", &json!({"email": email, "password": password}))
}

#[test]
fn a_mail_verifies_its_address_once() {
    let customer = Customer::new();
    let read = || admin().get(&format!("/v1/users/{}", customer.id)).expect(200);
    assert!(read()["email_verified_at"].is_null());
    put("/v1/email-verifications/bm8tc3VjaC10b2tlbi1uby1zdWNoLXRva2VuLW5vLXM", None).expect_refusal();
    let Some(token) = token_for(&customer.email, "email-verifications") else { return };
    let path = format!("/v1/email-verifications/{token}");
    put(&format!("/v1/password-resets/{token}"), Some(&json!({"password": ANOTHER}))).expect_refusal();
    assert!(put(&path, None).status < 300);
    assert!(read()["email_verified_at"].is_string());
    put(&path, None).expect_refusal();
    customer.caller.send("POST", "/v1/email-verifications", None).expect_refusal();
}

#[test]
fn a_forgotten_password_is_reset_by_mail_which_ends_every_session_and_tells_nobody_who_has_an_account() {
    let customer = Customer::new();
    let elsewhere = sign_in(&customer.email, PASSWORD).expect(201);
    let forgotten = |email: &str| {
        let answer = Caller::anyone().post("/v1/password-resets", &json!({"email": email}));
        (answer.status, answer.body)
    };
    let asked = forgotten(&customer.email);
    assert_eq!(asked.0, 202);
    assert_eq!(asked, forgotten(&format!("nobody-{}", customer.email)), "both get the same answer");
    let Some(token) = token_for(&customer.email, "password-resets") else { return };
    let path = format!("/v1/password-resets/{token}");
    put(&path, Some(&json!({"password": "short"}))).refused(422, "invalid_field");
    let new = json!({"password": ANOTHER});
    assert!(put(&path, Some(&new)).status < 300);
    put(&path, Some(&new)).expect_refusal();
    let refresh = json!({"refresh_token": elsewhere["refresh_token"]});
    assert_eq!(Caller::anyone().post("/v1/sessions/refresh", &refresh).status, 401, "every session is over");
    sign_in(&customer.email, PASSWORD).refused(401, "invalid_credentials");
    signed_in(&customer.email, ANOTHER).get("/v1/users/me").expect(200);
}

#[test]
fn another_address_needs_both_mailboxes_and_the_password() {
    let customer = Customer::new();
    let Some(token) = token_for(&customer.email, "email-verifications") else { return };
    assert!(put(&format!("/v1/email-verifications/{token}"), None).status < 300);
    let new = format!("new-{}", customer.email);
    let wanted =
        |password: &str| customer.caller.post("/v1/email-changes", &json!({"email": new, "password": password}));
    wanted("not the password").expect_refusal();
    assert!(wanted(PASSWORD).status < 300);
    // The address of the mail to the new one contains that of the other.
    let Some(of_new) = token_for(&new, "email-changes") else { return };
    let of_present = crate::waiting::until("a mail to the present address too", || {
        let tokens = crate::cloud::tokens_to(&customer.email, "email-changes").unwrap_or_default();
        tokens.into_iter().find(|token| *token != of_new)
    });
    assert!(put(&format!("/v1/email-changes/{of_new}"), None).status < 300);
    let me = signed_in(&customer.email, PASSWORD).get("/v1/users/me").expect(200);
    assert_eq!(me["email"], customer.email, "one of the two is not enough");
    assert!(put(&format!("/v1/email-changes/{of_present}"), None).status < 300);
    let me = signed_in(&new, PASSWORD).get("/v1/users/me").expect(200);
    assert_eq!((&me["email"], &me["id"]), (&json!(new), &json!(customer.id)));
    sign_in(&customer.email, PASSWORD).refused(401, "invalid_credentials");
}
