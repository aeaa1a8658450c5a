//! Code, tables of the published language, template and document say the same.

use crate::shop::build;
use chassis::testing::Bench;
use chassis::testing::signing::jwks;
use chassis::{Env, Service, openapi};
use events::{Capability, routes};
use payments::{Config, Payments};
use std::cell::RefCell;
use std::collections::BTreeSet;

#[test]
fn the_routes_are_those_that_the_shop_publishes() {
    let ours: BTreeSet<_> = Payments::routes().iter().map(|route| (route.method, route.path)).collect();
    let published: BTreeSet<_> =
        routes::owned_by(Capability::Payments).map(|route| (route.method, route.path)).collect();
    assert_eq!(ours, published);
}

#[test]
fn the_openapi_document_is_made_from_the_routes() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
    let document = openapi::document(Capability::Payments, &Payments::routes());
    let made = format!("{}\n", serde_json::to_string_pretty(&document).unwrap());
    if std::env::var("SOUK_BLESS").is_ok() {
        std::fs::write(path, &made).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), made, "run with SOUK_BLESS=1 to write it anew");
}

#[test]
fn the_template_gives_exactly_the_variables_that_are_read() {
    let asked = RefCell::new(BTreeSet::new());
    let env = Env::from_fn(|name| {
        asked.borrow_mut().insert(name.to_owned());
        Some(match name {
            "USERS_JWKS" => jwks("users"),
            "PAYMENT_PROVIDER" => "sandbox".to_owned(),
            _ => "https://example.com".to_owned(),
        })
    });
    chassis::config::Common::from_env(&env).unwrap();
    Config::from_env(&env).unwrap();
    drop(env);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../infra/payments.yaml");
    let template: yaml_serde::Value = yaml_serde::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let given = template["Globals"]["Function"]["Environment"]["Variables"].as_mapping().unwrap();
    let given: BTreeSet<_> = given.keys().map(|name| name.as_str().unwrap().to_owned()).collect();
    assert_eq!(asked.into_inner(), given);
}

#[tokio::test]
async fn every_message_to_payments_has_a_handler() {
    let bench = Bench::new(build);
    for flow in events::flows::received_by(Capability::Payments) {
        let body = serde_json::json!({"specversion": "1.0", "id": "x/1/y", "source": "/souk/orders", "type": flow.kind,
            "subject": "x", "time": "2026-01-01T00:00:00Z", "data": "no such data"});
        assert!(bench.deliver_raw(&[body.to_string()]).await.is_empty());
    }
    // None of these can be read, but for want of data, not of a handler.
    assert_eq!(bench.queues.buried().len(), events::flows::received_by(Capability::Payments).count());
}
