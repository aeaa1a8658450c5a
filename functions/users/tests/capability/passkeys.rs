//! Passkeys over the API, made and shown by a virtual authenticator: added, shown beside the password and alone, and refused where anything
//! about them is not as it should be.

use crate::authenticator::Authenticator;
use crate::credentials::{ask_for_reset, mails, reset, told};
use crate::harness::{PASSWORD, Pair, admin, bench, identity, items, refusal, sign_in_request, somebody, verify};
use chassis::testing::{Bench, Request, Response};
use serde_json::{Value, json};
use users::Users;

const EMAIL: &str = "ada@example.com";

pub async fn challenge(bench: &Bench<Users>, access: Option<&str>) -> Value {
    let request = Request::new("POST", "/v1/passkeys/challenges");
    let answer = bench.http(access.into_iter().fold(request, |request, access| request.bearer(access))).await;
    assert_eq!(answer.status, 201, "{:?}", answer.body);
    answer.body
}

pub fn add_request(pair: &Pair, credential: &Value) -> Request {
    let body = json!({"name": "My phone", "password": PASSWORD, "credential": credential});
    Request::post("/v1/passkeys", body).bearer(&pair.access)
}

async fn add(bench: &Bench<Users>, pair: &Pair, credential: &Value) -> Response {
    bench.http(add_request(pair, credential)).await
}

/// Somebody with a passkey, and its authenticator.
async fn owner(bench: &Bench<Users>) -> (Pair, Authenticator) {
    let (_, pair) = somebody(bench, EMAIL).await;
    let asked = challenge(bench, Some(&pair.access)).await;
    let phone = Authenticator::new(1, &asked);
    let added = add(bench, &pair, &phone.make(&asked)).await;
    assert_eq!(added.status, 201, "{:?}", added.body);
    assert_eq!(added.body["recovery_codes"].as_array().unwrap().len(), 10);
    (pair, phone)
}

pub fn alone(shown: &Value) -> Request {
    Request::post("/v1/sessions", json!({"second_factor": {"passkey": shown}}))
}

#[tokio::test]
async fn a_passkey_signs_in_alone_and_counts_as_both_factors() {
    let bench = bench();
    let (_, phone) = owner(&bench).await;
    let asked = challenge(&bench, None).await;
    assert!(asked["user"].is_null() && asked["passkeys"] == json!([]), "nobody is known yet");
    let shown = phone.show(&asked);
    let signed_in = bench.http(alone(&shown)).await;
    assert_eq!(signed_in.status, 201, "{:?}", signed_in.body);
    assert!(identity(&bench, &Pair::of(&signed_in).access).second_factor_at.is_some());
    let again = bench.http(alone(&shown)).await;
    assert_eq!(refusal(&again), (401, "invalid_second_factor"), "a challenge counts once");
    let late = phone.show(&challenge(&bench, None).await);
    bench.world.pass_seconds(300);
    assert_eq!(refusal(&bench.http(alone(&late)).await), (401, "invalid_second_factor"));
}

#[tokio::test]
async fn no_factor_lets_a_disabled_user_in() {
    let bench = bench();
    let (pair, phone) = owner(&bench).await;
    let asked = challenge(&bench, None).await;
    let id = identity(&bench, &pair.access).user;
    let status = json!({"status": "disabled", "reason": "Chargebacks"});
    let by = admin(&bench).await;
    let path = format!("/v1/users/{id}/status");
    assert_eq!(bench.http(Request::put(&path, status).bearer(&by).header("if-match", "*")).await.status, 200);
    let sessions = items(&bench, "session#").len();
    assert_eq!(refusal(&bench.http(alone(&phone.show(&asked))).await), (403, "account_disabled"));
    let shown = phone.show(&challenge(&bench, None).await);
    let both = json!({"email": EMAIL, "password": PASSWORD, "second_factor": {"passkey": shown}});
    assert_eq!(refusal(&bench.http(Request::post("/v1/sessions", both)).await), (403, "account_disabled"));
    assert_eq!(items(&bench, "session#").len(), sessions, "no session was opened");
}

