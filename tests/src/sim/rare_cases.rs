//! Rare cases that policies must allow for: an unreadable message or stream record, a message that is not handled in time, a
//! stream that loses all its records, a cancellation that is too late, a failing capture, dispatches that staff correct, a guest's order
//! that a customer claims, a customer who is forgotten, one whom notifications does not know, an operator who grants a role, staff who sign
//! out, and staff who look for work.

use super::accounts::PASSWORD;
use super::asked_for::ask_for_mails;
use super::clock::on_virtual_time;
use super::invocation::{Trigger, Work};
use super::recording::Entry;
use super::rights::Right;
use super::stage::RELAYS;
use super::visit::Visit;
use crate::workspace;
use chassis::testing::Request;
use events::flows::received_by;
use events::orders::EraseOrder;
use events::users::{GrantRole, Role};
use events::{Capability, Message};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

/// Too short for any table to answer before the time to handle a message is over.
const NO_TIME: Duration = Duration::from_millis(1_001);

/// A receipt that no queue gave.
const NO_RECEIPT: &str = "18446744073709551615";

#[derive(Debug, Clone)]
pub struct Outcome {
    pub rights: BTreeSet<Right>,
    pub entries: Vec<Entry>,
}

/// Runs every case.
pub fn exercise() -> Outcome {
    on_virtual_time(async {
        let visit = Visit::begin().await;
        let stage = &visit.shop.stage;
        stage.recording.begin();
        asks_about_a_mailbox(&visit).await;
        is_only_swept(&visit).await;
        is_canceled_too_late(&visit).await;
        is_sent_for_nothing(&visit).await;
        is_claimed(&visit).await;
        is_asked_for(&visit).await;
        is_granted_a_role(&visit).await;
        is_forgotten(&visit).await;
        is_forgotten_by_the_sweep(&visit).await;
        is_forgotten_by_an_order(&visit).await;
        signs_out(&visit).await;
        is_of_another_form(&visit).await;
        ask_for_mails(&visit, None).await;
        for capability in Capability::ALL {
            asks_what_is_wrong(&visit, capability).await;
            cannot_be_read(&visit, capability).await;
            comes_too_late(&visit, capability).await;
        }
        Outcome { rights: stage.rights.recorded(), entries: stage.recording.entries() }
    })
}

/// Staff who ask about a mailbox before any email was sent.
async fn asks_about_a_mailbox(visit: &Visit) {
    let mailbox = serde_json::json!({"email": "nobody@example.com"});
    let search = Request::post("/v1/suppressions/search", mailbox).bearer(&visit.staff());
    assert_eq!(visit.shop.http(Capability::Notifications, search).await.unwrap().status, 404);
}

/// Staff who look at every list of what needs somebody.
async fn looks_for_work(visit: &Visit) {
    for (of, target) in [
        (Capability::Orders, "/v1/orders?status=confirmed"),
        (Capability::Orders, "/v1/orders?number=00000-00000"),
        (Capability::Orders, "/v1/orders"),
        (Capability::Shipping, "/v1/shipments?status=created"),
        (Capability::Payments, "/v1/payments?state=capture_failed"),
        (Capability::Inventory, "/v1/stock?level=low"),
        (Capability::Users, "/v1/users?name=a"),
        (Capability::Notifications, "/v1/notifications?status=failed"),
    ] {
        visit.ask(of, Request::get(target).bearer(&visit.staff())).await;
    }
}

/// Staff whose start page asks how many letters are dead, and which alarms ring.
async fn asks_what_is_wrong(visit: &Visit, of: Capability) {
    let part = Request::get(&format!("/staff/{of}/dead-letters"));
    let cookie = format!("__Host-souk_access={}", visit.staff());
    visit.ask(of, part.header("cookie", &cookie)).await;
    if of == Capability::Users {
        visit.ask(of, Request::get("/staff/users/alarms").header("cookie", &cookie)).await;
    }
}

/// An order and a refund whose stream records are all lost: the sweeps move them.
async fn is_only_swept(visit: &Visit) {
    let stage = &visit.shop.stage;
    let (cart, _) = visit.cart(None).await;
    let body = visit.order_request(None, &cart).await;
    stage.lose_every_record(true);
    let (order, _) = visit.place(None, &body).await;
    visit.until(order, "fulfillment_state", "created").await;
    stage.lose_every_record(false);
    visit.deliver(order).await;
    stage.lose_every_record(true);
    let refund = json!({"amount": {"amount": 100, "currency": "EUR"}, "reason": "a broken cup"});
    let refund = Request::post(&format!("/v1/payments/{}/refunds", order.payment()), refund);
    let refund = refund.bearer(&visit.staff()).header("idempotency-key", "first");
    visit.ask(Capability::Payments, refund).await;
    visit.until(order, "payment_state", "partially_refunded").await;
    stage.lose_every_record(false);
}

