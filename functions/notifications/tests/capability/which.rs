//! Which emails are sent, and in which language.

use crate::harness::{CREDENTIAL_TOKEN, MailService, ORDER, bench, bench_of, every_message, order, placed, registered};
use chassis::testing::Bench;
use events::Language;
use events::orders::{OrderConfirmed, OrderDelivered, OrderDetails, OrderPlaced, OrderRejected};
use events::users::UserRegistered;
use notifications::Notifications;
use notifications::domain::Branding;

fn about_it() -> String {
    ORDER.to_string()
}

async fn place(bench: &Bench<Notifications>) {
    bench.receive(&about_it(), 1, &placed()).await;
}

async fn confirm(bench: &Bench<Notifications>) {
    bench.receive(&about_it(), 2, &OrderConfirmed { order: order() }).await;
}

/// The subjects of the emails since the last call, and their texts.
fn sent(mail_service: &MailService) -> Vec<(String, String)> {
    let emails = mail_service.take();
    let simple = emails.iter().map(|email| &email["Content"]["Simple"]);
    let text = |value: &serde_json::Value| value["Data"].as_str().unwrap().to_owned();
    simple.map(|email| (text(&email["Subject"]), text(&email["Body"]["Text"]))).collect()
}

#[tokio::test]
async fn an_order_that_is_confirmed_before_its_placing_is_told_brings_one_email_that_says_both() {
    let (bench, mail_service) = bench();
    confirm(&bench).await;
    let emails = sent(&mail_service);
    assert!(emails[0].0.starts_with("Your order is confirmed") && emails[0].1.contains("We have received it"));
    let items = bench.dynamo.items();
    // However often it comes.
    for _ in 0..2 {
        place(&bench).await;
        confirm(&bench).await;
    }
    assert!(sent(&mail_service).is_empty());
    assert_eq!(bench.dynamo.items(), items);
    assert!(bench.queues.dead_lettered().is_empty());
}

#[tokio::test]
async fn an_order_that_is_confirmed_after_its_placing_is_told_brings_two_emails() {
    let (bench, mail_service) = bench();
    place(&bench).await;
    confirm(&bench).await;
    place(&bench).await;
    let subjects: Vec<String> = sent(&mail_service).into_iter().map(|(subject, _)| subject).collect();
    assert_eq!(subjects, ["We have received your order (00000-00007)", "Your order is confirmed (00000-00007)"]);
}

#[tokio::test]
async fn an_email_that_says_less_than_an_earlier_one_is_not_sent() {
    let (bench, mail_service) = bench();
    bench.receive(&about_it(), 2, &OrderRejected { order: order(), missing: Vec::new() }).await;
    place(&bench).await;
    let emails = sent(&mail_service);
    assert!(emails.len() == 1 && emails[0].1.contains("(TEA)") && emails[0].1.contains("order number is 00000-00007"));
}

#[tokio::test]
async fn the_confirmation_that_the_mail_service_takes_late_still_stands_for_both() {
    let (bench, mail_service) = bench();
    mail_service.refuse_next(1, 400, "SendingPausedException");
    let message = bench.envelope(&about_it(), 2, &OrderConfirmed { order: order() });
    assert_eq!(bench.deliver(std::slice::from_ref(&message)).await, [0]);
    place(&bench).await;
    assert!(sent(&mail_service).is_empty());
    assert!(bench.deliver(&[message]).await.is_empty());
    assert_eq!(sent(&mail_service).len(), 1);
}

#[tokio::test]
async fn an_email_of_another_order_stands_for_nothing() {
    let (bench, mail_service) = bench();
    confirm(&bench).await;
    bench.deliver(&[crate::harness::about(&bench, 8)]).await;
    assert_eq!(sent(&mail_service).len(), 2);
}

#[tokio::test]
async fn a_kind_that_is_switched_off_is_acknowledged_and_leaves_nothing() {
    let branding = Branding { off: "order_delivered,order_confirmed".parse().unwrap(), ..Branding::default() };
    let (bench, mail_service) = bench_of(&branding);
    bench.receive(&about_it(), 3, &OrderDelivered { order: order() }).await;
    confirm(&bench).await;
    assert!(sent(&mail_service).is_empty() && bench.dynamo.items().is_empty());
    assert!(bench.queues.dead_lettered().is_empty());
    // So it stands for no other.
    place(&bench).await;
    assert_eq!(sent(&mail_service).len(), 1);
}

