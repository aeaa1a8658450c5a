//! Addresses that are verified by mail, and what tokens in mails open.

use crate::costs::cost;
use crate::harness::{self, PASSWORD, bench, guests_key, identity, items, me, refusal, sign_in, sign_up, somebody};
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chassis::testing::{Bench, Request, Response};
use events::Capability;
use serde_json::{Value, json};
use users::Users;

pub const EMAIL: &str = "ada@example.com";

/// Types and data of what was said since the last look, to whom, in the order of the types.
pub async fn told(bench: &Bench<Users>) -> Vec<(Capability, String, Value)> {
    bench.relay().await.unwrap();
    let sent = bench.queues.take().into_iter();
    let mut told: Vec<_> =
        sent.map(|message| (message.to, message.envelope.kind.clone(), message.envelope.data.clone())).collect();
    told.sort_by(|(_, one, _), (_, other, _)| one.cmp(other));
    told
}

/// A mail with a token.
#[derive(Debug, Clone, PartialEq)]
pub struct Mail {
    pub kind: String,
    pub to: String,
    pub token: String,
    pub is_new: bool,
}

/// The mails with tokens since the last look.
pub async fn mails(bench: &Bench<Users>) -> Vec<Mail> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let with_token = |(_, kind, data): (Capability, String, Value)| {
        let token = data.get("token").map(text)?;
        let kind = kind.trim_start_matches("users.").trim_end_matches(".v1").to_owned();
        Some(Mail { kind, to: text(&data["contact"]["email"]), token, is_new: data["is_new"] == true })
    };
    told(bench).await.into_iter().filter_map(with_token).collect()
}

pub async fn verify(bench: &Bench<Users>, token: &str) -> Response {
    bench.http(Request::new("PUT", &format!("/v1/email-verifications/{token}"))).await
}

pub async fn reset(bench: &Bench<Users>, token: &str, password: &str) -> Response {
    bench.http(Request::put(&format!("/v1/password-resets/{token}"), json!({"password": password}))).await
}

pub fn ask_for_reset(email: &str) -> Request {
    Request::post("/v1/password-resets", json!({"email": email}))
}

fn ask_for_verification(access: &str) -> Request {
    Request::new("POST", "/v1/email-verifications").bearer(access)
}

/// The pseudonym by which orders know the mailbox of a guest, or the address.
fn pseudonym(kind: &str, text: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &URL_SAFE_NO_PAD.decode(guests_key()).unwrap());
    URL_SAFE_NO_PAD.encode(&hmac::sign(&key, format!("{kind}\0{text}").as_bytes()).as_ref()[..16])
}

#[tokio::test]
async fn whoever_signs_up_gets_a_token_that_verifies_the_address_once_and_orders_hear_which_guest_it_was() {
    let bench = bench();
    let email = "ada+shop@example.com";
    let (id, pair) = somebody(&bench, email).await;
    let mailed = mails(&bench).await;
    assert_eq!(mailed.len(), 1);
    let Mail { kind, to, token, .. } = &mailed[0];
    assert_eq!((&**kind, &**to, token.len()), ("email_verification_requested", email, 43));
    assert!(!bench.dynamo.items().iter().any(|item| item.to_string().contains(token)), "the table has no token");
    assert_eq!(me(&bench, &pair.access).await.body["email_verified"], false);

    assert_eq!(verify(&bench, token).await.status, 204);
    assert_eq!(me(&bench, &pair.access).await.body["email_verified"], true);
    assert!(identity(&bench, &sign_in(&bench, email).await.access).email_verified);
    let (guest, address) = (pseudonym("guest", "ada@example.com"), pseudonym("address", email));
    let verified = json!({"user_id": id, "guest": guest, "address": address});
    assert_eq!(told(&bench).await, [(Capability::Orders, "users.email_verified.v1".to_owned(), verified)]);
    assert_eq!(refusal(&verify(&bench, token).await), (404, "invalid_token"), "a token opens once");
    assert!(told(&bench).await.is_empty());
}

#[tokio::test]
async fn a_token_that_is_made_up_of_another_kind_or_a_day_old_opens_nothing() {
    let bench = bench();
    somebody(&bench, EMAIL).await;
    assert_eq!(bench.http(ask_for_reset(EMAIL)).await.status, 202);
    let mailed = mails(&bench).await;
    let (verification, reset_token) = (&mailed[0].token, &mailed[1].token);
    let made_up = "A".repeat(43);
    for token in [reset_token, &made_up, "x", &"x".repeat(300)] {
        assert_eq!(refusal(&verify(&bench, token).await), (404, "invalid_token"), "{token}");
    }
    for token in [verification, &made_up] {
        assert_eq!(refusal(&reset(&bench, token, "another quiet harbour").await), (404, "invalid_token"));
    }
    bench.world.pass_seconds(3_600);
    assert_eq!(refusal(&reset(&bench, reset_token, "another quiet harbour").await), (404, "invalid_token"));
    bench.world.pass_seconds(82_800);
    assert_eq!(refusal(&verify(&bench, verification).await), (404, "invalid_token"));
}