/// An order that its customer cancels after its goods left, but before orders knows.
async fn is_canceled_too_late(visit: &Visit) {
    let customer = Some(visit.sign_up("bob@example.com").await);
    let (cart, _) = visit.cart(customer).await;
    let body = visit.order_request(customer, &cart).await;
    let (order, _) = visit.place(customer, &body).await;
    visit.until(order, "fulfillment_state", "created").await;
    visit.shop.stage.lose_every_record(true);
    visit.dispatch(order).await;
    visit.shop.stage.lose_every_record(false);
    let cancellation = Request::post(&format!("/v1/orders/{order}/cancellation"), json!({}));
    visit.ask(Capability::Orders, visit.signed(cancellation, customer)).await;
    visit.until(order, "fulfillment_state", "dispatched").await;
}

/// An order whose capture fails when its goods leave, which they did not: the dispatch is taken back and made again. Then its
/// tracking is corrected, and it is too late to take it back.
async fn is_sent_for_nothing(visit: &Visit) {
    let customer = Some(visit.sign_up("dora@example.com").await);
    let (cart, _) = visit.cart(customer).await;
    let mut body = visit.order_request(customer, &cart).await;
    body["payment_method"] = json!("pm_card_capture_fails");
    let (order, _) = visit.place(customer, &body).await;
    visit.until(order, "fulfillment_state", "created").await;
    visit.dispatch(order).await;
    visit.until(order, "payment_state", "capture_failed").await;
    looks_for_work(visit).await;
    let take_back = Request::new("DELETE", &format!("/v1/shipments/{}/dispatch", order.shipment()));
    let take_back = take_back.bearer(&visit.staff());
    visit.ask(Capability::Shipping, take_back.clone()).await;
    visit.until(order, "fulfillment_state", "created").await;
    looks_for_work(visit).await;
    visit.dispatch(order).await;
    // A correction that overtakes its dispatch is published as the dispatch.
    visit.until(order, "fulfillment_state", "dispatched").await;
    let tracking = json!({"carrier": "dhl", "tracking_number": "JD0002"});
    let correction = Request::put(&format!("/v1/shipments/{}/tracking", order.shipment()), tracking);
    visit.ask(Capability::Shipping, correction.bearer(&visit.staff())).await;
    visit.until(order, "payment_state", "captured").await;
    visit.ask(Capability::Shipping, take_back).await;
    visit.settle().await;
}

