//! Two who show tokens at the same moment.

use crate::credentials::{EMAIL, ask_for_reset, mails, reset};
use crate::credentials_email::{ask, confirm, halves};
use crate::harness::{PASSWORD, items, refusal, sign_in_request, sign_up_request, somebody, verify};
use crate::races::{before, bench_over, other_over, shared};
use serde_json::json;

const NEW: &str = "ada@example.net";

#[tokio::test(start_paused = true)]
async fn of_two_who_show_one_token_at_once_one_sets_the_password() {
    let dynamo = shared();
    let ((one, rival), other) = (bench_over(&dynamo), other_over(&dynamo));
    somebody(&one, EMAIL).await;
    one.http(ask_for_reset(EMAIL)).await;
    let token = mails(&one).await[1].token.clone();
    let same = token.clone();
    *rival.lock().unwrap() = before("TransactWriteItems", move || async move {
        assert_eq!(reset(&other, &same, "the faster harbour").await.status, 204);
    });
    assert_eq!(refusal(&reset(&one, &token, "the slower harbour").await), (404, "invalid_token"));
    assert!(rival.lock().unwrap().is_none(), "the other came in between");
    for (password, status) in [("the faster harbour", 201), ("the slower harbour", 401), (PASSWORD, 401)] {
        assert_eq!(one.http(sign_in_request(EMAIL, password)).await.status, status, "{password}");
    }
}

#[tokio::test(start_paused = true)]
async fn of_two_mailboxes_that_confirm_at_once_the_later_one_changes_the_address() {
    let dynamo = shared();
    let ((one, rival), other) = (bench_over(&dynamo), other_over(&dynamo));
    let (_, pair) = somebody(&one, EMAIL).await;
    verify(&one, EMAIL);
    assert_eq!(ask(&one, &pair.access, NEW, PASSWORD).await.status, 202);
    let (present, new) = halves(&mails(&one).await);
    *rival.lock().unwrap() = before("UpdateItem", move || async move {
        assert_eq!(confirm(&other, &new).await.body["status"], "waiting");
    });
    assert_eq!(confirm(&one, &present).await.body["status"], "done");
    assert!(rival.lock().unwrap().is_none(), "the other came in between");
    assert_eq!(items(&one, "profile")[0]["email"]["S"], NEW);
}

#[tokio::test(start_paused = true)]
async fn a_change_that_both_mailboxes_make_at_once_is_made_once_and_both_hear_that_it_is_done() {
    let dynamo = shared();
    let ((one, rival), other) = (bench_over(&dynamo), other_over(&dynamo));
    let (_, pair) = somebody(&one, EMAIL).await;
    verify(&one, EMAIL);
    assert_eq!(ask(&one, &pair.access, NEW, PASSWORD).await.status, 202);
    let (present, new) = halves(&mails(&one).await);
    assert_eq!(confirm(&one, &new).await.body["status"], "waiting");
    let again = new.clone();
    *rival.lock().unwrap() = before("TransactWriteItems", move || async move {
        assert_eq!(confirm(&other, &again).await.body["status"], "done");
    });
    assert_eq!(confirm(&one, &present).await.body["status"], "done");
    assert!(rival.lock().unwrap().is_none(), "the other came in between");
    assert_eq!(items(&one, "profile")[0]["seq"]["N"], "2");
}

#[tokio::test(start_paused = true)]
async fn an_address_that_somebody_else_gets_first_is_not_taken_from_them() {
    let dynamo = shared();
    let ((one, rival), other) = (bench_over(&dynamo), other_over(&dynamo));
    let (_, pair) = somebody(&one, EMAIL).await;
    verify(&one, EMAIL);
    assert_eq!(ask(&one, &pair.access, NEW, PASSWORD).await.status, 202);
    let (present, new) = halves(&mails(&one).await);
    assert_eq!(confirm(&one, &present).await.body["status"], "waiting");
    *rival.lock().unwrap() = before("TransactWriteItems", move || async move {
        assert_eq!(other.http(sign_up_request(NEW)).await.status, 201);
    });
    assert_eq!(refusal(&confirm(&one, &new).await), (409, "email_taken"));
    assert_eq!(one.http(sign_in_request(EMAIL, PASSWORD)).await.status, 201, "nothing changed");
    let owners = items(&one, "email");
    assert_eq!(owners.len(), 2, "{}", json!(owners));
}
