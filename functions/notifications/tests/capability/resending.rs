//! Refused emails: what is kept of them, and how staff have them sent again.

use crate::harness::{ADDRESS, MailService, ORDER, TOKEN, about, bench, every_message, refused};
use chassis::testing::{Bench, Request, Response};
use events::ids::UserId;
use events::users::Role;
use notifications::Notifications;
use notifications::domain::email_delivery::HOLD_SECONDS;
use notifications::domain::kept_email::KEPT_DAYS;
use serde_json::{Value, json};

const DAY: i64 = 24 * 60 * 60;

/// The id of the email about the message of that transition.
fn id_of(bench: &Bench<Notifications>, transition: usize) -> String {
    every_message(bench)[transition - 1].id.replace('/', "~")
}

async fn refuse(bench: &Bench<Notifications>, mail_service: &MailService, transition: usize) -> String {
    refused(bench, mail_service, every_message(bench).swap_remove(transition - 1)).await
}

async fn get(bench: &Bench<Notifications>, target: &str) -> Value {
    let answer = bench.http(Request::get(target).bearer(&bench.staff())).await;
    assert_eq!(answer.status, 200, "{target}: {answer:?}");
    answer.body
}

async fn read(bench: &Bench<Notifications>, id: &str) -> Value {
    get(bench, &format!("/v1/notifications/{id}")).await
}

