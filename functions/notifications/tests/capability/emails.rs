//! One email for every message, and none twice.

#![expect(clippy::disallowed_methods, reason = "virtual time")]

use crate::harness::{ADDRESS, MailService, ORDER, TOKEN, bench, every_message, order, placed, registered, sold_out};
use chassis::testing::Bench;
use chassis::time_limit::MAIL_CALL;
use chassis::{Failure, Received, Service};
use events::orders::{OrderConfirmed, OrderDetails, OrderPlaced};
use notifications::Notifications;
use notifications::domain::email_delivery::{HOLD_SECONDS, RECORD_SECONDS};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::Instant;

async fn deliver_placed(bench: &Bench<Notifications>) -> Vec<usize> {
    bench.deliver(&[bench.envelope(&ORDER.to_string(), 1, &placed())]).await
}

/// The record of the only email, whatever is kept of its text.
fn only_item(bench: &Bench<Notifications>) -> Value {
    let mut items = bench.dynamo.items();
    items.retain(|item| item["pk"]["S"].as_str().is_some_and(|pk| !pk.contains('#')));
    assert_eq!(items.len(), 1);
    items[0].clone()
}

/// Writes of the table since the last call.
fn writes(bench: &Bench<Notifications>) -> usize {
    bench.dynamo.take_calls().iter().filter(|call| call.operation == "PutItem").count()
}

#[tokio::test]
async fn every_message_sends_its_mail_to_the_contact_it_carries() {
    let (bench, mail_service) = bench();
    for message in every_message(&bench) {
        assert!(bench.deliver(std::slice::from_ref(&message)).await.is_empty(), "{}", message.kind);
        let emails = mail_service.take();
        assert_eq!(emails.len(), 1, "{}", message.kind);
        let email = &emails[0];
        assert_eq!(email["Destination"], json!({"ToAddresses": [ADDRESS]}));
        assert_eq!(email["FromEmailAddress"], "orders@souk.example");
        let simple = &email["Content"]["Simple"];
        assert!(!simple["Subject"]["Data"].as_str().unwrap().is_empty());
        assert!(simple["Body"]["Text"]["Data"].as_str().unwrap().starts_with("Hello Ada,\n"));
        assert!(!simple["Body"]["Html"]["Data"].as_str().unwrap().contains("<b>"));
        assert_eq!(simple["Headers"][0], json!({"Name": "X-Souk-Message-Id", "Value": message.id}));
        let kind = email["EmailTags"][0]["Value"].as_str().unwrap();
        assert!(message.kind.contains(kind) && !kind.contains('.'), "{kind}");
    }
    assert!(bench.queues.take().is_empty());
    assert!(bench.queues.dead_lettered().is_empty());
}

#[tokio::test]
async fn every_mail_about_an_order_has_its_number_and_a_link_that_opens_it_to_a_guest() {
    let (bench, mail_service) = bench();
    let link = format!("https://shop.example/orders/{ORDER}?token={TOKEN}");
    for message in every_message(&bench).iter().filter(|message| message.kind.starts_with("orders.")) {
        assert!(bench.deliver(std::slice::from_ref(message)).await.is_empty(), "{}", message.kind);
        let email = &mail_service.take()[0]["Content"]["Simple"];
        assert!(email["Subject"]["Data"].as_str().unwrap().ends_with(" (00000-00007)"), "{email}");
        let text = email["Body"]["Text"]["Data"].as_str().unwrap();
        assert!(text.contains(&format!("\nSee your order: {link}\n\nYour souk team\n\n--\n")), "{text}");
        let html = email["Body"]["Html"]["Data"].as_str().unwrap();
        assert!(html.contains(&format!("<a href=\"{link}\">See your order</a>")), "{html}");
    }
}

#[tokio::test]
async fn the_link_in_the_mail_about_a_message_of_an_earlier_version_has_no_token() {
    let (bench, mail_service) = bench();
    let mut message = bench.envelope(&ORDER.to_string(), 1, &placed());
    message.data["order"].as_object_mut().unwrap().remove("guest_token");
    assert!(bench.deliver(&[message]).await.is_empty());
    let email = mail_service.take()[0]["Content"]["Simple"]["Body"]["Text"]["Data"].as_str().unwrap().to_owned();
    assert!(email.contains(&format!("/orders/{ORDER}\n")) && !email.contains("token="), "{email}");
}

