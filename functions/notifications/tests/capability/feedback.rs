//! What the mail service tells of mails after it took them: bounces and complaints, as SES publishes them to a topic.

use crate::harness::{ADDRESS, MailService, ORDER, TOPIC, about, bench, every_message, notification, placed, refused};
use chassis::testing::{Bench, Request, Response};
use events::ids::{CredentialTokenId, UserId};
use events::users::{CredentialChange, CredentialsChanged, Role};
use notifications::Notifications;
use notifications::domain::email_delivery::{HOLD_SECONDS, RECORD_SECONDS};
use serde_json::{Value, json};

const PERMANENT: &str = include_str!("../fixtures/ses_bounce_permanent.json");
const TRANSIENT: &str = include_str!("../fixtures/ses_bounce_transient.json");
const COMPLAINT: &str = include_str!("../fixtures/ses_complaint.json");
const DELIVERY: &str = include_str!("../fixtures/ses_delivery.json");
const REJECT: &str = include_str!("../fixtures/ses_reject.json");

async fn told(bench: &Bench<Notifications>, message: &str) -> Vec<usize> {
    bench.deliver_raw(&[notification(TOPIC, message)]).await
}

/// A shop that has sent the first mail about the order.
async fn sent() -> (Bench<Notifications>, MailService) {
    let (bench, mail_service) = bench();
    bench.receive(&ORDER.to_string(), 1, &placed()).await;
    assert_eq!(mail_service.take().len(), 1);
    (bench, mail_service)
}

async fn post(bench: &Bench<Notifications>, target: &str, email: &str) -> Response {
    bench.http(Request::post(target, json!({"email": email})).bearer(&bench.staff())).await
}

async fn first(bench: &Bench<Notifications>) -> Value {
    let target = format!("/v1/notifications?order_id={ORDER}");
    let answer = bench.http(Request::get(&target).bearer(&bench.staff())).await;
    answer.body["items"][0].clone()
}

#[tokio::test]
async fn a_mail_goes_out_with_what_brings_its_fate_back() {
    let (bench, mail_service) = bench();
    bench.receive(&ORDER.to_string(), 1, &placed()).await;
    let email = &mail_service.take()[0];
    assert_eq!(email["ConfigurationSetName"], "souk-test");
    let event: Value = serde_json::from_str(PERMANENT).unwrap();
    assert_eq!(email["EmailTags"][1], json!({"Name": "message", "Value": event["mail"]["tags"]["message"][0]}));
}

#[tokio::test]
async fn a_mailbox_that_refuses_mails_for_good_gets_none_until_staff_lift_it_however_often_and_late_it_is_told() {
    let (bench, mail_service) = sent().await;
    for _ in 0..2 {
        assert!(told(&bench, PERMANENT).await.is_empty());
    }
    let record = first(&bench).await;
    let bounced = json!({"at": "2026-01-01T00:00:02.000Z", "code": "Permanent General 5.1.1", "for_good": true});
    assert_eq!((&record["status"], &record["bounced"]), (&json!("sent"), &bounced));
    assert!(bench.deliver(&[about(&bench, 8)]).await.is_empty());
    assert!(mail_service.take().is_empty());
    let suppressed = bench.dynamo.items().into_iter().find(|item| item["status"]["S"] == "suppressed").unwrap();
    assert_eq!(suppressed["kind"]["S"], "order_placed");
    let text = serde_json::to_string(&bench.dynamo.items()).unwrap();
    assert!(!text.contains(ADDRESS) && text.contains("suppressed#"), "{text}");

    let found = post(&bench, "/v1/suppressions/search", "ADA@example.com").await;
    assert_eq!((found.status, &found.body["reason"]), (200, &json!("bounced")));
    assert_eq!(post(&bench, "/v1/suppressions/search", "bob@example.com").await.status, 404);
    assert_eq!(post(&bench, "/v1/suppressions/lift", "nobody").await.status, 422);
    let lifted = post(&bench, "/v1/suppressions/lift", ADDRESS).await;
    assert!(lifted.status == 200 && lifted.body["lifted_at"].is_string(), "{lifted:?}");
    assert_eq!(post(&bench, "/v1/suppressions/lift", ADDRESS).await.status, 409);
    // What was told before then is told once more.
    assert!(told(&bench, PERMANENT).await.is_empty());
    assert!(bench.deliver(&[about(&bench, 9)]).await.is_empty());
    assert_eq!(mail_service.take().len(), 1);
    let admin = bench.token(UserId::from_bits(98), &[Role::Admin]);
    let log = bench.http(Request::get("/v1/notifications/audit").bearer(&admin)).await;
    let entry = &log.body["items"][0];
    assert_eq!(entry["action"], "liftSuppression");
    assert!(!entry.to_string().contains(ADDRESS), "{entry}");
}

