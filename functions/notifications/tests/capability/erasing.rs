//! A person is forgotten, and an order: what is kept of emails goes, what comes late finds nobody, and the answer is said each time.

use crate::harness::{
    ADDRESS, MailService, ORDER, TOPIC, about, bench, notification, order, placed, refused, registered,
};
use chassis::testing::signing::verified_access_token;
use chassis::testing::{Bench, Request};
use events::ids::UserId;
use events::orders::{OrderDetails, OrderErased, OrderPlaced};
use events::users::{AccountErased, ContactChanged, CredentialChange, CredentialsChanged, UserErased};
use events::{Capability, Contact, Envelope, Language, Timestamp};
use notifications::Notifications;
use serde_json::{Value, json};

const USER: UserId = UserId::from_bits(1);
const AT: Timestamp = Timestamp::from_millis(1_767_225_600_000);

fn erased(bench: &Bench<Notifications>) -> Envelope<Value> {
    bench.envelope(&USER.to_string(), 9, &UserErased { user_id: USER, erased_at: AT })
}

fn contact() -> Contact {
    Contact { email: ADDRESS.parse().unwrap(), name: Some("Ada".to_owned()) }
}

fn changed() -> CredentialsChanged {
    CredentialsChanged {
        user_id: USER,
        contact: contact(),
        change: CredentialChange::Password,
        at: AT,
        language: Some(Language::En),
    }
}

/// What a mail service tells of the mail that a message brought.
fn bounce(message_id: &str) -> String {
    let tag = message_id.replace('/', "~").replace('.', "--").replace('~', "-");
    let mut event: Value = serde_json::from_str(include_str!("../fixtures/ses_bounce_permanent.json")).unwrap();
    event["mail"]["tags"]["message"] = json!([tag]);
    json!({"Type": "Notification", "MessageId": "1", "TopicArn": TOPIC, "Message": event.to_string(),
        "Timestamp": "2026-01-01T00:00:04.000Z"})
    .to_string()
}

/// Everything of the table, as text.
fn table(bench: &Bench<Notifications>) -> String {
    serde_json::to_string(&bench.dynamo.items()).unwrap()
}

/// A shop that knows Ada, keeps a refused email about the account, suppresses the mailbox and has a record of an earlier version.
async fn known() -> (Bench<Notifications>, MailService) {
    let (bench, mail_service) = bench();
    bench.receive(&USER.to_string(), 1, &registered()).await;
    refused(&bench, &mail_service, bench.envelope(&USER.to_string(), 2, &changed())).await;
    let welcome = format!("{USER}/1/users.user_registered.v1");
    bench.world.pass_seconds(60);
    assert!(bench.deliver_raw(&[bounce(&welcome)]).await.is_empty());
    let mut record = bench.dynamo.items().into_iter().find(|item| item["kind"]["S"] == "user_registered").unwrap();
    record["to_hash"] = json!({"S": "a fingerprint"});
    bench.dynamo.put(&record);
    let before = table(&bench);
    assert!([ADDRESS, "Ada", "suppressed#", "kept#", "a fingerprint"].iter().all(|trace| before.contains(trace)));
    mail_service.take();
    (bench, mail_service)
}

fn assert_nothing_is_left(bench: &Bench<Notifications>) {
    let after = table(bench);
    for trace in [ADDRESS, "Ada", "suppressed#", "kept#", "a fingerprint", "unsubscribed#"] {
        assert!(!after.contains(trace), "{trace}: {after}");
    }
}

#[tokio::test]
async fn of_an_erased_person_no_address_mail_or_suppression_is_left_and_users_hears_it_each_time() {
    let (bench, _) = known().await;
    assert!(bench.deliver(&[erased(&bench)]).await.is_empty());
    assert_nothing_is_left(&bench);
    let answer = bench.queues.take();
    assert_eq!((answer.len(), answer[0].to), (1, Capability::Users));
    assert_eq!(answer[0].envelope.kind, "notifications.user_data_erased.v1");
    assert_eq!(answer[0].envelope.data, json!({"user_id": USER}));
    let items = bench.dynamo.items();
    assert!(bench.deliver(&[erased(&bench), erased(&bench)]).await.is_empty());
    assert_eq!(bench.dynamo.items(), items, "erased once");
    assert_eq!(bench.queues.take().len(), 2);
}