#[tokio::test]
async fn mail_to_an_international_address_of_an_earlier_version_is_sent_to_what_mail_servers_know() {
    let (bench, mail_service) = bench();
    let mut message = bench.envelope(&ORDER.to_string(), 1, &placed());
    message.data["order"]["contact"]["email"] = json!("Ada@münchen.de");
    assert!(bench.deliver(&[message]).await.is_empty());
    assert_eq!(mail_service.take()[0]["Destination"], json!({"ToAddresses": ["ada@xn--mnchen-3ya.de"]}));
}

#[tokio::test]
async fn a_mail_is_remembered_without_its_address() {
    let (bench, _) = bench();
    deliver_placed(&bench).await;
    let item = only_item(&bench);
    assert_eq!((&item["status"]["S"], &item["kind"]["S"]), (&json!("sent"), &json!("order_placed")));
    assert_eq!((&item["ses_message_id"]["S"], &item["pk"]["S"]), (&json!("ses-1"), &json!(ORDER.to_string())));
    assert_eq!(item["cause"]["M"]["via"]["S"], "queue");
    bench.receive("user_00000000000000000000000001", 1, &registered()).await;
    let mut items = bench.dynamo.items();
    // Messages about a customer's orders find the address there.
    items.retain(|item| item["pk"]["S"] != "contact#user_00000000000000000000000001");
    let text = serde_json::to_string(&items).unwrap();
    assert!(items.len() == 2 && !text.contains("ada") && !text.contains("Ada") && !text.contains("strong"), "{text}");
    assert!(!text.contains(TOKEN), "{text}");
}

#[tokio::test]
async fn a_mails_record_has_no_fingerprint_of_its_address() {
    let (bench, _) = bench();
    deliver_placed(&bench).await;
    bench.receive(&ORDER.to_string(), 2, &OrderConfirmed { order: order() }).await;
    let items = bench.dynamo.items();
    assert!(items.len() == 2 && items.iter().all(|item| item["to_hash"]["S"] == ""), "{items:?}");
}

#[tokio::test]
async fn the_mail_of_a_guests_placed_order_costs_a_look_at_others_half_a_read_and_two_writes_and_a_repeated_message_sends_none()
 {
    let (bench, mail_service) = bench();
    deliver_placed(&bench).await;
    let calls = bench.dynamo.take_calls();
    let cost: Vec<_> = calls.iter().map(|call| (call.operation.as_str(), call.tenths_of_units)).collect();
    assert_eq!(cost, [("Query", 5), ("GetItem", 5), ("PutItem", 10), ("PutItem", 10)]);
    bench.world.pass_seconds(1_000_000);
    assert!(deliver_placed(&bench).await.is_empty());
    assert_eq!(mail_service.take().len(), 1);
}

#[tokio::test]
async fn of_the_same_message_twice_in_one_batch_one_sends() {
    let (bench, mail_service) = bench();
    let message = bench.envelope(&ORDER.to_string(), 1, &placed());
    let again = bench.deliver(&[message.clone(), message]).await;
    assert!(again.len() <= 1);
    assert!(deliver_placed(&bench).await.is_empty());
    assert_eq!(mail_service.take().len(), 1);
}

/// While the next email is being sent, the table stops answering for longer than anybody tries to record the outcome.
fn the_table_goes_away_meanwhile(bench: &Bench<Notifications>, mail_service: &MailService) {
    let (dynamo, world) = (bench.dynamo.clone(), bench.world.clone());
    mail_service.meanwhile(move || {
        dynamo.throttle_next(3);
        world.pass_seconds(RECORD_SECONDS);
    });
}