#[tokio::test]
async fn an_email_is_in_the_language_that_its_message_names_or_else_in_the_shops() {
    let german_shop = Branding { language: Language::De, ..Branding::default() };
    for (branding, language, greeting) in [
        (Branding::default(), None, "Hello Ada,"),
        (Branding::default(), Some(Language::De), "Guten Tag Ada,"),
        (german_shop.clone(), None, "Guten Tag Ada,"),
        (german_shop, Some(Language::En), "Hello Ada,"),
    ] {
        let (bench, mail_service) = bench_of(&branding);
        let order = OrderDetails { language, ..order() };
        bench.receive(&about_it(), 1, &OrderPlaced { order, ..placed() }).await;
        bench.receive("user_00000000000000000000000001", 1, &UserRegistered { language, ..registered() }).await;
        let emails = sent(&mail_service);
        assert!(emails.len() == 2 && emails.iter().all(|(_, text)| text.starts_with(greeting)), "{emails:?}");
    }
}

#[tokio::test]
async fn the_token_of_an_email_about_credentials_is_in_its_link_and_nowhere_in_the_table() {
    let (bench, mail_service) = bench();
    let messages = every_message(&bench).split_off(13);
    for message in &messages {
        assert!(bench.deliver(std::slice::from_ref(message)).await.is_empty(), "{}", message.kind);
    }
    let with_link = sent(&mail_service).iter().filter(|(_, text)| text.contains(CREDENTIAL_TOKEN)).count();
    assert_eq!((messages.len(), with_link), (5, 3));
    assert!(!serde_json::to_string(&bench.dynamo.items()).unwrap().contains(CREDENTIAL_TOKEN));
}

#[tokio::test(start_paused = true)]
async fn a_mail_of_the_placing_that_was_claimed_is_sent_though_the_order_was_confirmed_meanwhile() {
    let (bench, mail_service) = bench();
    mail_service.refuse_next(3, 429, "TooManyRequestsException");
    let placing = bench.envelope(&about_it(), 1, &OrderPlaced { order: order(), cart_id: None, lines: Vec::new() });
    assert_eq!(bench.deliver(std::slice::from_ref(&placing)).await, [0]);
    bench.receive(&about_it(), 2, &OrderConfirmed { order: order() }).await;
    assert!(bench.deliver(&[placing]).await.is_empty());
    assert_eq!(mail_service.take().len(), 2);
    assert!(bench.dynamo.items().iter().all(|item| item["status"]["S"] == "sent"), "none stays claimed");
}

#[tokio::test]
async fn an_email_whose_link_or_time_to_pay_is_over_is_not_sent_any_more_and_its_record_says_so() {
    let (bench, mail_service) = bench();
    let of_a_time: Vec<_> = every_message(&bench)
        .into_iter()
        .filter(|message| message.data.get("pay_until").is_some() || message.data.get("expires_at").is_some())
        .collect();
    assert_eq!(of_a_time.len(), 5);
    for message in &of_a_time {
        mail_service.refuse_next(1, 400, "SendingPausedException");
        assert_eq!(bench.deliver(std::slice::from_ref(message)).await, [0], "{}", message.kind);
    }
    // One comes for the first time then.
    bench.dynamo.remove(&about_it(), &format!("{ORDER}/0000000003/{}", of_a_time[1].kind));
    bench.world.pass_seconds(3_600);
    assert!(bench.deliver(&of_a_time).await.is_empty());
    assert!(sent(&mail_service).is_empty() && bench.queues.dead_lettered().is_empty());
    let records: Vec<_> = bench.dynamo.items().into_iter().filter(|item| item.get("status").is_some()).collect();
    assert_eq!(records.len(), 5);
    assert!(records.iter().all(|item| item["status"]["S"] == "outdated"), "{records:?}");
}
