//! What others rely on: routes, the OpenAPI document, the environment.

use catalog::{Catalog, Config};
use chassis::config::{Common, Env};
use chassis::testing::signing::jwks;
use chassis::{Service, openapi};
use events::{Capability, flows, routes};
use std::cell::RefCell;
use std::collections::BTreeSet;

fn file(path: &str) -> String {
    format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_routes_are_those_of_the_route_table() {
    let own: BTreeSet<_> = Catalog::routes().iter().map(|route| (route.method, route.path)).collect();
    let agreed: BTreeSet<_> = routes::owned_by(Capability::Catalog).map(|route| (route.method, route.path)).collect();
    assert_eq!(own, agreed);
}

#[test]
fn the_openapi_document_is_made_from_the_routes() {
    let made = openapi::document(Capability::Catalog, &Catalog::routes());
    let made = format!("{}\n", serde_json::to_string_pretty(&made).unwrap());
    if std::env::var("SOUK_BLESS").is_ok_and(|bless| bless == "1") {
        std::fs::write(file("openapi.json"), &made).unwrap();
    }
    let checked_in = std::fs::read_to_string(file("openapi.json")).unwrap();
    assert!(checked_in == made, "openapi.json is out of date; run with SOUK_BLESS=1");
}

#[test]
fn the_template_sets_exactly_what_is_read() {
    let asked = RefCell::new(BTreeSet::new());
    let env = Env::from_fn(|name| {
        asked.borrow_mut().insert(name.to_owned());
        Some(if name == "USERS_JWKS" { jwks("users") } else { "x".to_owned() })
    });
    Common::from_env(&env).unwrap();
    Config::from_env(&env).unwrap();
    let template = std::fs::read_to_string(file("../../infra/catalog.yaml")).unwrap();
    let template: yaml_serde::Value = yaml_serde::from_str(&template).unwrap();
    let set = template["Globals"]["Function"]["Environment"]["Variables"].as_mapping().unwrap();
    let set: BTreeSet<_> = set.keys().map(|name| name.as_str().unwrap().to_owned()).collect();
    assert_eq!(*asked.borrow(), set);
}

#[test]
fn a_missing_or_unusable_variable_is_named() {
    let unset = Env::from_fn(|_| None);
    assert!(Config::from_env(&unset).unwrap_err().to_string().contains("USERS_JWKS"));
    let broken = Env::from_fn(|_| Some("x".to_owned()));
    assert!(Config::from_env(&broken).unwrap_err().to_string().contains("USERS_JWKS"));
}

#[test]
fn every_message_for_the_catalog_is_known_to_the_readme() {
    let readme = std::fs::read_to_string(file("README.md")).unwrap();
    for flow in flows::received_by(Capability::Catalog) {
        assert!(readme.contains(flow.kind), "{}", flow.kind);
    }
    for route in Catalog::routes() {
        assert!(readme.contains(&format!("`{} {}", route.method, route.path)), "{route:?}");
    }
}
