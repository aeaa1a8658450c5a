//! Capabilities send exactly the published messages: sender, receiver and every field as the samples show them.

use events::Capability;
use events::flows::FLOWS;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use system_tests::sim::clock::on_virtual_time;
use system_tests::sim::journey::Journey;
use system_tests::sim::recording::{Entry, Place};
use system_tests::sim::run::{open_shop, run_customers};
use system_tests::sim::{Plan, rare_cases, steps};
use system_tests::workspace;

/// Messages that this test does not make a capability send, and why.
const NOT_SENT: [(&str, &str); 6] = [
    ("users.grant_role.v2", "an operator's command sends it"),
    ("orders.erase_order.v1", "an operator's command sends it"),
    ("payments.refund_payment.v1", "money is captured when goods leave, and such an order is not canceled"),
    ("notifications.stock_alerts_due.v1", "fifty people are told by one message, and fewer wait here"),
    ("inventory.restock.v1", "nobody can return goods yet"),
    ("inventory.restocked.v1", "nobody can return goods yet"),
];

/// A message's type and receiver.
type Way = (&'static str, Capability);
/// The fields of all messages by type and receiver.
type Sent = BTreeMap<Way, BTreeSet<String>>;

fn visit(plan: &Plan) -> Vec<Entry> {
    on_virtual_time(async {
        let driver = open_shop(plan).await;
        driver.shop.stage.recording.begin();
        assert!(run_customers(&driver, plan.customers).await, "the shop comes to rest");
        driver.shop.stage.recording.entries()
    })
}

/// An order is a customer's or a guest's, who has a token and a contact, and no kind of message is sent about both here.
const EITHER: [&str; 5] = [
    "/data/order/customer",
    "/data/order/guest_token",
    "/data/order/contact",
    "/data/order/contact/email",
    "/data/order/contact/name",
];

/// Whoever orders by pages says the language, and here all order by the API, where nobody must.
const OF_PAGES: &str = "/data/order/language";

fn is_compared(field: &str) -> bool {
    !EITHER.contains(&field) && field != OF_PAGES
}

/// Whom a message about an order names: the customer, or else the guest's address; and that to notifications alone.
fn assert_whose(envelope: &Value, to: Capability) {
    let order = &envelope["data"]["order"];
    if order.is_object() {
        let is_guests = order["customer"].is_null();
        let to_mails = to == Capability::Notifications;
        assert_eq!(order["contact"]["email"].is_string(), is_guests && to_mails, "{envelope} to {to}");
        assert!(order["guest_token"].is_null() || (is_guests && to_mails), "{envelope} to {to}");
    }
}

/// Every journey, a crowd, and the rare cases.
fn everything_sent() -> Sent {
    let journeys = Journey::ALL.into_iter().map(|journey| steps::plan(journey, None));
    let plans = journeys.chain([Plan { customers: 20, faults: 0, ..Plan::of(1) }]);
    let entries = plans.flat_map(|plan| visit(&plan)).chain(rare_cases::exercise().entries);
    let mut sent = Sent::new();
    for entry in entries {
        let Place::Inbox(to) = entry.place else { continue };
        let call: Value = serde_json::from_str(&entry.text).unwrap();
        let entries = call["Entries"].as_array().unwrap().iter();
        // Changes of visibility have entries too, without bodies.
        for body in entries.filter_map(|entry| entry["MessageBody"].as_str()) {
            let envelope: Value = serde_json::from_str(body).unwrap();
            let flow = FLOWS.iter().find(|flow| envelope["type"] == flow.kind).unwrap();
            assert_eq!(envelope["source"], format!("/souk/{}", flow.from), "{}", flow.kind);
            assert!(flow.to.contains(&to), "{} to {to}", flow.kind);
            assert_whose(&envelope, to);
            sent.entry((flow.kind, to)).or_default().extend(fields(&envelope, ""));
        }
    }
    sent
}

/// The path of every field at any depth; all items of a list count as one.
fn fields(value: &Value, at: &str) -> BTreeSet<String> {
    match value {
        Value::Object(members) => {
            let below = members.iter().flat_map(|(name, member)| fields(member, &format!("{at}/{name}")));
            below.chain(members.keys().map(|name| format!("{at}/{name}"))).collect()
        }
        Value::Array(items) => items.iter().flat_map(|item| fields(item, at)).collect(),
        _ => BTreeSet::new(),
    }
}

/// The fields of the published sample.
fn shown((kind, to): Way) -> BTreeSet<String> {
    let first = FLOWS.iter().any(|flow| flow.kind == kind && flow.to[0] == to);
    let file = if first { format!("{kind}.json") } else { format!("{kind}.{to}.json") };
    let event: Value = serde_json::from_str(&workspace::read(&format!("events/samples/{file}"))).unwrap();
    fields(&serde_json::from_str(event["Records"][0]["body"].as_str().unwrap()).unwrap(), "")
}

#[test]
fn every_message_is_sent_with_the_fields_that_its_sample_shows() {
    let sent = everything_sent();
    let published: BTreeSet<Way> = FLOWS.iter().flat_map(|flow| flow.to.iter().map(|to| (flow.kind, *to))).collect();
    let taken: BTreeSet<Way> = sent.keys().copied().collect();
    let not_sent: BTreeSet<&str> = (&published - &taken).into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(not_sent, NOT_SENT.iter().map(|(kind, _)| *kind).collect());
    let anywhere: BTreeSet<&str> = sent.values().flatten().map(String::as_str).collect();
    assert!(EITHER.iter().all(|field| anywhere.contains(field)), "orders of customers and of guests");
    let mut other = Vec::new();
    for (way, fields) in sent {
        let shown = shown(way);
        let kept = |fields: BTreeSet<String>| -> BTreeSet<String> {
            fields.into_iter().filter(|field| is_compared(field)).collect()
        };
        let (fields, shown) = (kept(fields), kept(shown));
        let (hidden, made_up) = (&fields - &shown, &shown - &fields);
        if !(hidden.is_empty() && made_up.is_empty()) {
            other.push(format!("{way:?}: only sent {hidden:?}, only shown {made_up:?}"));
        }
    }
    assert!(other.is_empty(), "{other:#?}");
}
