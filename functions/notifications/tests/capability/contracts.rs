//! What notifications promises in other places: its routes, its document, its template, its messages.

use crate::post::{bench, every_message, sold_out};
use chassis::config::Common;
use chassis::testing::signing::jwks;
use chassis::{Env, Failure, Received, Service};
use events::routes::owned_by;
use events::{Capability, Envelope, Timestamp, flows::received_by};
use notifications::{Config, Notifications};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::BTreeSet;

const OPENAPI: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
const TEMPLATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../infra/notifications.yaml");

#[test]
fn the_openapi_document_is_made_from_the_routes() {
    let document = chassis::openapi::document(Capability::Notifications, &Notifications::routes());
    let document = serde_json::to_string_pretty(&document).unwrap() + "\n";
    if std::env::var("SOUK_BLESS").is_ok() {
        std::fs::write(OPENAPI, &document).unwrap();
    }
    assert_eq!(std::fs::read_to_string(OPENAPI).unwrap(), document, "SOUK_BLESS=1 writes it anew");
}

#[test]
fn the_routes_are_those_of_the_route_table() {
    let ours: BTreeSet<_> = Notifications::routes().iter().map(|route| (route.method, route.path)).collect();
    let table: BTreeSet<_> = owned_by(Capability::Notifications).map(|route| (route.method, route.path)).collect();
    assert_eq!(ours, table);
}

#[test]
fn the_template_sets_exactly_the_variables_that_are_read() {
    let read = RefCell::new(BTreeSet::new());
    let env = Env::from_fn(|name| {
        read.borrow_mut().insert(name.to_owned());
        Some(if name.ends_with("_JWKS") { jwks("users") } else { "value".to_owned() })
    });
    Common::from_env(&env).unwrap();
    Config::from_env(&env).unwrap();
    let template = std::fs::read_to_string(TEMPLATE).unwrap();
    let template: yaml_serde::Value = yaml_serde::from_str(&template).unwrap();
    let variables = template["Globals"]["Function"]["Environment"]["Variables"].as_mapping().unwrap();
    let set: BTreeSet<_> = variables.keys().map(|name| name.as_str().unwrap().to_owned()).collect();
    assert_eq!(*read.borrow(), set);
}

#[test]
fn a_missing_or_unreadable_variable_is_named() {
    let missing = Config::from_env(&Env::from_fn(|_| None)).unwrap_err();
    assert_eq!(missing.to_string(), "environment variable USERS_JWKS is not set");
    let bad = Config::from_env(&Env::from_fn(|_| Some("{}".to_owned()))).unwrap_err();
    assert!(bad.to_string().contains("USERS_JWKS is unusable"));
}

#[tokio::test]
async fn every_message_type_that_is_sent_to_notifications_is_known_to_its_inbox() {
    let (bench, _) = bench();
    for flow in received_by(Capability::Notifications) {
        let envelope = Envelope {
            specversion: "1.0".to_owned(),
            id: "x/1/x".to_owned(),
            source: "/souk/orders".to_owned(),
            kind: flow.kind.to_owned(),
            subject: "x".to_owned(),
            time: Timestamp::default(),
            traceparent: None,
            data: Value::Null,
        };
        let received = Received { envelope, now: Timestamp::default() };
        let failure = bench.function.service().receive(&received).await.unwrap_err();
        assert!(matches!(&failure, Failure::Unreadable(why) if !why.contains("no handler")), "{failure}");
    }
}

#[test]
fn every_message_type_that_is_received_is_tried_in_these_tests() {
    let (bench, _) = bench();
    let mut tried: BTreeSet<_> = every_message(&bench).into_iter().map(|message| message.kind).collect();
    tried.insert(bench.envelope("TEA", 3, &sold_out()).kind);
    let received: BTreeSet<_> = received_by(Capability::Notifications).map(|flow| flow.kind.to_owned()).collect();
    assert_eq!(tried, received);
}