#[tokio::test]
async fn what_comes_after_an_erasure_writes_to_nobody_and_keeps_nothing() {
    let (bench, mail_service) = known().await;
    assert!(bench.deliver(&[erased(&bench)]).await.is_empty());
    let items = bench.dynamo.items();
    let contact = ContactChanged { user_id: USER, user_version: 99, contact: contact(), language: None };
    bench.receive(&USER.to_string(), 8, &contact).await;
    bench.receive(&USER.to_string(), 1, &registered()).await;
    bench.receive(&USER.to_string(), 7, &changed()).await;
    let details = OrderDetails { customer: Some(USER), contact: None, guest_token: None, ..order() };
    bench.receive(&ORDER.to_string(), 1, &OrderPlaced { order: details, ..placed() }).await;
    let welcome = format!("{USER}/1/users.user_registered.v1");
    assert!(bench.deliver_raw(&[bounce(&welcome)]).await.is_empty());
    assert!(mail_service.take().is_empty() && bench.queues.dead_lettered().is_empty());
    assert_eq!(bench.dynamo.items(), items);
}

#[tokio::test]
async fn the_last_words_go_to_the_former_address_once_before_or_after_it_is_forgotten_and_leave_nothing() {
    let last = AccountErased { user_id: USER, contact: contact(), at: AT, language: Some(Language::De) };
    for erased_first in [false, true] {
        let (bench, mail_service) = bench();
        bench.receive(&USER.to_string(), 1, &registered()).await;
        mail_service.take();
        let last = bench.envelope(&USER.to_string(), 9, &last);
        let messages = if erased_first { [erased(&bench), last.clone()] } else { [last.clone(), erased(&bench)] };
        for message in messages {
            assert!(bench.deliver(&[message]).await.is_empty());
        }
        assert!(bench.deliver(std::slice::from_ref(&last)).await.is_empty());
        let emails = mail_service.take();
        assert_eq!((emails.len(), &emails[0]["Destination"]["ToAddresses"][0]), (1, &json!(ADDRESS)));
        assert!(emails[0].to_string().contains("Konto"), "in the language of the account");
        // A mailbox that refuses it is not remembered for it.
        assert!(bench.deliver_raw(&[bounce(&last.id)]).await.is_empty());
        assert_nothing_is_left(&bench);
    }
}

#[tokio::test]
async fn last_words_that_the_mail_service_refuses_are_not_kept() {
    let (bench, mail_service) = bench();
    let last = AccountErased { user_id: USER, contact: contact(), at: AT, language: None };
    refused(&bench, &mail_service, bench.envelope(&USER.to_string(), 9, &last)).await;
    assert_nothing_is_left(&bench);
}

#[tokio::test(start_paused = true)]
async fn an_erasure_that_stops_half_way_goes_on_when_its_message_comes_again() {
    let (bench, _) = known().await;
    for requests in 1..5 {
        bench.dynamo.throttle_after(requests);
        assert_eq!(bench.deliver(&[erased(&bench)]).await, [0], "after {requests} requests");
        bench.dynamo.throttle_after(u32::MAX);
    }
    assert!(bench.deliver(&[erased(&bench)]).await.is_empty());
    assert_nothing_is_left(&bench);
}

#[tokio::test]
async fn who_came_back_with_a_restored_table_is_erased_again() {
    let (bench, _) = known().await;
    let of_before = bench.dynamo.items();
    assert!(bench.deliver(&[erased(&bench)]).await.is_empty());
    of_before.iter().for_each(|item| bench.dynamo.put(item));
    assert!(table(&bench).contains(ADDRESS), "restored");
    assert!(bench.deliver(&[erased(&bench)]).await.is_empty());
    assert_nothing_is_left(&bench);
}

#[tokio::test]
async fn the_mails_about_an_erased_order_lose_the_person_and_orders_hears_it_each_time() {
    let (bench, mail_service) = bench();
    refused(&bench, &mail_service, bench.envelope(&ORDER.to_string(), 1, &placed())).await;
    let mut record = bench.dynamo.items().into_iter().find(|item| item["kind"]["S"] == "order_placed").unwrap();
    record["to_hash"] = json!({"S": "a fingerprint"});
    bench.dynamo.put(&record);
    assert!(table(&bench).contains(ADDRESS));
    let message = bench.envelope(&ORDER.to_string(), 20, &OrderErased { order_id: ORDER });
    for _ in 0..2 {
        assert!(bench.deliver(std::slice::from_ref(&message)).await.is_empty());
        assert_nothing_is_left(&bench);
        let answer = bench.queues.take();
        assert_eq!((answer.len(), answer[0].to), (1, Capability::Orders));
        assert_eq!(answer[0].envelope.kind, "notifications.order_data_erased.v1");
        assert_eq!(answer[0].envelope.data, json!({"order_id": ORDER}));
    }
    let listed = Request::get(&format!("/v1/notifications?order_id={ORDER}")).bearer(&bench.staff());
    assert_eq!(bench.http(listed).await.body["items"][0]["kind"], "order_placed", "that it was stays");
}

