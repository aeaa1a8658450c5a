//! How what a guest waits for ends without an account: by the link in the mail that asked, by itself, and with the person.

use crate::harness::{ADDRESS, MailService, bench};
use crate::stock_alerts::{back, known, sent, settle};
use chassis::testing::{Bench, Request};
use events::ids::UserId;
use events::users::UserErased;
use notifications::Notifications;
use serde_json::{Value, json};

const DAY: i64 = 24 * 60 * 60;
const GRACE: &str = "grace@example.com";

/// A guest waits for a SKU, and has confirmed it. Returns the page of the mail's link that ends it.
async fn waits(bench: &Bench<Notifications>, mail_service: &MailService, email: &str, sku: &str) -> String {
    let body = json!({"sku": sku, "email": email});
    assert_eq!(bench.http(Request::post("/v1/stock-alerts", body)).await.status, 202);
    let emails = mail_service.take();
    let text = emails[0]["Content"]["Simple"]["Body"]["Text"]["Data"].as_str().unwrap();
    let link = |page: &str| {
        let (_, rest) = text.split_once(&format!("https://shop.example/{page}/")).unwrap();
        rest.split_whitespace().next().unwrap().to_owned()
    };
    let confirmed = Request::new("PUT", &format!("/v1/stock-alert-confirmations/{}", link("stock-alerts")));
    assert_eq!(bench.http(confirmed).await.status, 204);
    format!("/unsubscribe/{}", link("unsubscribe"))
}

/// The items of those who wait.
fn waiting(bench: &Bench<Notifications>) -> Vec<Value> {
    let items = bench.dynamo.items().into_iter();
    items.filter(|item| item["pk"]["S"].as_str().unwrap().starts_with("waiting#")).collect()
}

#[tokio::test]
async fn a_guest_ends_all_that_they_wait_for_by_the_link_in_the_mail_that_asked() {
    let (bench, mail_service) = bench();
    let page = waits(&bench, &mail_service, GRACE, "TEA").await;
    assert_eq!(waits(&bench, &mail_service, GRACE, "POT").await, page, "one link for all of them");
    waits(&bench, &mail_service, "eve@example.com", "TEA").await;
    // Long after the day of the link that confirms.
    bench.world.pass_seconds(30 * DAY);
    assert_eq!(bench.http(Request::get(&page)).await.status, 200);
    assert_eq!(waiting(&bench).len(), 3, "a scanner of mail opens links, too");
    for _ in 0..2 {
        assert_eq!(bench.http(Request::form(&page, &[("wanted", "")])).await.status, 303);
    }
    let left = waiting(&bench);
    assert_eq!(left.len(), 1, "no address stays of who is told no more: {left:?}");
    for sku in ["TEA", "POT"] {
        settle(&bench, back(&bench, sku, 4)).await;
    }
    assert_eq!(sent(&mail_service), [("eve@example.com".to_owned(), "TEA is back".to_owned())]);

    // Who asks again is told again, and what was ended does not come back.
    waits(&bench, &mail_service, GRACE, "POT").await;
    for sku in ["TEA", "POT"] {
        settle(&bench, back(&bench, sku, 6)).await;
    }
    assert_eq!(sent(&mail_service), [(GRACE.to_owned(), "POT is back".to_owned())]);
}

#[tokio::test]
async fn what_a_guest_waits_for_ends_by_itself_after_half_a_year() {
    let (bench, mail_service) = bench();
    let start = bench.world.now().seconds();
    waits(&bench, &mail_service, GRACE, "TEA").await;
    let ends = json!((start + 180 * DAY).to_string());
    let items = bench.dynamo.items();
    let ttl = |kind: &str| {
        let item = items.iter().find(|item| item["pk"]["S"].as_str().unwrap().starts_with(kind)).unwrap();
        item["ttl"]["N"].clone()
    };
    assert_eq!((ttl("waiting#"), ttl("alerts#")), (ends.clone(), ends), "DynamoDB deletes both");
    bench.world.pass_seconds(180 * DAY);
    settle(&bench, back(&bench, "TEA", 4)).await;
    assert!(sent(&mail_service).is_empty());
}

#[tokio::test]
async fn with_a_person_goes_what_their_mailbox_waits_for_as_a_guest() {
    let (bench, mail_service) = known().await;
    waits(&bench, &mail_service, ADDRESS, "TEA").await;
    waits(&bench, &mail_service, GRACE, "TEA").await;
    let user_id = UserId::from_bits(1);
    let erased = UserErased { user_id, erased_at: bench.world.now() };
    for seq in [8, 9] {
        assert!(bench.deliver(&[bench.envelope(&user_id.to_string(), seq, &erased)]).await.is_empty());
    }
    bench.queues.take();
    let alerts =
        bench.dynamo.items().into_iter().filter(|item| item["pk"]["S"].as_str().unwrap().starts_with("alerts#"));
    assert_eq!((waiting(&bench).len(), alerts.count()), (1, 1), "of somebody else");
    settle(&bench, back(&bench, "TEA", 4)).await;
    assert_eq!(sent(&mail_service), [(GRACE.to_owned(), "TEA is back".to_owned())]);
}
