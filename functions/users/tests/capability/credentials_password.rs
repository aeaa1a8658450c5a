//! Passwords that are reset by mail, and changed by who knows them.

use crate::credentials::{EMAIL, ask_for_reset, mails, reset, told, verify};
use crate::credentials_email::ask as ask_for_change;
use crate::harness::{
    PASSWORD, Pair, bench, identity, items, me, refresh, refusal, sign_in_request, sign_up, somebody,
};
use crate::lost_answers::bench_that_loses;
use chassis::testing::{Bench, Request, Response};
use events::Capability;
use serde_json::json;
use users::Users;
use users::domain::hashing::Hasher;

const OTHER: &str = "another quiet harbour";

async fn change(bench: &Bench<Users>, access: &str, current: &str, new: &str) -> Response {
    let body = json!({"current_password": current, "new_password": new});
    bench.http(Request::put("/v1/users/me/password", body).bearer(access)).await
}

async fn signs_in(bench: &Bench<Users>, password: &str) -> u16 {
    bench.http(sign_in_request(EMAIL, password)).await.status
}

#[tokio::test]
async fn a_forgotten_password_is_reset_by_mail_and_all_that_was_open_is_over() {
    let bench = bench();
    let (_, pair) = somebody(&bench, EMAIL).await;
    for _ in 0..2 {
        let answer = bench.http(ask_for_reset(" ADA@example.com")).await;
        assert_eq!((answer.status, &answer.body), (202, &json!({"expires_in": 3_600})));
    }
    let mailed = mails(&bench).await;
    let [verification, first, second] = [0, 1, 2].map(|place: usize| mailed[place].token.clone());
    assert_eq!((&*mailed[1].kind, &*mailed[1].to), ("password_reset_requested", EMAIL));
    assert_eq!(reset(&bench, &second, OTHER).await.status, 204);

    assert_eq!((signs_in(&bench, PASSWORD).await, signs_in(&bench, OTHER).await), (401, 201));
    assert_eq!(refusal(&refresh(&bench, &pair.refresh).await), (401, "session_revoked"));
    for token in [&first, &second] {
        assert_eq!(refusal(&reset(&bench, token, "a third quiet harbour").await), (404, "invalid_token"));
    }
    assert_eq!(refusal(&verify(&bench, &verification).await), (404, "invalid_token"), "it is of earlier credentials");
    assert_eq!(me(&bench, &pair.access).await.body["email_verified"], true, "who reset it read the mailbox");
    let told = told(&bench).await;
    let kinds: Vec<_> = told.iter().map(|(to, kind, _)| (*to, &**kind)).collect();
    assert_eq!(kinds, [(Capability::Orders, "users.email_verified.v1")], "there was nobody to notify before");
}

#[tokio::test]
async fn an_unknown_address_gets_the_same_answer_with_the_same_calls_of_the_table() {
    let bench = bench();
    sign_up(&bench, EMAIL).await;
    mails(&bench).await;
    let ask = async |email: &str| {
        bench.dynamo.take_calls();
        let answer = bench.http(ask_for_reset(email)).await;
        let mut calls = bench.dynamo.take_calls();
        calls.sort_by_key(|call| (call.operation.clone(), call.tenths_of_units));
        (answer.status, answer.body, calls)
    };
    let (known, unknown) = (ask(EMAIL).await, ask("nobody@example.com").await);
    assert_eq!(known, unknown);
    assert_eq!(items(&bench, "credential-token").len(), 3, "with that of signing up");
    let mailed = mails(&bench).await;
    assert_eq!(mailed.iter().map(|mail| &*mail.to).collect::<Vec<_>>(), [EMAIL]);
    assert!(!bench.dynamo.items().iter().any(|item| item.to_string().contains("nobody")), "nothing of them is kept");
}