/// An order, and a person who is being erased, that the sweeps cannot read, and an order that an earlier version left in its index.
async fn is_of_another_form(visit: &Visit) {
    let stage = &visit.shop.stage;
    let now = stage.clock.now().to_string();
    let unreadable =
        |pk: &str, sk: &str| json!({"pk": {"S": pk}, "sk": {"S": sk}, "due": {"S": "0"}, "due_at": {"S": now}});
    let earlier = json!({"pk": {"S": "order_y"}, "sk": {"S": "order"}, "open": {"S": "open-0"}});
    for (of, items) in [
        (Capability::Orders, vec![unreadable("order_x", "order"), earlier]),
        (Capability::Users, vec![unreadable("user_x", "x")]),
    ] {
        items.iter().for_each(|item| stage.tables[&of].dynamo().put(item));
        let event = json!({"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}});
        visit.shop.invoke(of, Trigger::Schedule, &event, Work::of("sweep".to_owned())).await;
    }
}

/// A guest's order whose address a customer has shown to read, while the order is under way.
async fn is_claimed(visit: &Visit) {
    let email = "frank@example.com";
    let (cart, _) = visit.cart(None).await;
    let mut body = visit.order_request(None, &cart).await;
    body["email"] = json!(email);
    let (order, _) = visit.place(None, &body).await;
    // The relay runs in a process that no request has come to, so it asks for the key of guests' tokens by itself.
    visit.shop.start_again(Capability::Orders);
    visit.sign_up(email).await;
    let user_id = visit.verify(email).await;
    visit.until(order, "fulfillment_state", "created").await;
    let own = visit.ask(Capability::Orders, visit.signed(Request::get("/v1/orders"), Some(user_id))).await;
    assert_eq!(own["items"][0]["id"], json!(order), "the order is the customer's and goes on: {own}");
}

/// A customer whom `notifications` does not know, as after a restore of its table: it asks, and the emails that waited are sent.
async fn is_asked_for(visit: &Visit) {
    let customer = visit.sign_up("heidi@example.com").await;
    visit.settle().await;
    let (table, known) = (visit.shop.stage.tables[&Capability::Notifications].dynamo(), format!("contact#{customer}"));
    table.remove(&known, "contact");
    let (cart, _) = visit.cart(Some(customer)).await;
    let body = visit.order_request(Some(customer), &cart).await;
    visit.place(Some(customer), &body).await;
    while table.item(&known, "contact").is_none() {
        tokio::time::sleep(Duration::from_secs(10)).await;
    }
    visit.settle().await;
}

async fn is_granted_a_role(visit: &Visit) {
    visit.sign_up("ada@example.com").await;
    let user = visit.verify("ada@example.com").await;
    commands(visit, Capability::Users, GrantRole::TYPE, ("user_id", json!(user))).await;
}

/// An operator's command, about this one.
async fn commands(visit: &Visit, to: Capability, kind: &str, (field, id): (&str, Value)) {
    let mut event = sample(kind);
    let mut command: Value = serde_json::from_str(event["Records"][0]["body"].as_str().unwrap()).unwrap();
    command["data"][field] = id;
    event["Records"][0]["body"] = json!(command.to_string());
    visit.shop.invoke(to, Trigger::Queue, &event, Work::of(kind.to_owned())).await;
}

/// A customer whose order has ended, and who wants to be forgotten.
async fn is_forgotten(visit: &Visit) {
    let email = "grace@example.com";
    let customer = Some(visit.sign_up(email).await);
    let (cart, _) = visit.cart(customer).await;
    let body = visit.order_request(customer, &cart).await;
    let (order, _) = visit.place(customer, &body).await;
    visit.until(order, "fulfillment_state", "created").await;
    visit.deliver(order).await;
    erase(visit, email).await;
    visit.settle().await;
}

/// A customer who wants to be forgotten, of which no relay hears.
async fn is_forgotten_by_the_sweep(visit: &Visit) {
    let (stage, email) = (&visit.shop.stage, "ivan@example.com");
    let id = visit.sign_up(email).await.to_string();
    visit.settle().await;
    stage.lose_every_record(true);
    erase(visit, email).await;
    stage.lose_every_record(false);
    let kept = stage.tables[&Capability::Users].dynamo();
    while !kept.item(&id, "profile").is_some_and(|item| item["due"].is_null()) {
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
}

async fn erase(visit: &Visit, email: &str) {
    let password = json!({"password": PASSWORD}).to_string();
    let erasure = Request::new("DELETE", "/v1/users/me").body(password).bearer(&visit.sign_in(email).await);
    visit.ask(Capability::Users, erasure).await;
}

/// A guest whose order is under way, and who wants to be forgotten: the address finds the order no more. An operator says it once more.
async fn is_forgotten_by_an_order(visit: &Visit) {
    let (cart, _) = visit.cart(None).await;
    let mut body = visit.order_request(None, &cart).await;
    body["email"] = json!("lethe@example.com");
    let placed = Request::post("/v1/orders", body).from_address("2001:db8:8:8::1");
    let placed = visit.ask(Capability::Orders, placed).await;
    let [id, token] = ["id", "guest_token"].map(|part| placed[part].as_str().unwrap());
    let erase = Request::new("DELETE", &format!("/v1/orders/{id}/personal-data")).header("x-guest-token", token);
    visit.ask(Capability::Orders, erase).await;
    commands(visit, Capability::Orders, EraseOrder::TYPE, ("order_id", placed["id"].clone())).await;
    visit.settle().await;
}

/// A staff member who signs out of one session and then everywhere.
async fn signs_out(visit: &Visit) {
    let email = "carol@example.com";
    visit.sign_up(email).await;
    visit.grant(email, Role::Support).await;
    for path in ["/v1/sessions/current", "/v1/sessions"] {
        let token = visit.sign_in(email).await;
        visit.ask(Capability::Users, Request::new("DELETE", path).bearer(&token)).await;
    }
    visit.settle().await;
}

async fn cannot_be_read(visit: &Visit, of: Capability) {
    let (shop, about) = (&visit.shop, || "something unreadable".to_owned());
    let message = json!({"Records": [{"messageId": "1", "receiptHandle": NO_RECEIPT, "body": "{",
        "eventSource": "aws:sqs", "attributes": {"ApproximateReceiveCount": "1"}}]});
    shop.invoke(of, Trigger::Queue, &message, Work::of(about())).await;
    if RELAYS.contains(&of) {
        let image = json!({"pk": {"S": "a"}, "sk": {"S": "b"}});
        let record = json!({"eventSource": "aws:dynamodb", "eventName": "INSERT",
            "dynamodb": {"Keys": image, "NewImage": image}});
        shop.invoke(of, Trigger::Stream, &json!({"Records": [record]}), Work::of(about())).await;
    }
}

async fn comes_too_late(visit: &Visit, of: Capability) {
    let kind = received_by(of).find(|flow| flow.to[0] == of).unwrap().kind;
    visit.shop.invoke_within(NO_TIME, of, Trigger::Queue, &sample(kind), Work::of(kind.to_owned())).await;
}

/// A published sample as its receiver's event.
fn sample(kind: &str) -> Value {
    let mut event: Value = serde_json::from_str(&workspace::read(&format!("events/samples/{kind}.json"))).unwrap();
    event["Records"][0]["receiptHandle"] = json!(NO_RECEIPT);
    event
}
