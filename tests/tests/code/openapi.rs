//! The whole shop's OpenAPI document, merged from the capabilities' and checked in as `tests/openapi.json`.

use events::Capability;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use system_tests::{blocks, workspace};

type Documented = (Capability, Value);

/// The documents that functions serve; a test of each capability makes them from its routes.
fn all() -> Vec<Documented> {
    let read = |capability| workspace::read(&format!("functions/{capability}/openapi.json"));
    Capability::ALL.iter().map(|capability| (*capability, serde_json::from_str(&read(*capability)).unwrap())).collect()
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap() + "\n"
}

fn schemas(document: &Value) -> &Map<String, Value> {
    document["components"]["schemas"].as_object().unwrap()
}

/// Schema names with different meanings in different capabilities.
fn ambiguous(documents: &[Documented]) -> BTreeSet<String> {
    let mut meanings: BTreeMap<&String, BTreeSet<String>> = BTreeMap::new();
    for (name, schema) in documents.iter().flat_map(|(_, document)| schemas(document)) {
        meanings.entry(name).or_default().insert(schema.to_string());
    }
    meanings.into_iter().filter(|(_, meanings)| meanings.len() > 1).map(|(name, _)| name.clone()).collect()
}

fn named(capability: Capability, name: &str, ambiguous: &BTreeSet<String>) -> String {
    if ambiguous.contains(name) { format!("{capability}.{name}") } else { name.to_owned() }
}

/// The document with references to ambiguous names pointing at this capability's schema.
fn disambiguated(capability: Capability, value: &Value, ambiguous: &BTreeSet<String>) -> Value {
    const PREFIX: &str = "#/components/schemas/";
    match value {
        Value::Object(members) => {
            let renamed = members.iter().map(|(key, member)| match (key.as_str(), member.as_str()) {
                ("$ref", Some(reference)) if reference.starts_with(PREFIX) => {
                    let name = reference.strip_prefix(PREFIX).unwrap();
                    (key.clone(), json!(format!("{PREFIX}{}", named(capability, name, ambiguous))))
                }
                _ => (key.clone(), disambiguated(capability, member, ambiguous)),
            });
            Value::Object(renamed.collect())
        }
        Value::Array(items) => items.iter().map(|item| disambiguated(capability, item, ambiguous)).collect(),
        other => other.clone(),
    }
}

fn merged() -> Value {
    let documents = all();
    let ambiguous = ambiguous(&documents);
    let (mut paths, mut all_schemas, mut responses, mut tags) = (Map::new(), Map::new(), Map::new(), Vec::new());
    for (capability, document) in &documents {
        let document = disambiguated(*capability, document, &ambiguous);
        for (path, operations) in document["paths"].as_object().unwrap() {
            assert!(paths.insert(path.clone(), operations.clone()).is_none(), "{path} has two owners");
        }
        for (name, schema) in schemas(&document) {
            all_schemas.insert(named(*capability, name, &ambiguous), schema.clone());
        }
        responses.extend(document["components"]["responses"].as_object().unwrap().clone());
        tags.extend(document["tags"].as_array().unwrap().clone());
    }
    paths.sort_keys();
    all_schemas.sort_keys();
    responses.sort_keys();
    let mut merged = documents[0].1.clone();
    merged["info"]["title"] = json!("souk");
    merged["paths"] = paths.into();
    merged["tags"] = tags.into();
    merged["components"]["schemas"] = all_schemas.into();
    merged["components"]["responses"] = responses.into();
    merged
}

#[test]
fn the_merged_document_is_made_from_the_routes() {
    blocks::assert_file("tests/openapi.json", &pretty(&merged()));
}

fn collect<'a>(value: &'a Value, key: &str, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get(key).and_then(Value::as_str));
            members.values().for_each(|member| collect(member, key, found));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, key, found)),
        _ => {}
    }
}

#[test]
fn every_reference_of_the_merged_document_resolves_and_no_operation_id_comes_twice() {
    let merged = merged();
    let (mut references, mut ids) = (Vec::new(), Vec::new());
    collect(&merged, "$ref", &mut references);
    collect(&merged, "operationId", &mut ids);
    for reference in references {
        assert!(merged.pointer(&reference[1..]).is_some(), "{reference}");
    }
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());
    assert_eq!(ids.len(), events::routes::ROUTES.len());
}
