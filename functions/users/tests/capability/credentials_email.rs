//! Email addresses that change once both mailboxes have confirmed.

use crate::credentials::{EMAIL, Mail, ask_for_reset, mails, reset, told};
use crate::harness::{PASSWORD, bench, items, refresh, refusal, sign_in_request, sign_up, somebody, verify};
use chassis::testing::{Bench, Request, Response};
use events::Capability;
use serde_json::{Value, json};
use users::Users;

const NEW: &str = "ada@example.net";

pub async fn ask(bench: &Bench<Users>, access: &str, email: &str, password: &str) -> Response {
    let body = json!({"email": email, "password": password});
    bench.http(Request::post("/v1/email-changes", body).bearer(access)).await
}

pub async fn confirm(bench: &Bench<Users>, token: &str) -> Response {
    bench.http(Request::new("PUT", &format!("/v1/email-changes/{token}"))).await
}

/// The tokens of the present and of the new address.
pub fn halves(mailed: &[Mail]) -> (String, String) {
    let of = |is_new| mailed.iter().find(|mail| mail.kind == "email_change_requested" && mail.is_new == is_new);
    (of(false).unwrap().token.clone(), of(true).unwrap().token.clone())
}

fn status(answer: &Response) -> (u16, &Value) {
    (answer.status, &answer.body["status"])
}

#[tokio::test]
async fn an_address_changes_when_both_mailboxes_confirmed_and_the_former_one_is_told() {
    let bench = bench();
    let (id, pair) = somebody(&bench, EMAIL).await;
    verify(&bench, EMAIL);
    bench.http(ask_for_reset(EMAIL)).await;
    let earlier = mails(&bench).await;
    let asked = ask(&bench, &pair.access, " ADA@example.net", PASSWORD).await;
    assert_eq!((asked.status, &asked.body), (202, &json!({"expires_in": 3_600})));
    let mailed = mails(&bench).await;
    let to: Vec<_> = mailed.iter().map(|mail| (&*mail.to, mail.is_new)).collect();
    assert_eq!((to.len(), to.contains(&(EMAIL, false)), to.contains(&(NEW, true))), (2, true, true));
    let (present, new) = halves(&mailed);
    for _ in 0..2 {
        assert_eq!(status(&confirm(&bench, &new).await), (200, &json!("waiting")), "shown again, it says the same");
    }
    assert!(told(&bench).await.is_empty());
    assert_eq!(status(&confirm(&bench, &present).await), (200, &json!("done")));

    let signs_in = async |email: &str| bench.http(sign_in_request(email, PASSWORD)).await.status;
    assert_eq!((signs_in(EMAIL).await, signs_in(NEW).await), (401, 201));
    assert_eq!(refusal(&refresh(&bench, &pair.refresh).await), (401, "session_revoked"));
    let spent = reset(&bench, &earlier[1].token, "another quiet harbour").await;
    assert_eq!(refusal(&spent), (404, "invalid_token"), "a change of credentials ends all tokens");
    let told = told(&bench).await;
    let kinds: Vec<_> = told.iter().map(|(to, kind, _)| (*to, &**kind)).collect();
    let expected = [
        (Capability::Notifications, "users.contact_changed.v1"),
        (Capability::Notifications, "users.credentials_changed.v1"),
        (Capability::Orders, "users.email_verified.v1"),
    ];
    assert_eq!(kinds, expected);
    assert_eq!(told[0].2["contact"]["email"], NEW);
    assert_eq!((&told[1].2["contact"]["email"], &told[1].2["change"]), (&json!(EMAIL), &json!("email")));
    assert_eq!(told[2].2["user_id"], json!(id));
    assert_eq!(status(&confirm(&bench, &present).await), (200, &json!("done")), "whose answer was lost asks again");
    assert_eq!(items(&bench, "email").len(), 1, "the former address is free");
    sign_up(&bench, EMAIL).await;
}

