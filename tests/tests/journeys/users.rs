//! Users: signing up, in and out, and keeping addresses.

use crate::buying::address;
use crate::people::{Customer, PASSWORD, add_app, admin, now, staff};
use crate::shop::Caller;
use crate::waiting::until;
use serde_json::{Value, json};

#[test]
fn a_refresh_token_is_repeated_for_ten_seconds_and_its_later_reuse_ends_the_sign_in() {
    let customer = Customer::new();
    let credentials = json!({"email": customer.email, "password": PASSWORD});
    let session = Caller::anyone().post("/v1/sessions", &credentials).expect(201);
    let refresh = |token: &Value| Caller::anyone().post("/v1/sessions/refresh", &json!({"refresh_token": token}));
    let renewed = refresh(&session["refresh_token"]).expect(200);
    assert_ne!(renewed["refresh_token"], session["refresh_token"]);
    let again = refresh(&session["refresh_token"]).expect(200);
    assert_eq!(again["refresh_token"], renewed["refresh_token"], "for a client that lost the answer");
    until("a used token ends its session", || (refresh(&session["refresh_token"]).status == 401).then_some(()));
    assert_eq!(refresh(&renewed["refresh_token"]).status, 401, "reuse revokes the whole family");
}

#[test]
fn a_taken_address_a_wrong_password_and_an_unknown_person_are_refused() {
    let customer = Customer::new();
    let again = json!({"email": customer.email, "password": PASSWORD, "name": "Ada"});
    Caller::anyone().post("/v1/users", &again).refused(409, "email_taken");
    let sign_in = |email: &str, password: &str| {
        let answer = Caller::anyone().post("/v1/sessions", &json!({"email": email, "password": password}));
        (answer.status, answer.body["type"].clone(), answer.body["detail"].clone())
    };
    let wrong = sign_in(&customer.email, "not the password");
    assert_eq!(wrong.0, 401);
    assert_eq!(wrong, sign_in("nobody-of-that-name@example.com", PASSWORD), "both get the same answer");
}

#[test]
fn a_customer_keeps_addresses_that_nobody_else_can_change() {
    let (ada, grace) = (Customer::new(), Customer::new());
    let kept = ada.caller.post("/v1/users/me/addresses", &address()).expect(201);
    let path = format!("/v1/users/me/addresses/{}", kept["id"].as_str().unwrap());
    grace.caller.put(&path, &address()).refused(404, "not_found");
    assert_eq!(ada.caller.get("/v1/users/me/addresses").expect(200)["items"][0]["city"], "Berlin");
    assert_eq!(grace.caller.get("/v1/users/me/addresses").expect(200)["items"], json!([]));
    ada.caller.delete(&path).expect(204);
}

#[test]
fn only_an_admin_makes_somebody_staff_and_the_role_counts_with_a_second_factor() {
    let customer = Customer::new();
    let path = format!("/v1/users/{}/roles", customer.id);
    let roles = json!({"roles": ["customer", "support"]});
    customer.caller.put(&path, &roles).refused(403, "forbidden");
    staff().put(&path, &roles).refused(403, "forbidden");
    customer.caller.get("/v1/stock").refused(403, "forbidden");
    let admin = admin();
    admin.with("if-match", "*").put(&path, &roles).refused(409, "email_not_verified");
    if !customer.verify() {
        return;
    }
    admin.put(&path, &roles).refused(428, "precondition_required");
    let read = admin.get(&format!("/v1/users/{}", customer.id));
    let given = admin.with("if-match", read.header("etag").unwrap()).put(&path, &roles).expect(200);
    assert_eq!(given["role_changes"][0]["roles"], roles["roles"], "{given}");
    let credentials = json!({"email": customer.email, "password": PASSWORD});
    let session = Caller::anyone().post("/v1/sessions", &credentials).expect(201);
    assert_eq!(session["lacks_second_factor"], true, "the role does not count yet");
    let caller = Caller::anyone().bearing(session["access_token"].as_str().unwrap());
    caller.get("/v1/stock").refused(403, "forbidden");
    let app = add_app(&caller, PASSWORD);
    let refresh = json!({"refresh_token": session["refresh_token"]});
    let session = Caller::anyone().post("/v1/sessions/refresh", &refresh).expect(200);
    let caller = Caller::anyone().bearing(session["access_token"].as_str().unwrap());
    caller.get("/v1/stock").expect(200);
    Caller::anyone().post("/v1/sessions", &credentials).refused(401, "second_factor_required");
    // A code counts for a step on either side, and the present one may be used up.
    let shown = json!({"email": customer.email, "password": PASSWORD,
        "second_factor": {"totp": app.code(now().plus_seconds(30))}});
    let session = Caller::anyone().post("/v1/sessions", &shown).expect(201);
    Caller::anyone().bearing(session["access_token"].as_str().unwrap()).get("/v1/stock").expect(200);
}

#[test]
fn every_capability_serves_its_document_and_users_its_keys() {
    for capability in events::Capability::ALL {
        let document = Caller::anyone().get(&format!("/v1/openapi/{capability}.json")).expect(200);
        assert_eq!(document["openapi"], "3.1.0", "{capability}");
    }
    let keys = Caller::anyone().get("/.well-known/jwks.json").expect(200);
    assert!(keys["keys"].as_array().unwrap().iter().all(|key| key["d"].is_null()), "no private key is published");
    assert!(Caller::anyone().get("/.well-known/openid-configuration").expect(200)["jwks_uri"].is_string());
}