#[tokio::test]
async fn an_address_with_a_plus_sign_that_bounces_keeps_no_mails_from_the_one_without() {
    let (bench, mail_service) = sent().await;
    for message in [PERMANENT, COMPLAINT] {
        assert!(told(&bench, &message.replace(ADDRESS, "ada+zz@example.com")).await.is_empty());
    }
    assert!(bench.deliver(&[about(&bench, 8)]).await.is_empty());
    assert_eq!(mail_service.take().len(), 1, "anybody may have made the other one up");
    assert_eq!(post(&bench, "/v1/suppressions/search", ADDRESS).await.status, 404);
    assert_eq!(post(&bench, "/v1/suppressions/search", "ada+zz@example.com").await.status, 200);
}

#[tokio::test]
async fn a_complaint_keeps_mails_away_and_what_passes_does_not() {
    let (bench, mail_service) = sent().await;
    for message in [DELIVERY, TRANSIENT, REJECT] {
        assert!(told(&bench, message).await.is_empty());
    }
    assert_eq!(first(&bench).await["bounced"]["code"], "Transient MailboxFull 4.2.2");
    assert!(bench.deliver(&[about(&bench, 8)]).await.is_empty());
    assert_eq!(mail_service.take().len(), 1);
    assert!(told(&bench, COMPLAINT).await.is_empty());
    let record = first(&bench).await;
    assert_eq!((&record["complained"]["code"], &record["complained"]["for_good"]), (&json!("abuse"), &json!(true)));
    assert!(bench.deliver(&[about(&bench, 9)]).await.is_empty());
    assert!(mail_service.take().is_empty());
}