#[tokio::test]
async fn whoever_mistyped_the_address_at_sign_up_changes_it_with_the_new_mailbox_alone() {
    let bench = bench();
    let (_, pair) = somebody(&bench, "adda@example.com").await;
    sign_up(&bench, "eve@example.com").await;
    verify(&bench, "eve@example.com");
    mails(&bench).await;
    assert_eq!(refusal(&ask(&bench, &pair.access, NEW, "not the password").await), (403, "wrong_password"));
    assert_eq!(ask(&bench, &pair.access, "eve@example.com", PASSWORD).await.status, 202);
    assert!(mails(&bench).await.is_empty(), "the one is another user's, and nobody need read the other");
    assert_eq!(ask(&bench, &pair.access, NEW, PASSWORD).await.status, 202);
    let mailed = mails(&bench).await;
    assert_eq!(mailed.iter().map(|mail| (&*mail.to, mail.is_new)).collect::<Vec<_>>(), [(NEW, true)]);
    assert_eq!(status(&confirm(&bench, &mailed[0].token).await), (200, &json!("done")));
    assert_eq!(bench.http(sign_in_request(NEW, PASSWORD)).await.status, 201);
    let told = told(&bench).await;
    let notices = told.iter().filter(|(_, kind, _)| kind == "users.credentials_changed.v1");
    assert_eq!(notices.count(), 0, "the former address may be a stranger's: {told:?}");
}

#[tokio::test]
async fn an_address_that_is_taken_gets_the_same_answer_and_its_owner_no_mail_and_it_never_changes() {
    let bench = bench();
    let (_, pair) = somebody(&bench, EMAIL).await;
    verify(&bench, EMAIL);
    sign_up(&bench, "eve@example.com").await;
    verify(&bench, "eve@example.com");
    mails(&bench).await;
    let ask = async |email: &str| {
        bench.dynamo.take_calls();
        let answer = ask(&bench, &pair.access, email, PASSWORD).await;
        let mut calls = bench.dynamo.take_calls();
        calls.sort_by_key(|call| (call.operation.clone(), call.tenths_of_units));
        (answer.status, answer.body, calls)
    };
    let free = ask(NEW).await;
    assert_eq!(mails(&bench).await.len(), 2);
    assert_eq!(ask("eve@example.com").await, free);
    let mailed = mails(&bench).await;
    assert_eq!(mailed.iter().map(|mail| (&*mail.to, mail.is_new)).collect::<Vec<_>>(), [(EMAIL, false)]);
    assert_eq!(status(&confirm(&bench, &mailed[0].token).await), (200, &json!("waiting")));
}

#[tokio::test]
async fn whoever_reads_the_mailbox_of_an_address_that_was_signed_up_and_never_verified_is_told_that_it_is_taken() {
    let bench = bench();
    let (_, pair) = somebody(&bench, EMAIL).await;
    verify(&bench, EMAIL);
    sign_up(&bench, NEW).await;
    mails(&bench).await;
    assert_eq!(ask(&bench, &pair.access, NEW, PASSWORD).await.status, 202);
    let (present, new) = halves(&mails(&bench).await);
    assert_eq!(status(&confirm(&bench, &present).await), (200, &json!("waiting")));
    assert_eq!(refusal(&confirm(&bench, &new).await), (409, "email_taken"));
    assert_eq!(bench.http(ask_for_reset(NEW)).await.status, 202);
    let mailed = mails(&bench).await;
    let token = &mailed.iter().find(|mail| mail.kind == "password_reset_requested").unwrap().token;
    assert_eq!(reset(&bench, token, "another quiet harbour").await.status, 204, "and gets that account");
}

#[tokio::test]
async fn a_change_needs_the_password_and_another_address_and_is_over_after_an_hour() {
    let bench = bench();
    let (_, pair) = somebody(&bench, EMAIL).await;
    verify(&bench, EMAIL);
    mails(&bench).await;
    let wrong = ask(&bench, &pair.access, NEW, "not the password").await;
    assert_eq!(refusal(&wrong), (403, "wrong_password"));
    for same in [EMAIL, "ADA@Example.com"] {
        let refused = ask(&bench, &pair.access, same, PASSWORD).await;
        assert_eq!((refused.status, &refused.body["field"]), (422, &json!("/email")), "{same}");
    }
    assert_eq!(ask(&bench, &pair.access, "ada", PASSWORD).await.status, 422);
    assert!(mails(&bench).await.is_empty());
    assert_eq!(ask(&bench, &pair.access, NEW, PASSWORD).await.status, 202);
    let (present, new) = halves(&mails(&bench).await);
    assert_eq!(status(&confirm(&bench, &present).await), (200, &json!("waiting")));
    bench.world.pass_seconds(3_600);
    for token in [&present, &new, &"A".repeat(43)] {
        assert_eq!(refusal(&confirm(&bench, token).await), (404, "invalid_token"));
    }
}