#[tokio::test(start_paused = true)]
async fn a_table_that_is_busy_for_seconds_still_hears_that_the_mail_is_out() {
    let (bench, mail_service) = bench();
    let dynamo = bench.dynamo.clone();
    // Three times the tries that the SDK makes by itself.
    mail_service.meanwhile(move || dynamo.throttle_next(9));
    assert!(deliver_placed(&bench).await.is_empty());
    assert_eq!(only_item(&bench)["status"]["S"], "sent");
    assert_eq!(mail_service.take().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_mail_that_is_out_is_acknowledged_though_the_table_never_hears_of_it() {
    let (bench, mail_service) = bench();
    the_table_goes_away_meanwhile(&bench, &mail_service);
    assert!(deliver_placed(&bench).await.is_empty());
    assert_eq!(only_item(&bench)["status"]["S"], "claimed");
    assert_eq!(mail_service.take().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_that_the_table_never_hears_of_is_asked_for_again() {
    let (bench, mail_service) = bench();
    the_table_goes_away_meanwhile(&bench, &mail_service);
    mail_service.refuse_next(2, 400, "MessageRejected");
    assert_eq!(deliver_placed(&bench).await, [0]);
    assert_eq!(only_item(&bench)["status"]["S"], "claimed");
    bench.world.pass_seconds(HOLD_SECONDS);
    assert!(deliver_placed(&bench).await.is_empty());
    assert_eq!(only_item(&bench)["status"]["S"], "failed");
    assert!(mail_service.take().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_fresh_claim_makes_others_wait_and_an_old_one_is_sent_again() {
    let (bench, mail_service) = bench();
    the_table_goes_away_meanwhile(&bench, &mail_service);
    deliver_placed(&bench).await;
    assert_eq!(only_item(&bench)["status"]["S"], "claimed");
    bench.world.pass_seconds(HOLD_SECONDS - RECORD_SECONDS - 1);
    assert_eq!(deliver_placed(&bench).await, [0]);
    assert_eq!(mail_service.take().len(), 1);
    bench.world.pass_seconds(1);
    assert!(deliver_placed(&bench).await.is_empty());
    assert_eq!(mail_service.take().len(), 1);
    assert_eq!(only_item(&bench)["status"]["S"], "sent");
}

#[tokio::test]
async fn a_claim_that_was_taken_over_is_not_marked_by_its_first_owner() {
    let (slow, mail_service) = bench();
    let (quick, dynamo) = (slow.dynamo.service(), slow.dynamo.clone());
    mail_service.meanwhile(move || {
        // Another attempt claims the email while the first one is sending it.
        let update = json!({
            "TableName": dynamo.table_name(),
            "Key": {"pk": {"S": ORDER.to_string()}, "sk": {"S": format!("{ORDER}/0000000001/orders.order_placed.v1")}},
            "UpdateExpression": "SET seq = :two", "ExpressionAttributeValues": {":two": {"N": "2"}},
        })
        .to_string();
        let (method, uri, operation) = ("POST", "/", "UpdateItem");
        let request = chassis::testing::connector::WireRequest { method, uri, operation, body: &update };
        assert_eq!(quick(request).0, 200);
    });
    assert!(deliver_placed(&slow).await.is_empty());
    let item = only_item(&slow);
    assert_eq!((&item["status"]["S"], &item["seq"]["N"]), (&json!("claimed"), &json!("2")));
}

#[tokio::test(start_paused = true)]
async fn a_busy_mail_service_gets_the_mail_as_soon_as_the_message_comes_again() {
    // With the number of attempts that the SDK itself makes.
    let troubles = [
        (429, "TooManyRequestsException", 3),
        (500, "InternalServiceError", 3),
        (400, "LimitExceededException", 3),
        (400, "SendingPausedException", 1),
        (400, "AccountSuspendedException", 1),
        (400, "MailFromDomainNotVerifiedException", 1),
        (400, "MessageRejected: Email address is not verified. The following identities failed the check:", 1),
    ];
    for (status, name, tries) in troubles {
        let (bench, mail_service) = bench();
        mail_service.refuse_next(tries, status, name);
        assert_eq!(deliver_placed(&bench).await, [0], "{name}");
        assert!(mail_service.take().is_empty(), "{name}");
        assert!(deliver_placed(&bench).await.is_empty(), "{name}");
        assert_eq!(mail_service.take().len(), 1, "{name}");
        assert_eq!(only_item(&bench)["status"]["S"], "sent", "{name}");
    }
}

#[tokio::test]
async fn a_mail_that_is_refused_for_good_is_noted_and_never_tried_again() {
    for name in ["MessageRejected", "BadRequestException"] {
        let (bench, mail_service) = bench();
        mail_service.refuse_next(1, 400, name);
        assert!(deliver_placed(&bench).await.is_empty(), "{name}");
        let item = only_item(&bench);
        assert_eq!((&item["status"]["S"], &item["failure"]["S"]), (&json!("failed"), &json!(name)));
        bench.world.pass_seconds(1_000_000);
        assert!(deliver_placed(&bench).await.is_empty());
        assert!(mail_service.take().is_empty());
    }
}

#[tokio::test]
async fn what_the_mail_service_says_about_an_address_is_not_repeated() {
    let (bench, mail_service) = bench();
    mail_service.refuse_next(1, 400, "SendingPausedException");
    let envelope = bench.envelope(&ORDER.to_string(), 1, &placed());
    let received = Received { envelope, now: bench.world.now() };
    let failure = bench.function.service().receive(&received).await.unwrap_err();
    assert_eq!(failure, Failure::Transient("mail service: SendingPausedException".to_owned()));
}

#[tokio::test]
async fn without_a_claim_nothing_is_sent() {
    let (bench, mail_service) = bench();
    bench.dynamo.throttle_next(3);
    assert_eq!(deliver_placed(&bench).await, [0]);
    assert!(mail_service.take().is_empty());
    assert!(deliver_placed(&bench).await.is_empty());
    assert_eq!(mail_service.take().len(), 1);
}

#[tokio::test]
async fn one_mail_in_trouble_does_not_hold_up_the_others() {
    let (bench, mail_service) = bench();
    mail_service.refuse_next(1, 400, "SendingPausedException");
    let messages = every_message(&bench).split_off(8);
    assert_eq!(bench.deliver(&messages).await.len(), 1);
    assert_eq!(mail_service.take().len(), messages.len() - 1);
}

#[tokio::test]
async fn a_message_without_a_contact_and_a_stock_level_notify_nobody() {
    let (bench, mail_service) = bench();
    let nobody = OrderPlaced { order: OrderDetails { contact: None, ..order() }, ..placed() };
    bench.receive(&ORDER.to_string(), 1, &nobody).await;
    bench.receive("TEA", 3, &sold_out()).await;
    assert!(mail_service.take().is_empty());
    assert_eq!((writes(&bench), bench.queues.dead_lettered().len()), (0, 0));
}

#[tokio::test]
async fn what_nobody_can_read_goes_to_the_dead_letter_queue_alone() {
    let (bench, mail_service) = bench();
    let mut messages = every_message(&bench);
    messages[0].data = json!({"order": {"order_id": "order_1"}});
    messages[1].kind = "orders.order_painted.v1".to_owned();
    messages[2].data["pay_until"] = json!("tomorrow");
    let mut stock = bench.envelope("TEA", 3, &sold_out());
    stock.data["level"] = json!("some");
    messages[3] = stock;
    messages.truncate(6);
    assert!(bench.deliver(&messages).await.is_empty());
    assert_eq!(bench.queues.dead_lettered().len(), 4);
    assert_eq!(mail_service.take().len(), 2);
}

#[tokio::test]
async fn a_field_of_tomorrow_is_ignored_today() {
    let (bench, mail_service): (_, MailService) = bench();
    let mut message = bench.envelope(&ORDER.to_string(), 1, &placed());
    message.data["gift_wrap"] = json!(true);
    message.data["order"]["locale"] = json!("de");
    assert!(bench.deliver(&[message]).await.is_empty());
    assert_eq!(mail_service.take().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_mail_service_that_does_not_answer_is_asked_once_and_again_when_the_message_comes_again() {
    let (bench, mail_service) = bench();
    mail_service.keep_silent(true);
    let body = serde_json::to_string(&bench.envelope(&ORDER.to_string(), 1, &placed())).unwrap();
    let event = json!({"Records": [{"messageId": "0", "receiptHandle": "0", "body": body,
        "attributes": {"ApproximateReceiveCount": "1"}, "eventSource": "aws:sqs"}]});
    let began = Instant::now();
    let answer = bench.function.handle(&event.to_string(), Duration::from_secs(20)).await.unwrap();
    assert_eq!((answer["batchItemFailures"].as_array().unwrap().len(), began.elapsed()), (1, MAIL_CALL.at_most));
    assert_eq!(mail_service.take().len(), 1, "the SDK's own attempts would each send it again");
    mail_service.keep_silent(false);
    assert!(deliver_placed(&bench).await.is_empty(), "the claim is free");
    assert_eq!(only_item(&bench)["status"]["S"], "sent");
}

#[tokio::test]
async fn a_right_that_is_missing_is_a_dead_letter_at_once_and_its_redrive_sends_the_mail() {
    for name in ["AccessDeniedException", "NotFoundException"] {
        let (bench, mail_service) = bench();
        mail_service.refuse_next(1, 403, name);
        assert!(deliver_placed(&bench).await.is_empty(), "{name}");
        assert_eq!(bench.queues.dead_letter_attributes()[0]["reason"], format!("mail service: {name}"));
        assert!(deliver_placed(&bench).await.is_empty(), "{name}");
        assert_eq!(mail_service.take().len(), 1, "{name}");
    }
}