#[tokio::test]
async fn what_was_heard_of_a_former_address_and_of_a_guests_is_forgotten_whether_it_is_heard_before_or_after() {
    let (bench, _) = known().await;
    let moved = Contact { email: "countess@example.com".parse().unwrap(), name: None };
    let moved = ContactChanged { user_id: USER, user_version: 5, contact: moved, language: None };
    bench.receive(&USER.to_string(), 5, &moved).await;
    bench.receive(&ORDER.to_string(), 1, &placed()).await;
    let mails = [format!("{USER}/1/users.user_registered.v1"), format!("{ORDER}/1/orders.order_placed.v1")];
    let suppressed = || table(&bench).matches("suppressed#").count();
    let hear = async || {
        for mail in &mails {
            assert!(bench.deliver_raw(&[bounce(mail)]).await.is_empty());
        }
    };
    hear().await;
    assert!(suppressed() > 0, "of the former address, which the guest typed as well");

    assert!(bench.deliver(&[erased(&bench)]).await.is_empty());
    bench.receive(&ORDER.to_string(), 20, &OrderErased { order_id: ORDER }).await;
    assert_nothing_is_left(&bench);
    let items = bench.dynamo.items();
    hear().await;
    assert_eq!(bench.dynamo.items(), items);
}

#[tokio::test]
async fn an_objection_outlives_whoever_orders_with_the_address_and_is_erased() {
    let (bench, mail_service) = bench();
    bench.receive(&ORDER.to_string(), 1, &placed()).await;
    let complaint: Value = serde_json::from_str(include_str!("../fixtures/ses_complaint.json")).unwrap();
    let complaint = notification(TOPIC, &complaint.to_string());
    for _ in 0..2 {
        assert!(bench.deliver_raw(std::slice::from_ref(&complaint)).await.is_empty());
        bench.receive(&ORDER.to_string(), 20, &OrderErased { order_id: ORDER }).await;
    }
    mail_service.take();
    assert!(bench.deliver(&[about(&bench, 9)]).await.is_empty());
    assert!(mail_service.take().is_empty(), "the owner of the mailbox is left alone");
}

#[tokio::test]
async fn a_person_gets_what_is_kept_of_them_and_of_nobody_else() {
    let (bench, _) = known().await;
    let export = |user: UserId| {
        let token = bench.token(user, &[events::users::Role::Customer]);
        bench.http(Request::get("/v1/notifications/export").bearer(&token))
    };
    let mine = export(USER).await;
    assert_eq!(mine.status, 200, "{mine:?}");
    assert_eq!((&mine.body["contact"]["email"], &mine.body["contact"]["name"]), (&json!(ADDRESS), &json!("Ada")));
    assert_eq!(mine.body["suppression"]["reason"], "bounced");
    assert_eq!(mine.body["emails"].as_array().unwrap().len(), 2);
    let others = export(UserId::from_bits(2)).await;
    assert_eq!((others.status, &others.body), (200, &json!({"emails": [], "stock_alerts": [], "unsubscribed": []})));
    // A browser's session, which no API takes, gets the same as a file.
    let token = verified_access_token(USER, bench.world.now());
    let waits = Request::post("/v1/stock-alerts", json!({"sku": "TEA"})).bearer(&token);
    assert_eq!(bench.http(waits).await.status, 202);
    let cookie = format!("__Host-souk_access={token}");
    let file = bench.http(Request::get("/account/notifications?file=json").header("cookie", &cookie)).await;
    assert_eq!(file.header("content-disposition"), Some("attachment; filename=\"emails.json\""));
    assert_eq!(file.body["stock_alerts"][0]["sku"], "TEA");
    assert_eq!(file.body, export(USER).await.body);
    assert_eq!(bench.http(Request::get("/v1/notifications/export")).await.status, 401);
    assert!(bench.deliver(&[erased(&bench)]).await.is_empty());
    assert!(export(USER).await.body["contact"].is_null());
}