#[tokio::test]
async fn a_token_may_be_asked_for_again_until_the_address_is_verified_but_five_an_hour_are_enough() {
    let bench = bench();
    let (_, pair) = somebody(&bench, EMAIL).await;
    assert_eq!(refusal(&bench.http(Request::new("POST", "/v1/email-verifications")).await), (401, "unauthenticated"));
    for _ in 0..5 {
        let answer = bench.http(ask_for_verification(&pair.access)).await;
        assert_eq!((answer.status, &answer.body["expires_in"]), (202, &json!(86_400)));
    }
    let refused = bench.http(ask_for_verification(&pair.access)).await;
    assert_eq!(refusal(&refused), (429, "too_many_attempts"));
    let left = 3_600 - bench.world.now().seconds().rem_euclid(3_600);
    assert_eq!(refused.headers["retry-after"], json!(left.to_string()));
    let mailed = mails(&bench).await;
    assert_eq!(mailed.len(), 6, "with that of signing up");
    bench.world.pass_seconds(left);
    let pair = sign_in(&bench, EMAIL).await;
    assert_eq!(bench.http(ask_for_verification(&pair.access)).await.status, 202);
    assert_eq!(verify(&bench, &mailed[3].token).await.status, 204, "each of them is good");
    assert_eq!(refusal(&bench.http(ask_for_verification(&pair.access)).await), (409, "already_verified"));
}

#[tokio::test]
async fn a_language_and_a_name_that_change_are_told_with_the_version_that_counts() {
    let bench = bench();
    let (id, pair) = somebody(&bench, EMAIL).await;
    told(&bench).await;
    let patch = |body: &str| Request::new("PATCH", "/v1/users/me").body(body).bearer(&pair.access);
    let answer = bench.http(patch(r#"{"language": "de"}"#)).await;
    assert_eq!((answer.status, &answer.body["language"]), (200, &json!("de")));
    assert_eq!(bench.http(patch(r#"{"language": "de"}"#)).await.status, 200, "which changes nothing");
    assert_eq!(refusal(&bench.http(patch(r#"{"language": "fr"}"#)).await), (422, "invalid_field"));
    let contact = json!({"email": EMAIL, "name": "Ada"});
    let changed = json!({"user_id": id, "user_version": 2, "contact": contact, "language": "de"});
    assert_eq!(told(&bench).await, [(Capability::Notifications, "users.contact_changed.v1".to_owned(), changed)]);
    assert_eq!(bench.http(ask_for_verification(&pair.access)).await.status, 202);
    assert_eq!(told(&bench).await[0].2["language"], "de", "the language of the next mail");
    let signed_up = json!({"email": "eve@example.com", "password": PASSWORD, "name": "Eve", "language": "de"});
    assert_eq!(bench.http(Request::post("/v1/users", signed_up)).await.status, 201);
    assert!(told(&bench).await.iter().all(|(_, _, data)| data["language"] == "de"));
}

#[tokio::test]
async fn each_route_of_credentials_costs_what_the_readme_says() {
    let bench = bench();
    let (_, pair) = somebody(&bench, EMAIL).await;
    sign_up(&bench, "eve@example.com").await;
    let mine = |method, path: &str, body: Value| match method {
        "PUT" => Request::put(path, body).bearer(&pair.access),
        _ => Request::post(path, body).bearer(&pair.access),
    };
    let wanted = json!({"email": "ada@example.net", "password": PASSWORD});
    assert_eq!(cost(&bench, ask_for_verification(&pair.access)).await, (10, 30));
    harness::verify(&bench, EMAIL);
    let asked = [
        (ask_for_reset("eve@example.com"), (20, 40)),
        (ask_for_reset("nobody@example.com"), (20, 40)),
        (mine("POST", "/v1/email-changes", wanted), (40, 80)),
    ];
    for (request, units) in asked {
        assert_eq!(cost(&bench, request).await, units);
    }
    let mailed = mails(&bench).await;
    let token = |kind: &str| mailed.iter().find(|mail| mail.kind == kind).unwrap().token.clone();
    let verification = format!("/v1/email-verifications/{}", token("email_verification_requested"));
    let opening = format!("/v1/password-resets/{}", token("password_reset_requested"));
    let confirmation = format!("/v1/email-changes/{}", token("email_change_requested"));
    let new = json!({"current_password": PASSWORD, "new_password": "another quiet harbour"});
    let opened = [
        (Request::new("PUT", &verification), (20, 40)),
        (Request::put(&opening, json!({"password": "another quiet harbour"})), (25, 40)),
        (Request::new("PUT", &confirmation), (30, 10)),
        (mine("PUT", "/v1/users/me/password", new), (20, 60)),
    ];
    for (request, units) in opened {
        assert_eq!(cost(&bench, request).await, units);
    }
    assert_eq!(items(&bench, "credential-token").len(), 7);
}