#[tokio::test]
async fn a_stranger_who_signed_up_an_address_first_is_out_once_its_owner_has_reset_the_password() {
    let bench = bench();
    let (_, phone) = owner(&bench).await;
    assert_eq!(bench.http(ask_for_reset(EMAIL)).await.status, 202);
    let mailed = mails(&bench).await;
    let token = &mailed.iter().find(|mail| mail.kind == "password_reset_requested").unwrap().token;
    assert_eq!(reset(&bench, token, "another quiet harbour").await.status, 204);
    let kinds: Vec<_> = told(&bench).await.into_iter().map(|(_, kind, _)| kind).collect();
    assert!(kinds.contains(&"users.email_verified.v1".to_owned()), "the guest's orders are the account's: {kinds:?}");
    let shown = phone.show(&challenge(&bench, None).await);
    assert_eq!(refusal(&bench.http(alone(&shown)).await), (401, "invalid_second_factor"));
    let signed_in = bench.http(sign_in_request(EMAIL, "another quiet harbour")).await;
    assert_eq!(signed_in.status, 201, "the password alone lets its owner in: {:?}", signed_in.body);
}

#[tokio::test]
async fn a_mailbox_alone_replaces_no_second_factor_of_a_verified_address() {
    let bench = bench();
    owner(&bench).await;
    verify(&bench, EMAIL);
    bench.http(ask_for_reset(EMAIL)).await;
    let mailed = mails(&bench).await;
    let token = &mailed.iter().find(|mail| mail.kind == "password_reset_requested").unwrap().token;
    assert_eq!(reset(&bench, token, "another quiet harbour").await.status, 204);
    let halfway = bench.http(sign_in_request(EMAIL, "another quiet harbour")).await;
    assert_eq!(refusal(&halfway), (401, "second_factor_required"));
}

#[tokio::test]
async fn a_passkey_is_shown_beside_the_password_and_in_an_open_session() {
    let bench = bench();
    let (pair, phone) = owner(&bench).await;
    let halfway = bench.http(sign_in_request(EMAIL, PASSWORD)).await;
    assert_eq!(halfway.body["methods"], json!(["passkey", "recovery_code"]));
    let shown = phone.show(&challenge(&bench, None).await);
    let body = json!({"email": EMAIL, "password": PASSWORD, "second_factor": {"passkey": shown}});
    assert_eq!(bench.http(Request::post("/v1/sessions", body)).await.status, 201);
    bench.world.pass_seconds(601);
    let locked = bench.http(Request::new("DELETE", &format!("/v1/passkeys/{}", phone.id())).bearer(&pair.access)).await;
    assert_eq!(refusal(&locked), (401, "second_factor_required"));
    let shown = phone.show(&challenge(&bench, Some(&pair.access)).await);
    let body = json!({"second_factor": {"passkey": shown}});
    let stepped = bench.http(Request::post("/v1/sessions/current/second-factor", body).bearer(&pair.access)).await;
    assert_eq!(stepped.status, 200, "{:?}", stepped.body);
    let listed = bench.http(Request::get("/v1/passkeys").bearer(&pair.access)).await;
    assert_eq!(listed.body["items"][0]["name"], "My phone");
    assert!(listed.body["items"][0]["used_at"].is_string() && !listed.body.to_string().contains("public_key"));
}

#[tokio::test]
async fn a_passkey_is_added_once_and_removed_with_the_last_one_the_recovery_codes() {
    let bench = bench();
    let (pair, phone) = owner(&bench).await;
    let asked = challenge(&bench, Some(&pair.access)).await;
    assert_eq!(asked["passkeys"], json!([phone.id()]));
    assert_eq!(refusal(&add(&bench, &pair, &phone.make(&asked)).await), (409, "passkey_known"));
    let asked = challenge(&bench, Some(&pair.access)).await;
    let added = add(&bench, &pair, &Authenticator::new(2, &asked).make(&asked)).await;
    assert!(added.status == 201 && added.body["recovery_codes"].is_null(), "{:?}", added.body);
    for (id, status) in [("AAAA", 404), (&*phone.id(), 204), (&*Authenticator::new(2, &asked).id(), 204)] {
        let path = format!("/v1/passkeys/{id}");
        assert_eq!(bench.http(Request::new("DELETE", &path).bearer(&pair.access)).await.status, status, "{id}");
    }
    assert_eq!(bench.http(sign_in_request(EMAIL, PASSWORD)).await.status, 201, "the password is enough again");
}