#[tokio::test]
async fn what_is_told_of_a_mail_that_nobody_knows_keeps_mails_away_all_the_same() {
    let (bench, mail_service) = bench();
    let mut event: Value = serde_json::from_str(PERMANENT).unwrap();
    assert!(told(&bench, PERMANENT).await.is_empty());
    event["mail"]["tags"].as_object_mut().unwrap().remove("message");
    assert!(told(&bench, &event.to_string()).await.is_empty());
    assert!(bench.deliver(&[about(&bench, 8)]).await.is_empty());
    assert!(mail_service.take().is_empty() && bench.queues.dead_lettered().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_is_told_before_the_outcome_is_recorded_comes_again_and_proves_it() {
    let (bench, mail_service) = bench();
    let (dynamo, world) = (bench.dynamo.clone(), bench.world.clone());
    mail_service.meanwhile(move || {
        dynamo.throttle_next(3);
        world.pass_seconds(RECORD_SECONDS);
    });
    bench.receive(&ORDER.to_string(), 1, &placed()).await;
    assert_eq!(first(&bench).await["status"], "claimed");
    bench.world.pass_seconds(HOLD_SECONDS - RECORD_SECONDS - 1);
    assert_eq!(told(&bench, TRANSIENT).await, [0]);
    bench.world.pass_seconds(1);
    assert!(told(&bench, TRANSIENT).await.is_empty());
    assert_eq!(first(&bench).await["status"], "sent");
}

#[tokio::test]
async fn another_topic_and_what_is_no_event_go_to_the_dead_letters_and_the_mail_services_trial_does_not() {
    let (bench, _) = bench();
    assert!(told(&bench, "Successfully validated SNS topic for Amazon SES event publishing.").await.is_empty());
    assert!(bench.queues.dead_lettered().is_empty());
    let other = TOPIC.replace("feedback", "elsewhere");
    let bodies = [notification(&other, PERMANENT), notification(TOPIC, "{}")];
    assert!(bench.deliver_raw(&bodies).await.is_empty());
    assert_eq!(bench.queues.dead_lettered().len(), 2);
    assert!(bench.dynamo.items().is_empty());
}

#[tokio::test]
async fn staff_are_told_of_what_came_back_and_cannot_send_again_where_nothing_is_sent() {
    let (bench, mail_service) = sent().await;
    let kept = refused(&bench, &mail_service, about(&bench, 8)).await;
    assert!(told(&bench, PERMANENT).await.is_empty());
    let resend = Request::new("POST", &format!("/v1/notifications/{kept}/resend")).bearer(&bench.staff());
    let answer = bench.http(resend).await;
    assert_eq!((answer.status, &answer.body["type"]), (409, &json!("urn:souk:problem:address_suppressed")));
    let open = async |target: &str| {
        let cookie = format!("__Host-souk_access={}", bench.staff());
        let answer = bench.http(Request::get(target).header("cookie", &cookie)).await;
        assert_eq!(answer.status, 200, "{target}: {answer:?}");
        answer.body.as_str().unwrap().to_owned()
    };
    let list = open("/staff/notifications").await;
    assert!(list.contains(r#"<span class="badge badge-bad">Came back</span>"#), "{list}");
    assert!(open("/staff/notifications/summary").await.contains(">2<"));
    assert!(open(&format!("/staff/notifications/of/{ORDER}")).await.contains("Came back"));
    let id = first(&bench).await["id"].as_str().unwrap().to_owned();
    let page = open(&format!("/staff/notifications/{id}")).await;
    assert!(page.contains("Permanent General 5.1.1") && !page.contains("resend"), "{page}");
}

#[tokio::test]
async fn a_users_page_shows_the_mails_about_the_account() {
    let (bench, mail_service) = bench();
    let user = UserId::from_bits(1);
    let cookie = format!("__Host-souk_access={}", bench.staff());
    let part = async || {
        let request = Request::get(&format!("/staff/notifications/of-user/{user}")).header("cookie", &cookie);
        bench.http(request).await.body.as_str().unwrap().to_owned()
    };
    assert!(part().await.contains("No emails about this account"));
    bench.receive(&user.to_string(), 1, &crate::harness::registered()).await;
    assert_eq!(mail_service.take().len(), 1);
    let shown = part().await;
    assert!(shown.contains("Welcome") && shown.contains("Sent"), "{shown}");
}

#[tokio::test]
async fn a_users_page_shows_the_newest_emails_first_however_many_links_were_mailed_before() {
    let (bench, mail_service) = bench();
    let user = UserId::from_bits(1);
    bench.receive(&user.to_string(), 1, &crate::harness::registered()).await;
    bench.world.pass_seconds(60);
    let reset = every_message(&bench).into_iter().find(|message| message.kind.contains("password_reset")).unwrap();
    bench.deliver(std::slice::from_ref(&reset)).await;
    let items = bench.dynamo.items();
    let mailed = items.iter().find(|item| item["kind"]["S"] == "password_reset_requested").unwrap();
    bench.dynamo.put_all((2..=120).map(|number| {
        let (token, mut copy) = (CredentialTokenId::from_bits(number), mailed.clone());
        copy["message_id"]["S"] = format!("{token}/1/{}", reset.kind).into();
        copy["sk"]["S"] = format!("{token}/0000000001/{}", reset.kind).into();
        copy
    }));
    bench.world.pass_seconds(60);
    let (change, at) = (CredentialChange::Password, bench.world.now());
    let changed = CredentialsChanged { user_id: user, contact: crate::harness::contact(), change, at, language: None };
    bench.receive(&user.to_string(), 2, &changed).await;
    assert_eq!(mail_service.take().len(), 3);
    let cookie = format!("__Host-souk_access={}", bench.staff());
    let part = Request::get(&format!("/staff/notifications/of-user/{user}")).header("cookie", &cookie);
    let shown = bench.http(part).await.body.as_str().unwrap().to_owned();
    assert_eq!(shown.matches("<tr><th scope=\"row\">").count(), 100, "{shown}");
    let notice = shown.find("Sign-in changed").unwrap();
    assert!(notice < shown.find("New password wanted").unwrap(), "{shown}");
    assert!(!shown.contains("Welcome"), "the oldest is left out: {shown}");
}

#[tokio::test]
async fn an_email_with_a_link_that_comes_back_is_shown_with_its_user_and_recorded_once() {
    let (bench, mail_service) = bench();
    let user = UserId::from_bits(1);
    let reset = every_message(&bench).into_iter().find(|message| message.kind.contains("password_reset")).unwrap();
    assert!(bench.deliver(std::slice::from_ref(&reset)).await.is_empty());
    let tag = mail_service.take()[0]["EmailTags"][1].clone();
    assert_eq!(tag["Name"], "message");
    let mut event: Value = serde_json::from_str(PERMANENT).unwrap();
    event["mail"]["tags"]["message"] = json!([tag["Value"]]);
    for _ in 0..2 {
        assert!(told(&bench, &event.to_string()).await.is_empty());
    }
    let records = bench.dynamo.items().into_iter().filter(|item| item.get("bounced").is_some());
    let (seqs, keys): (Vec<_>, Vec<_>) =
        records.map(|item| (item["seq"]["N"].clone(), item["pk"]["S"].clone())).unzip();
    assert_eq!((seqs, keys), (vec![json!("3")], vec![json!(user)]), "claimed, sent, come back");
    let cookie = format!("__Host-souk_access={}", bench.staff());
    let part = Request::get(&format!("/staff/notifications/of-user/{user}")).header("cookie", &cookie);
    let shown = bench.http(part).await.body.as_str().unwrap().to_owned();
    let page = format!("/staff/notifications/{user}~{}", reset.id.replace('/', "~"));
    assert!(shown.contains("Came back") && shown.contains(&format!("href=\"{page}\"")), "{shown}");
    let page = bench.http(Request::get(&page).header("cookie", &cookie)).await;
    assert!(page.status == 200 && page.body.as_str().unwrap().contains("Permanent General 5.1.1"), "{page:?}");
}

#[tokio::test]
async fn staff_see_on_a_users_page_that_the_mailbox_gets_none_and_have_it_get_emails_again() {
    let (bench, mail_service) = sent().await;
    let user = UserId::from_bits(1);
    bench.receive(&user.to_string(), 1, &crate::harness::registered()).await;
    assert_eq!(mail_service.take().len(), 1);
    let cookie = format!("__Host-souk_access={}", bench.staff());
    let part = Request::get(&format!("/staff/notifications/of-user/{user}")).header("cookie", &cookie);
    let shown = async || bench.http(part.clone()).await.body.as_str().unwrap().to_owned();
    assert!(!shown().await.contains("Gets no emails"));
    assert!(told(&bench, PERMANENT).await.is_empty());
    let page = format!("/staff/notifications/mailboxes?user_id={user}");
    let silenced = shown().await;
    assert!(silenced.contains("Gets no emails") && silenced.contains(&format!("href=\"{page}\"")), "{silenced}");
    let open = bench.http(Request::get(&page).header("cookie", &cookie)).await;
    assert!(open.body.as_str().unwrap().contains("The mailbox refused an email for good."), "{open:?}");
    let lift = async |confirmed: &str| {
        let id = user.to_string();
        let fields = [("user_id", id.as_str()), ("confirmed", confirmed)];
        bench.http(Request::form("/staff/notifications/mailboxes/lift", &fields).header("cookie", &cookie)).await
    };
    let unconfirmed = lift("").await;
    assert!(
        unconfirmed.status == 422 && unconfirmed.body.as_str().unwrap().contains("Tick the box"),
        "{unconfirmed:?}"
    );
    let lifted = lift("yes").await;
    assert_eq!((lifted.status, lifted.header("location")), (303, Some(&*format!("{page}&done=lifted"))));
    assert!(!shown().await.contains("Gets no emails"));
    assert_eq!(lift("yes").await.status, 409);
    assert!(bench.deliver(&[about(&bench, 8)]).await.is_empty());
    assert_eq!(mail_service.take().len(), 1);
}

#[tokio::test]
async fn staff_look_a_mailbox_up_by_its_address_which_no_link_has() {
    let (bench, _) = sent().await;
    assert!(told(&bench, COMPLAINT).await.is_empty());
    let cookie = format!("__Host-souk_access={}", bench.staff());
    let send = async |target: &str, fields: &[(&str, &str)]| {
        bench.http(Request::form(target, fields).header("cookie", &cookie)).await
    };
    let search = async |email: &str| send("/staff/notifications/mailboxes", &[("email", email)]).await;
    let text = |answer: &Response| answer.body.as_str().unwrap().to_owned();
    let refused = search("nobody").await;
    assert!(refused.status == 422 && text(&refused).contains(r#"id="field-email-error""#), "{refused:?}");
    let none = search("bob@example.com").await;
    assert!(none.status == 200 && text(&none).contains("Nothing was heard of this mailbox"), "{none:?}");
    let found = search("ADA@example.com").await;
    assert!(found.status == 200 && text(&found).contains("Its owner called an email spam."), "{found:?}");
    let links = text(&found);
    let mut links = links.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    assert!(!links.any(|link| link.contains('@') || link.contains("%40")), "{found:?}");
    let lifted = send("/staff/notifications/mailboxes/lift", &[("email", ADDRESS), ("confirmed", "yes")]).await;
    assert_eq!((lifted.status, lifted.header("location")), (303, Some("/staff/notifications/mailboxes?done=lifted")));
    assert!(text(&search(ADDRESS).await).contains("Gets emails again since"));
}