#[tokio::test]
async fn a_mailbox_gets_five_tokens_an_hour_and_who_asks_for_more_is_not_told() {
    let bench = bench();
    sign_up(&bench, EMAIL).await;
    mails(&bench).await;
    for _ in 0..7 {
        let answer = bench.http(ask_for_reset(EMAIL)).await;
        assert_eq!((answer.status, &answer.body), (202, &json!({"expires_in": 3_600})));
    }
    assert_eq!(mails(&bench).await.len(), 5);
    bench.world.pass_seconds(3_600);
    assert_eq!(bench.http(ask_for_reset(EMAIL)).await.status, 202);
    assert_eq!(mails(&bench).await.len(), 1);
}

#[tokio::test]
async fn what_strangers_ask_for_other_addresses_of_a_mailbox_uses_up_nothing_of_its_owner() {
    let bench = bench();
    let (_, pair) = somebody(&bench, EMAIL).await;
    let (_, eve) = somebody(&bench, "eve@example.com").await;
    mails(&bench).await;
    for number in 0..5 {
        let other = format!("ada+{number}@example.com");
        assert_eq!(bench.http(ask_for_reset(&other)).await.status, 202);
        assert_eq!(ask_for_change(&bench, &eve.access, &other, PASSWORD).await.status, 202);
    }
    mails(&bench).await;
    assert_eq!(bench.http(ask_for_reset(EMAIL)).await.status, 202);
    let verification = Request::new("POST", "/v1/email-verifications").bearer(&pair.access);
    assert_eq!(bench.http(verification).await.status, 202);
    let mailed = mails(&bench).await;
    let mailed: Vec<_> = mailed.iter().map(|mail| (&*mail.kind, &*mail.to)).collect();
    assert_eq!(mailed, [("email_verification_requested", EMAIL), ("password_reset_requested", EMAIL)]);
    let one_more = ask_for_change(&bench, &eve.access, "ada+5@example.com", PASSWORD).await;
    assert_eq!(refusal(&one_more), (429, "too_many_attempts"), "and a mailbox is not flooded");
}

#[tokio::test]
async fn one_network_cannot_have_mails_sent_to_everybody_nor_try_tokens_without_end() {
    let bench = bench();
    let from = |request: Request, address: &str| bench.http(request.from_address(address));
    for number in 0..20 {
        let asked = ask_for_reset(&format!("user{number}@example.com"));
        assert_eq!(from(asked, "192.0.2.1").await.status, 202);
    }
    let refused = from(ask_for_reset(EMAIL), "192.0.2.1").await;
    assert_eq!(refusal(&refused), (429, "too_many_attempts"));
    assert_eq!(from(ask_for_reset(EMAIL), "192.0.2.2").await.status, 202);
    let guess = || Request::put(&format!("/v1/password-resets/{}", "A".repeat(43)), json!({"password": OTHER}));
    for _ in 0..100 {
        assert_eq!(from(guess(), "192.0.2.3").await.status, 404);
    }
    assert_eq!(refusal(&from(guess(), "192.0.2.3").await), (429, "too_many_attempts"));
}

#[tokio::test]
async fn a_weak_password_is_refused_at_its_field_and_spends_no_token() {
    let bench = bench();
    let (_, pair) = somebody(&bench, EMAIL).await;
    bench.http(ask_for_reset(EMAIL)).await;
    let token = mails(&bench).await[1].token.clone();
    for weak in ["short", "password123", EMAIL] {
        let refused = reset(&bench, &token, weak).await;
        assert_eq!(
            (refusal(&refused), &refused.body["field"]),
            ((422, "invalid_field"), &json!("/password")),
            "{weak}"
        );
        let refused = change(&bench, &pair.access, PASSWORD, weak).await;
        assert_eq!((refused.status, &refused.body["field"]), (422, &json!("/new_password")), "{weak}");
    }
    assert_eq!(reset(&bench, &token, OTHER).await.status, 204);
}