#[tokio::test]
async fn what_was_made_elsewhere_for_another_challenge_or_without_a_verified_user_is_no_passkey() {
    let bench = bench();
    let (_, pair) = somebody(&bench, EMAIL).await;
    let (_, eve) = somebody(&bench, "eve@example.com").await;
    let asked = challenge(&bench, Some(&pair.access)).await;
    let eves = challenge(&bench, Some(&eve.access)).await;
    let anybodys = challenge(&bench, None).await;
    let made = |change: fn(&mut Authenticator), asked: &Value, of: &Value| {
        let mut phone = Authenticator::new(1, of);
        change(&mut phone);
        phone.make(asked)
    };
    let mut other_key = made(|_| {}, &asked, &asked);
    other_key["public_key"] = made(|_| {}, &asked, &asked)["public_key"].clone();
    let mut padded = made(|_| {}, &asked, &asked);
    // Four letters are three bytes, so the key's own parts are still its end.
    padded["public_key"] = json!(format!("{}{}", "AAAA".repeat(10_000), padded["public_key"].as_str().unwrap()));
    for (what, credential) in [
        ("another origin", made(|phone| phone.origin = "https://evil.example".to_owned(), &asked, &asked)),
        ("another relying party", made(|phone| phone.relying_party = "evil.example".to_owned(), &asked, &asked)),
        ("another user's challenge", made(|_| {}, &eves, &eves)),
        ("anybody's challenge", made(|_| {}, &anybodys, &asked)),
        ("made up", made(|_| {}, &json!({"challenge": "AAAA"}), &asked)),
        ("another key", other_key),
        ("a key with forty kilobytes before it", padded),
    ] {
        assert_eq!(refusal(&add(&bench, &pair, &credential).await), (422, "invalid_passkey"), "{what}");
    }
    let wrong = json!({"name": "x", "password": "wrong", "credential": made(|_| {}, &asked, &asked)});
    let wrong = bench.http(Request::post("/v1/passkeys", wrong).bearer(&pair.access)).await;
    assert_eq!(refusal(&wrong), (403, "wrong_password"));
    assert_eq!(add(&bench, &pair, &made(|_| {}, &asked, &asked)).await.status, 201);
}

#[tokio::test]
async fn what_is_shown_elsewhere_unverified_or_by_a_copy_opens_nothing() {
    let bench = bench();
    let (_, mut phone) = owner(&bench).await;
    let refused = async |phone: &Authenticator, what: &str| {
        let shown = phone.show(&challenge(&bench, None).await);
        assert_eq!(refusal(&bench.http(alone(&shown)).await), (401, "invalid_second_factor"), "{what}");
    };
    phone.origin = "https://evil.example".to_owned();
    refused(&phone, "another origin").await;
    phone.origin = crate::authenticator::ORIGIN.to_owned();
    phone.flags = 1;
    refused(&phone, "its user was not verified").await;
    phone.flags = 5;
    phone.count = 7;
    let counted = bench.http(alone(&phone.show(&challenge(&bench, None).await))).await;
    assert_eq!(counted.status, 201, "{:?}", counted.body);
    refused(&phone, "a copy, whose count does not rise").await;
    phone.count = 8;
    let mut forged = phone.show(&challenge(&bench, None).await);
    forged["signature"] = phone.show(&challenge(&bench, None).await)["signature"].clone();
    assert_eq!(refusal(&bench.http(alone(&forged)).await), (401, "invalid_second_factor"));
    let mut nobodys = phone.show(&challenge(&bench, None).await);
    nobodys["user_handle"] = json!("AAAAAAAAAAAAAAAAAAAAAA");
    assert_eq!(refusal(&bench.http(alone(&nobodys)).await), (401, "invalid_second_factor"));
    assert_eq!(bench.http(alone(&phone.show(&challenge(&bench, None).await))).await.status, 201);
}

#[tokio::test]
async fn of_two_sign_ins_at_once_with_one_challenge_one_is_refused() {
    let bench = bench();
    let (_, phone) = owner(&bench).await;
    let shown = phone.show(&challenge(&bench, None).await);
    let (one, other) = tokio::join!(bench.http(alone(&shown)), bench.http(alone(&shown)));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 401]);
}
