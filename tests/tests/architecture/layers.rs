//! Layers of a capability: `pages` → `http`, `inbox`, `outbox` → `service` → `store`, `domain`. Pages read what a form asks for as the
//! API reads it, so they may use `http`. Other modules (a mailer, a provider, a
//! search index) are on the store's level: the service uses them, they use the domain.

use events::Capability;
use std::collections::BTreeSet;
use system_tests::source::{Source, sources};

fn capability_sources() -> Vec<Source> {
    sources(|path| Capability::ALL.iter().any(|capability| path.starts_with(&format!("functions/{capability}/src/"))))
}

/// The top-level modules that a file names: the word after each `crate::`, also inside braces.
fn named_modules(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, path) in code.match_indices("crate::") {
        if code[..at].ends_with("pub(in ") {
            continue;
        }
        let rest = &code[at + path.len()..];
        let listed = rest.strip_prefix('{').map_or_else(|| vec![word(rest)], top_level_words);
        found.extend(listed);
    }
    found.remove("");
    found
}

fn word(text: &str) -> String {
    text.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The first word of each item of a `use` list, up to its closing brace.
fn top_level_words(list: &str) -> Vec<String> {
    let (mut depth, mut items, mut item) = (0, Vec::new(), String::new());
    for c in list.chars() {
        match c {
            '}' if depth == 0 => break,
            ',' if depth == 0 => items.push(std::mem::take(&mut item)),
            _ => item.push(c),
        }
        depth += i32::from(c == '{') - i32::from(c == '}');
    }
    items.push(item);
    items.iter().map(|item| word(item)).collect()
}

fn layer(place: &str) -> &str {
    place.split('/').next().unwrap_or(place)
}

/// Whether code in `from` may name `to`.
fn may_use(from: &str, to: &str) -> bool {
    const EDGES: [&str; 4] = ["pages", "http", "inbox", "outbox"];
    if from == to || matches!(from, "lib" | "main") {
        return true;
    }
    // `lib.rs` re-exports the service's type and the configuration.
    let to = if to.starts_with(char::is_uppercase) { "service" } else { to };
    match from {
        "domain" => false,
        "pages" => matches!(to, "http" | "service" | "domain"),
        "http" => to == "service" || to == "domain",
        "inbox" => to == "service" || to == "domain",
        // A relay reads items that the store wrote.
        "outbox" => matches!(to, "service" | "store" | "domain"),
        "service" => !EDGES.contains(&to),
        "store" => to == "domain",
        _ => !EDGES.contains(&to) && to != "service",
    }
}

#[test]
fn inside_a_capability_dependencies_point_inwards() {
    let mut wrong = Vec::new();
    for source in capability_sources() {
        let (capability, place) = source.place().unwrap();
        let from = layer(place);
        for to in named_modules(&source.production) {
            if !may_use(from, &to) {
                wrong.push(format!("{capability}: {place} uses crate::{to}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_domain_decides_and_never_fetches() {
    let forbidden = [
        "async",
        "await",
        "tokio",
        "aws_config",
        "aws_sdk_dynamodb",
        "serde_dynamo",
        "tracing",
        "std::time",
        "std::env",
        "std::fs",
        "TcpStream",
        "println!",
        "World",
        "Table",
        "Queues",
        "Problem",
        "Call",
        "Route",
        "Received",
        "Wiring",
    ];
    let domains = capability_sources().into_iter().filter(|source| layer(source.place().unwrap().1) == "domain");
    let wrong: Vec<_> = domains.flat_map(|source| source.uses(&forbidden)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_capability_has_its_layers_in_their_places() {
    for capability in Capability::ALL {
        let places: BTreeSet<String> = capability_sources()
            .iter()
            .filter_map(|s| s.place())
            .filter(|(c, _)| *c == capability.name())
            .map(|(_, p)| p.to_owned())
            .collect();
        for wanted in ["main", "lib", "config", "domain", "service", "http", "inbox", "store"] {
            assert!(places.contains(wanted), "{capability} has no src/{wanted}.rs");
        }
    }
}

#[test]
fn every_write_goes_through_the_gateway_that_demands_a_cause() {
    let writes = [
        "put_item",
        "update_item",
        "delete_item",
        "transact_write_items",
        "batch_write_item",
        "execute_statement",
        "execute_transaction",
        "aws_sdk_dynamodb::Client",
    ];
    let wrong: Vec<_> = capability_sources().iter().flat_map(|source| source.uses(&writes)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_message_goes_through_the_queues_that_send_again_what_a_batch_refuses() {
    let sends = ["send_message", "send_message_batch", "aws_sdk_sqs"];
    let wrong: Vec<_> = capability_sources().iter().flat_map(|source| source.uses(&sends)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_chassis_knows_no_business() {
    let nouns: Vec<&str> =
        ["Order", "Cart", "Payment", "Shipment", "Product", "Sku", "Quote", "Refund", "Stock"].into();
    let chassis = sources(|path| path.starts_with("functions/chassis/src/"));
    let wrong: Vec<_> = chassis.iter().flat_map(|source| source.uses(&nouns)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_scan_sees_what_it_should() {
    let code = "use crate::{store, service::{self, X}}; fn a() { crate::http::b() }";
    assert_eq!(named_modules(code), ["http", "service", "store"].map(str::to_owned).into());
    assert!(!may_use("domain", "store") && !may_use("store", "Orders") && may_use("http", "Orders"));
}
