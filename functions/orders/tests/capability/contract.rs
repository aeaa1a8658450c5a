//! What others rely on: routes, the OpenAPI document, the environment, the messages, the drawing of the saga.

use crate::desk::Desk;
use chassis::config::Common;
use chassis::{Env, Service, openapi};
use events::{Capability, flows, routes};
use orders::config::Config;
use orders::service::Orders;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

fn path(relative: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(relative)
}

fn blessing() -> bool {
    std::env::var("SOUK_BLESS").as_deref() == Ok("1")
}

#[test]
fn the_routes_are_those_of_the_route_table() {
    let own: BTreeSet<_> = Orders::routes().iter().map(|route| (route.method, route.path)).collect();
    let table: BTreeSet<_> = routes::owned_by(Capability::Orders).map(|route| (route.method, route.path)).collect();
    assert_eq!(own, table);
}

#[test]
fn the_openapi_document_is_made_from_the_routes() {
    let document = openapi::document(Capability::Orders, &Orders::routes());
    let text = serde_json::to_string_pretty(&document).unwrap() + "\n";
    if blessing() {
        fs::write(path("openapi.json"), &text).unwrap();
    }
    assert_eq!(fs::read_to_string(path("openapi.json")).unwrap(), text, "run with SOUK_BLESS=1 and look at the diff");
}

#[test]
fn the_template_sets_exactly_the_variables_that_are_read() {
    let read = RefCell::new(BTreeSet::new());
    let env = Env::from_fn(|name| {
        read.borrow_mut().insert(name.to_owned());
        let jwks = name.ends_with("_JWKS");
        Some(if jwks { r#"{"keys":[]}"#.to_owned() } else { "x".to_owned() })
    });
    Common::from_env(&env).unwrap();
    Config::from_env(&env).unwrap();
    drop(env);
    let template = fs::read_to_string(path("../../infra/orders.yaml")).unwrap();
    let template: yaml_serde::Value = yaml_serde::from_str(&template).unwrap();
    let variables = template["Globals"]["Function"]["Environment"]["Variables"].as_mapping().unwrap().clone();
    let set: BTreeSet<_> = variables.iter().map(|(name, _)| name.as_str().unwrap().to_owned()).collect();
    assert_eq!(read.into_inner(), set);
}

#[test]
fn an_unusable_environment_names_the_variable() {
    let error = Config::from_env(&Env::from_fn(|name| (name == "USERS_JWKS").then(|| "{".to_owned()))).unwrap_err();
    assert!(error.to_string().contains("USERS_JWKS"), "{error}");
}

/// Returns are not part of orders yet, so nobody sends what this answers.
const LATER: [&str; 1] = ["inventory.restocked.v1"];

#[tokio::test]
async fn every_message_that_others_send_is_understood() {
    for flow in flows::received_by(Capability::Orders).filter(|flow| !LATER.contains(&flow.kind)) {
        let desk = Desk::open();
        let order = desk.placed(1).await;
        let sample = fs::read_to_string(path("../../events/samples").join(format!("{}.json", flow.kind))).unwrap();
        let sample: Value = serde_json::from_str(&sample).unwrap();
        let body = sample["Records"][0]["body"].as_str().unwrap();
        // The sample is about an order of its own: here it is about ours.
        let strange: Value = serde_json::from_str(body).unwrap();
        let strange = strange["data"]["order_id"].as_str().unwrap();
        let body = body.replace(strange, &order.to_string());
        assert!(desk.bench.deliver_raw(&[body]).await.is_empty());
        assert_eq!(desk.bench.queues.buried(), Vec::<String>::new(), "{}", flow.kind);
    }
}

#[test]
fn the_drawing_of_the_saga_is_made_from_the_code() {
    let file = path("../../ARCHITECTURE.md");
    let text = fs::read_to_string(&file).expect("ARCHITECTURE.md is missing: it must hold the drawing of the saga");
    let (begin, end) = ("<!-- states:begin -->", "<!-- states:end -->");
    let (before, rest) = text.split_once(begin).expect("ARCHITECTURE.md has no <!-- states:begin -->");
    let (_, after) = rest.split_once(end).expect("ARCHITECTURE.md has no <!-- states:end -->");
    let drawn = format!("{before}{begin}\n```mermaid\n{}```\n{end}{after}", orders::domain::diagram());
    if blessing() {
        fs::write(&file, &drawn).unwrap();
        return;
    }
    assert!(text == drawn, "the drawing is not what the code does: run with SOUK_BLESS=1 and look at the diff");
}

#[test]
fn the_drawing_shows_every_way_to_end() {
    let drawing = orders::domain::diagram();
    for end in ["completed", "rejected", "cancelled", "expired"] {
        assert!(drawing.contains(&format!("    {end} --> [*]")), "{drawing}");
    }
    assert!(drawing.contains("    awaiting_payment --> confirmed: payment_authorized\n"), "{drawing}");
    assert!(!drawing.contains("expired --> confirmed"), "{drawing}");
}