#[tokio::test]
async fn a_changed_password_ends_every_other_session_and_token_and_the_client_goes_on_with_new_tokens() {
    let bench = bench();
    let (id, pair) = somebody(&bench, EMAIL).await;
    crate::harness::verify(&bench, EMAIL);
    let other = crate::harness::sign_in(&bench, EMAIL).await;
    bench.http(ask_for_reset(EMAIL)).await;
    let mailed = mails(&bench).await;
    let changed = change(&bench, &pair.access, PASSWORD, OTHER).await;
    assert_eq!(changed.status, 200);
    let next = Pair::of(&changed);
    let (before, after) = (identity(&bench, &pair.access), identity(&bench, &next.access));
    assert_ne!(before.session, after.session);
    assert_eq!(refresh(&bench, &next.refresh).await.status, 200);
    for ended in [&pair, &other] {
        assert_eq!(refusal(&refresh(&bench, &ended.refresh).await), (401, "session_revoked"));
    }
    assert_eq!(refusal(&reset(&bench, &mailed[1].token, "a third quiet harbour").await), (404, "invalid_token"));
    assert_eq!((signs_in(&bench, PASSWORD).await, signs_in(&bench, OTHER).await), (401, 201));
    let contact = json!({"email": EMAIL, "name": "Ada"});
    let notice = json!({"user_id": id, "contact": contact, "change": "password", "at": bench.world.now()});
    assert_eq!(told(&bench).await, [(Capability::Notifications, "users.credentials_changed.v1".to_owned(), notice)]);
}

#[tokio::test]
async fn a_wrong_present_password_changes_nothing_and_is_counted_apart_from_sign_ins() {
    let bench = bench();
    let (_, pair) = somebody(&bench, EMAIL).await;
    told(&bench).await;
    for _ in 0..10 {
        assert_eq!(refusal(&change(&bench, &pair.access, "not the password", OTHER).await), (403, "wrong_password"));
    }
    assert_eq!(refusal(&change(&bench, &pair.access, PASSWORD, OTHER).await), (429, "too_many_attempts"));
    assert_eq!(signs_in(&bench, PASSWORD).await, 201, "whoever stole a session keeps its owner out of nothing");
    assert!(told(&bench).await.is_empty());
    bench.world.pass_seconds(900 - bench.world.now().seconds().rem_euclid(900));
    assert_eq!(change(&bench, &pair.access, PASSWORD, OTHER).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn a_reset_whose_write_is_repeated_is_done_and_one_that_was_asked_for_is_mailed_once() {
    let (bench, lost) = bench_that_loses();
    sign_up(&bench, EMAIL).await;
    crate::harness::verify(&bench, EMAIL);
    mails(&bench).await;
    *lost.lock().unwrap() = Some("PutItem");
    assert_eq!(bench.http(ask_for_reset(EMAIL)).await.status, 202);
    let mailed = mails(&bench).await;
    assert_eq!((mailed.len(), *lost.lock().unwrap()), (1, None), "an answer was lost");
    *lost.lock().unwrap() = Some("TransactWriteItems");
    assert_eq!(reset(&bench, &mailed[0].token, OTHER).await.status, 204);
    assert_eq!(*lost.lock().unwrap(), None, "an answer was lost");
    assert_eq!(signs_in(&bench, OTHER).await, 201);
    let notices = told(&bench).await.into_iter().filter(|(_, kind, _)| kind == "users.credentials_changed.v1");
    assert_eq!(notices.count(), 1);
}

#[tokio::test]
async fn a_password_that_was_hashed_at_another_cost_is_hashed_again_when_its_owner_signs_in() {
    let bench = bench();
    let (_, pair) = somebody(&bench, EMAIL).await;
    told(&bench).await;
    let cheaper = Hasher::with_cost(16, 1, 1).unwrap().hash(PASSWORD, [7; 16]).unwrap();
    let mut item = items(&bench, "profile")[0].clone();
    item["password_hash"] = json!({"S": cheaper});
    bench.dynamo.put(&item);
    let hash = || items(&bench, "profile")[0]["password_hash"]["S"].as_str().unwrap().to_owned();
    assert_eq!(signs_in(&bench, "not the password").await, 401);
    assert!(hash().contains("m=16,"), "whoever does not know it renews nothing");
    assert_eq!(signs_in(&bench, PASSWORD).await, 201);
    assert!(hash().contains("m=8,"), "{}", hash());
    let renewed = hash();
    assert_eq!((signs_in(&bench, PASSWORD).await, hash()), (201, renewed));
    assert_eq!(refresh(&bench, &pair.refresh).await.status, 200, "nothing ends");
}
