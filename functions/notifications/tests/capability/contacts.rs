//! Where mails about a customer's orders go: to what is known of the customer.

use crate::harness::{ADDRESS, MailService, ORDER, bench, order, placed, registered};
use chassis::testing::Bench;
use events::ids::UserId;
use events::orders::{OrderDetails, OrderPlaced};
use events::users::ContactChanged;
use events::{Capability, Contact, Envelope, Language};
use notifications::Notifications;
use serde_json::{Value, json};

const USER: UserId = UserId::from_bits(1);

/// The message about a customer's order, which names nobody's address.
fn of_customer(bench: &Bench<Notifications>, transition: u64) -> Envelope<Value> {
    let details = OrderDetails { customer: Some(USER), contact: None, guest_token: None, ..order() };
    bench.envelope(&ORDER.to_string(), transition, &OrderPlaced { order: details, ..placed() })
}

fn changed(user_version: u64, email: &str) -> ContactChanged {
    let contact = Contact { email: email.parse().unwrap(), name: Some("Ada".to_owned()) };
    ContactChanged { user_id: USER, user_version, contact, language: Some(Language::De) }
}

/// Where the mails since the last call went.
fn addresses(mail_service: &MailService) -> Vec<String> {
    let emails = mail_service.take();
    emails.iter().map(|email| email["Destination"]["ToAddresses"][0].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_mail_whose_address_is_not_known_yet_comes_again_and_goes_to_it_once_it_is() {
    let (bench, mail_service) = bench();
    assert_eq!(bench.deliver(&[of_customer(&bench, 1)]).await, [0]);
    assert!(bench.dynamo.items().is_empty() && bench.queues.dead_lettered().is_empty());
    bench.receive(&USER.to_string(), 1, &registered()).await;
    assert_eq!(addresses(&mail_service), [ADDRESS]);
    bench.dynamo.take_calls();
    assert!(bench.deliver(&[of_customer(&bench, 1)]).await.is_empty());
    assert_eq!(addresses(&mail_service), [ADDRESS]);
    let calls = bench.dynamo.take_calls();
    let cost: Vec<_> = calls.iter().map(|call| (call.operation.as_str(), call.tenths_of_units)).collect();
    // The order's other emails, the customer's address, and what is known of its mailbox.
    assert_eq!(cost, [("Query", 5), ("GetItem", 5), ("GetItem", 5), ("PutItem", 10), ("PutItem", 10)]);
}

#[tokio::test]
async fn a_changed_address_is_the_next_mails_address_in_whatever_order_and_however_often_it_is_told() {
    let (bench, mail_service) = bench();
    bench.receive(&USER.to_string(), 3, &changed(3, "third@example.com")).await;
    bench.receive(&USER.to_string(), 2, &changed(2, "second@example.com")).await;
    bench.receive(&USER.to_string(), 1, &registered()).await;
    bench.receive(&USER.to_string(), 3, &changed(3, "third@example.com")).await;
    // The welcome goes where it was sent to.
    assert_eq!(addresses(&mail_service), [ADDRESS]);
    assert!(bench.deliver(&[of_customer(&bench, 1)]).await.is_empty());
    assert_eq!(addresses(&mail_service), ["third@example.com"]);
    let known = bench.dynamo.items().into_iter().find(|item| item["pk"]["S"] == format!("contact#{USER}")).unwrap();
    assert_eq!((&known["language"]["S"], &known["seq"]["N"]), (&json!("de"), &json!("1")));
    bench.receive(&USER.to_string(), 4, &changed(4, "fourth@example.com")).await;
    assert!(bench.deliver(&[of_customer(&bench, 2)]).await.is_empty());
    assert_eq!(addresses(&mail_service), ["fourth@example.com"]);
}

#[tokio::test]
async fn a_message_of_an_earlier_version_that_names_a_customers_address_goes_there() {
    let (bench, mail_service) = bench();
    let details = OrderDetails { customer: Some(USER), ..order() };
    bench.receive(&ORDER.to_string(), 1, &OrderPlaced { order: details, ..placed() }).await;
    assert_eq!(addresses(&mail_service), [ADDRESS]);
}

#[tokio::test]
async fn users_are_asked_how_to_reach_somebody_who_is_not_known_when_the_message_is_a_minute_old_and_the_answer_sends_it()
 {
    let (bench, mail_service) = bench();
    let waits = of_customer(&bench, 1);
    for seconds in [0, 59] {
        bench.world.pass_seconds(seconds);
        assert_eq!(bench.deliver(std::slice::from_ref(&waits)).await, [0]);
        assert!(bench.queues.take().is_empty(), "it may be on its way");
    }
    bench.world.pass_seconds(1);
    assert_eq!(bench.deliver(std::slice::from_ref(&waits)).await, [0], "it waits all the same");
    let asked = bench.queues.take();
    assert_eq!(asked.len(), 1);
    assert_eq!((asked[0].to, asked[0].kind()), (Capability::Users, "notifications.contact_requested.v1"));
    assert_eq!(asked[0].envelope.data, json!({"user_id": USER}));
    assert!(bench.dynamo.items().is_empty() && bench.queues.dead_lettered().is_empty());
    bench.receive(&USER.to_string(), 4, &changed(4, "ada@example.com")).await;
    assert!(bench.deliver(&[waits]).await.is_empty());
    assert_eq!(addresses(&mail_service), ["ada@example.com"]);
    assert!(bench.queues.take().is_empty());
}

#[tokio::test]
async fn a_request_for_an_address_that_cannot_be_sent_loses_no_email() {
    let (bench, _) = bench();
    let waits = of_customer(&bench, 1);
    bench.world.pass_seconds(60);
    bench.queues.refuse_those_with("notifications.contact_requested.v1", "AccessDenied");
    assert_eq!(bench.deliver(&[waits]).await, [0]);
    assert!(bench.queues.take().is_empty() && bench.queues.dead_lettered().is_empty());
}