/// Ids of those that wait for staff.
async fn waiting(bench: &Bench<Notifications>) -> Vec<String> {
    let list = get(bench, "/v1/notifications?status=failed").await;
    list["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

async fn resend(bench: &Bench<Notifications>, id: &str) -> Response {
    bench.http(Request::new("POST", &format!("/v1/notifications/{id}/resend")).bearer(&bench.staff())).await
}

/// Statuses of the emails of the order, oldest first.
async fn statuses(bench: &Bench<Notifications>) -> Vec<String> {
    let list = get(bench, &format!("/v1/notifications?order_id={ORDER}")).await;
    list["items"].as_array().unwrap().iter().map(|item| item["status"].as_str().unwrap().to_owned()).collect()
}

async fn audited(bench: &Bench<Notifications>) -> Vec<Value> {
    let admin = bench.token(UserId::from_bits(98), &[Role::Admin]);
    let answer = bench.http(Request::get("/v1/notifications/audit").bearer(&admin)).await;
    answer.body["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_refused_email_is_kept_with_its_address_and_without_its_token_and_no_other_is() {
    let (bench, mail_service) = bench();
    let id = refuse(&bench, &mail_service, 1).await;
    let found = read(&bench, &id).await;
    assert_eq!((&found["status"], &found["failure"]), (&json!("failed"), &json!("MessageRejected")));
    assert_eq!(found["email"]["to"], ADDRESS);
    assert!(found["email"]["subject"].as_str().unwrap().ends_with("(00000-00007)"), "{found}");
    let text = found["email"]["text"].as_str().unwrap();
    assert!(text.starts_with("Hello Ada,\n") && text.contains("Tea <b>strong</b>"), "{text}");
    assert!(!serde_json::to_string(&bench.dynamo.items()).unwrap().contains(TOKEN));

    bench.deliver(&[about(&bench, 8)]).await;
    let sent = read(&bench, &about(&bench, 8).id.replace('/', "~")).await;
    assert_eq!((&sent["status"], sent.get("email")), (&json!("sent"), None));
    let kept = bench.dynamo.items().into_iter().filter(|item| item["pk"]["S"].as_str().unwrap().starts_with("kept#"));
    assert_eq!(kept.count(), 1);
}

#[tokio::test]
async fn a_refused_email_with_a_link_is_listed_with_its_user_and_nothing_of_it_is_kept() {
    let (bench, mail_service) = bench();
    let user = UserId::from_bits(1);
    let reset = every_message(&bench).into_iter().find(|message| message.kind.contains("password_reset")).unwrap();
    let id = format!("{user}~{}", refused(&bench, &mail_service, reset.clone()).await);
    assert_eq!(waiting(&bench).await, std::slice::from_ref(&id));
    let found = read(&bench, &id).await;
    assert_eq!((&found["user_id"], &found["message_id"]), (&json!(user), &json!(reset.id)));
    assert_eq!((&found["failure"], found.get("email")), (&json!("MessageRejected"), None));
    let text = serde_json::to_string(&bench.dynamo.items()).unwrap();
    assert!(!text.contains(ADDRESS) && !text.contains("kept#"), "{text}");
    let again = resend(&bench, &id).await;
    assert_eq!((again.status, again.problem()), (409, "not_kept"));
    assert!(mail_service.take().is_empty());
}

#[tokio::test]
async fn staff_send_a_refused_email_again_under_an_id_of_its_own_once() {
    let (bench, mail_service) = bench();
    let id = refuse(&bench, &mail_service, 1).await;
    assert_eq!(waiting(&bench).await, std::slice::from_ref(&id));
    let again = resend(&bench, &id).await;
    assert_eq!((again.status, &again.body["status"]), (200, &json!("sent")), "{again:?}");
    assert_eq!(again.body["id"], format!("{id}~2"));
    let emails = mail_service.take();
    let (email, simple) = (&emails[0], &emails[0]["Content"]["Simple"]);
    assert_eq!((emails.len(), &email["Destination"]), (1, &json!({"ToAddresses": [ADDRESS]})));
    assert_eq!(simple["Headers"][0]["Value"], format!("{ORDER}/1/orders.order_placed.v1/2"));
    assert_eq!(email["EmailTags"][0]["Value"], "order_placed");
    let text = simple["Body"]["Text"]["Data"].as_str().unwrap();
    assert!(text.contains(&format!("/orders/{ORDER}\n")) && !text.contains("token="), "{text}");
    let html = simple["Body"]["Html"]["Data"].as_str().unwrap();
    assert!(html.contains("Tea &#60;b&#62;strong&#60;/b&#62;") && !html.contains("<b>"), "{html}");

    assert!(waiting(&bench).await.is_empty());
    assert_eq!(read(&bench, &id).await["resent_as"], format!("{id}~2"));
    assert_eq!(statuses(&bench).await, ["failed", "sent"]);
    let entries = audited(&bench).await;
    assert_eq!(entries.len(), 1);
    assert_eq!((&entries[0]["action"], &entries[0]["resource"]), (&json!("resendNotification"), &again.body["id"]));
    assert_eq!(entries[0]["actor"], UserId::from_bits(99).to_string());

    let repeated = resend(&bench, &id).await;
    assert_eq!((repeated.status, &repeated.body["id"]), (200, &again.body["id"]));
    assert!(mail_service.take().is_empty());
    assert_eq!(audited(&bench).await.len(), 1);
}

#[tokio::test]
async fn the_message_of_a_refused_email_that_comes_again_sends_nothing_before_staff_did_and_after() {
    let (bench, mail_service) = bench();
    let message = every_message(&bench).swap_remove(0);
    let id = refused(&bench, &mail_service, message.clone()).await;
    assert!(bench.deliver(std::slice::from_ref(&message)).await.is_empty());
    assert!(mail_service.take().is_empty());
    assert_eq!(resend(&bench, &id).await.status, 200);
    assert!(bench.deliver(&[message]).await.is_empty());
    assert_eq!(mail_service.take().len(), 1);
}

#[tokio::test]
async fn an_email_that_the_mail_service_does_not_take_now_waits_for_staff_and_is_sent_when_they_come_again() {
    for name in ["SendingPausedException", "AccessDeniedException"] {
        let (bench, mail_service) = bench();
        let id = refuse(&bench, &mail_service, 1).await;
        mail_service.refuse_next(1, 400, name);
        let deferred = resend(&bench, &id).await;
        assert_eq!((deferred.status, deferred.problem()), (503, "unavailable"), "{name}");
        assert!(!deferred.body.to_string().contains(ADDRESS), "{name}");
        assert_eq!(waiting(&bench).await, [format!("{id}~2")], "{name}");
        assert_eq!(statuses(&bench).await, ["failed", "claimed"], "{name}");
        // The one that waits and the one that was refused lead to the same email.
        let again = resend(&bench, &format!("{id}~2")).await;
        assert_eq!((again.status, &again.body["status"]), (200, &json!("sent")), "{name}");
        assert_eq!(resend(&bench, &id).await.body["id"], format!("{id}~2"), "{name}");
        assert_eq!(mail_service.take().len(), 1, "{name}");
        assert!(waiting(&bench).await.is_empty(), "{name}");
    }
}

#[tokio::test]
async fn what_is_refused_once_more_waits_for_staff_in_the_place_of_the_first() {
    let (bench, mail_service) = bench();
    let id = refuse(&bench, &mail_service, 1).await;
    mail_service.refuse_next(1, 400, "BadRequestException");
    let second = resend(&bench, &id).await;
    assert_eq!((second.status, &second.body["failure"]), (200, &json!("BadRequestException")));
    assert_eq!(waiting(&bench).await, [format!("{id}~2")]);
    let third = resend(&bench, &format!("{id}~2")).await;
    assert_eq!((&third.body["id"], &third.body["status"]), (&json!(format!("{id}~3")), &json!("sent")));
    assert!(waiting(&bench).await.is_empty());
    assert_eq!(statuses(&bench).await, ["failed", "failed", "sent"]);
}

#[tokio::test]
async fn an_email_that_may_be_being_sent_is_not_sent_by_another() {
    let (bench, mail_service) = bench();
    let id = refuse(&bench, &mail_service, 1).await;
    mail_service.refuse_next(1, 400, "SendingPausedException");
    resend(&bench, &id).await;
    let sk = format!("{ORDER}/0000000001/orders.order_placed.v1/0000000002");
    let mut claimed = bench.dynamo.item(&ORDER.to_string(), &sk).unwrap();
    claimed["held_until"]["S"] = bench.world.now().plus_seconds(HOLD_SECONDS).to_string().into();
    bench.dynamo.put(&claimed);
    let pending = resend(&bench, &id).await;
    assert_eq!((pending.status, pending.problem()), (409, "resend_pending"));
    assert!(mail_service.take().is_empty());
    bench.world.pass_seconds(HOLD_SECONDS);
    assert_eq!(resend(&bench, &id).await.body["status"], "sent");
    assert_eq!(mail_service.take().len(), 1);
}

#[tokio::test]
async fn two_who_send_an_email_again_at_once_send_one() {
    let (bench, mail_service) = bench();
    let id = refuse(&bench, &mail_service, 1).await;
    let (one, other) = tokio::join!(resend(&bench, &id), resend(&bench, &id));
    assert!([one.status, other.status].contains(&200), "{one:?} {other:?}");
    assert!([&one, &other].iter().all(|answer| answer.status == 200 || answer.problem() == "resend_pending"));
    assert_eq!(mail_service.take().len(), 1);
    assert_eq!(statuses(&bench).await, ["failed", "sent"]);
}

#[tokio::test]
async fn what_was_not_refused_is_not_kept_or_asks_for_a_payment_too_late_is_not_sent_again() {
    let (bench, mail_service) = bench();
    // The placing comes first: it has no email once another email about the order was sent.
    let kept = refuse(&bench, &mail_service, 1).await;
    bench.deliver(&[every_message(&bench).swap_remove(3)]).await;
    let (sent, declined) = (id_of(&bench, 4), refuse(&bench, &mail_service, 2).await);
    let asked = refuse(&bench, &mail_service, 3).await;
    mail_service.take();
    let before = bench.dynamo.items();
    let refusal = resend(&bench, &sent).await;
    assert_eq!((refusal.status, refusal.problem()), (409, "not_failed"));
    bench.world.pass_seconds(DAY);
    for outdated in [&declined, &asked] {
        let refusal = resend(&bench, outdated).await;
        assert_eq!((refusal.status, refusal.problem()), (409, "email_outdated"), "{outdated}");
    }
    bench.world.pass_seconds((KEPT_DAYS - 1) * DAY);
    let refusal = resend(&bench, &kept).await;
    assert_eq!((refusal.status, refusal.problem()), (409, "not_kept"));
    assert_eq!(read(&bench, &kept).await.get("email"), None);
    assert_eq!(bench.dynamo.items(), before);
    assert!(mail_service.take().is_empty());
}

#[tokio::test]
async fn an_email_that_does_not_exist_is_not_found_and_emails_are_the_staffs_alone() {
    let (bench, mail_service) = bench();
    let id = refuse(&bench, &mail_service, 1).await;
    let customer = bench.token(UserId::from_bits(1), &[Role::Customer]);
    for unknown in [format!("{id}~2"), id_of(&bench, 2), ORDER.to_string(), format!("{id}~x")] {
        assert_eq!(resend(&bench, &unknown).await.status, 404, "{unknown}");
    }
    for (method, target) in
        [("GET", format!("/v1/notifications/{id}")), ("POST", format!("/v1/notifications/{id}/resend"))]
    {
        assert_eq!(bench.http(Request::new(method, &target)).await.status, 401, "{target}");
        assert_eq!(bench.http(Request::new(method, &target).bearer(&customer)).await.status, 403, "{target}");
    }
    let audit = Request::get("/v1/notifications/audit").bearer(&bench.staff());
    assert_eq!(bench.http(audit).await.status, 403);
    assert!(mail_service.take().is_empty());
}

#[tokio::test]
async fn sending_again_takes_four_reads_a_transaction_and_the_record_of_the_outcome() {
    let (bench, mail_service) = bench();
    let id = refuse(&bench, &mail_service, 1).await;
    bench.dynamo.take_calls();
    assert_eq!(resend(&bench, &id).await.status, 200);
    let calls = bench.dynamo.take_calls();
    let operations: Vec<_> = calls.iter().map(|call| call.operation.as_str()).collect();
    assert_eq!(operations, ["GetItem", "GetItem", "GetItem", "GetItem", "TransactWriteItems", "PutItem"]);
    let read: u64 = calls.iter().filter(|call| call.is_read()).map(|call| call.tenths_of_units).sum();
    assert_eq!(read, 25);
}
