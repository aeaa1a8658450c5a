//! What carts promises elsewhere is what it does: routes, template, document.

use crate::shopper::bench;
use carts::{Carts, Config};
use chassis::testing::Request;
use chassis::testing::signing::jwks;
use chassis::{Env, Service};
use events::orders::OrderPlaced;
use events::{Capability, Message, flows, routes};
use std::cell::RefCell;
use std::collections::BTreeSet;

#[test]
fn the_routes_are_those_that_the_shop_knows() {
    let own: BTreeSet<_> = Carts::routes().iter().map(|route| (route.method, route.path)).collect();
    let known: BTreeSet<_> = routes::owned_by(Capability::Carts).map(|route| (route.method, route.path)).collect();
    assert_eq!(own, known);
}

#[test]
fn the_openapi_document_is_made_from_the_routes() {
    let document = chassis::openapi::document(Capability::Carts, &Carts::routes());
    let text = serde_json::to_string_pretty(&document).unwrap() + "\n";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
    if std::env::var_os("SOUK_BLESS").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), text, "run the tests with SOUK_BLESS=1 to write it anew");
}

#[tokio::test]
async fn the_openapi_document_is_served() {
    let answer = bench().http(Request::get("/v1/openapi/carts.json")).await;
    assert_eq!((answer.status, answer.body["openapi"].as_str()), (200, Some("3.1.0")));
}

#[test]
fn the_inbox_knows_every_message_that_is_sent_to_it() {
    let known = BTreeSet::from([OrderPlaced::TYPE]);
    let sent: BTreeSet<_> = flows::received_by(Capability::Carts).map(|flow| flow.kind).collect();
    assert_eq!(known, sent);
}

#[test]
fn the_environment_is_the_one_that_the_template_gives() {
    let asked = RefCell::new(BTreeSet::new());
    let env = Env::from_fn(|name| {
        asked.borrow_mut().insert(name.to_owned());
        Some(jwks("users"))
    });
    Config::from_env(&env).unwrap();
    chassis::config::Common::from_env(&env).unwrap();
    let template = include_str!("../../../../infra/carts.yaml");
    let variables = template.split("      Variables:\n").nth(1).unwrap();
    let given: BTreeSet<_> = variables
        .lines()
        .map_while(|line| line.strip_prefix("        "))
        .filter_map(|line| line.split_once(':').map(|(name, _)| name.to_owned()))
        .collect();
    assert_eq!(*asked.borrow(), given);
}

#[test]
fn a_missing_or_broken_key_set_stops_the_function() {
    assert!(Config::from_env(&Env::from_fn(|_| None)).is_err());
    assert!(Config::from_env(&Env::from_fn(|_| Some("{".to_owned()))).is_err());
}
