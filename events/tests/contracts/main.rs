//! The published messages as files: a schema and a sample of each version, and the AsyncAPI document of all, made from the
//! types and checked in.
//!
//! `SOUK_BLESS=1 cargo test -p events` rewrites the files. A schema of a published version that changes this way is a
//! broken promise unless nobody has deployed it: publish a `v<n + 1>` instead.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod asyncapi;
mod samples;
mod wrapping;

use events::flows::{FLOWS, Flow};
use events::{Capability, Envelope};
use samples::{Sample, samples};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn text_of(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap() + "\n"
}

/// Compares a folder with what it should hold, or rewrites it when blessed.
#[expect(clippy::disallowed_methods, reason = "the caller says whether to bless")]
fn assert_folder_holds(name: &str, expected: &BTreeMap<String, Value>) {
    let folder = folder(name);
    let present = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let present: BTreeSet<String> = present.collect();
    if std::env::var_os("SOUK_BLESS").is_some() {
        for stale in present.iter().filter(|file| !expected.contains_key(*file)) {
            std::fs::remove_file(folder.join(stale)).unwrap();
        }
        for (file, value) in expected {
            std::fs::write(folder.join(file), text_of(value)).unwrap();
        }
        return;
    }
    assert_eq!(present, expected.keys().cloned().collect::<BTreeSet<_>>(), "files of events/{name}");
    for (file, value) in expected {
        let found = std::fs::read_to_string(folder.join(file)).unwrap();
        assert!(found == text_of(value), "events/{name}/{file} is not what the code makes; SOUK_BLESS=1 rewrites it");
    }
}

fn flow_of(sample: &Sample) -> &'static Flow {
    FLOWS.iter().find(|flow| flow.kind == sample.outgoing.envelope.kind).unwrap()
}

#[test]
fn every_published_version_has_a_sample_for_each_receiver() {
    let wanted: BTreeSet<_> =
        FLOWS.iter().flat_map(|flow| flow.to.iter().map(|to| (flow.kind.to_owned(), *to))).collect();
    let made: Vec<_> =
        samples().into_iter().map(|sample| (sample.outgoing.envelope.kind, sample.outgoing.to)).collect();
    assert_eq!(made.len(), wanted.len());
    assert_eq!(made.into_iter().collect::<BTreeSet<_>>(), wanted);
}

#[test]
fn samples_are_the_events_that_functions_receive() {
    let queue = samples().into_iter().map(|sample| (sample.file(), wrapping::queue_event(&sample.outgoing)));
    assert_folder_holds("samples", &queue.chain(wrapping::other_events()).collect());
}

#[test]
fn schemas_are_made_from_the_types() {
    let schemas = FLOWS.iter().map(|flow| {
        let mut schema = (flow.schema)().to_value();
        schema["$id"] = json!(format!("urn:souk:message:{}", flow.kind));
        (format!("{}.json", flow.kind), schema)
    });
    let mut envelope = schemars::generate::SchemaSettings::draft2020_12().into_generator();
    let envelope = envelope.root_schema_for::<Envelope<Value>>().to_value();
    assert_folder_holds("schemas", &schemas.chain([("envelope.json".to_owned(), envelope)]).collect());
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the caller says whether to bless")]
fn the_asyncapi_document_is_made_from_the_table_of_flows() {
    let (path, made) = (folder("asyncapi.json"), text_of(&asyncapi::document()));
    if std::env::var_os("SOUK_BLESS").is_some() {
        return std::fs::write(path, made).unwrap();
    }
    let found = std::fs::read_to_string(path).unwrap_or_default();
    assert!(found == made, "events/asyncapi.json is not what the code makes; SOUK_BLESS=1 rewrites it");
}

#[test]
fn every_example_of_the_asyncapi_document_is_valid_by_its_payload() {
    let document = asyncapi::document();
    for (kind, message) in document["components"]["messages"].as_object().unwrap() {
        let mut payload = message["payload"].clone();
        payload["components"] = json!({"schemas": document["components"]["schemas"]});
        let payload = jsonschema::draft7::new(&payload).unwrap();
        let examples = message["examples"].as_array().unwrap();
        assert!(!examples.is_empty(), "{kind}");
        for example in examples.iter().map(|example| &example["payload"]) {
            let faults: Vec<_> = payload.iter_errors(example).map(|error| error.to_string()).collect();
            assert!(faults.is_empty(), "{kind}: {faults:?}");
            let mut of_another_type = example.clone();
            of_another_type["type"] = json!("another.message.v1");
            assert!(!payload.is_valid(&of_another_type), "{kind}");
        }
    }
}

#[test]
fn every_sample_is_valid_by_its_published_schema() {
    let published = |file: &str| -> Value {
        serde_json::from_str(&std::fs::read_to_string(folder("schemas").join(file)).unwrap()).unwrap()
    };
    let envelope = jsonschema::validator_for(&published("envelope.json")).unwrap();
    for sample in samples() {
        let data = jsonschema::validator_for(&published(&format!("{}.json", flow_of(&sample).kind))).unwrap();
        let sent = serde_json::to_value(&sample.outgoing.envelope).unwrap();
        let faults: Vec<_> =
            envelope.iter_errors(&sent).chain(data.iter_errors(&sent["data"])).map(|e| e.to_string()).collect();
        assert!(faults.is_empty(), "{}: {faults:?}", sample.file());
    }
}

#[test]
fn a_message_without_a_required_field_is_invalid_by_its_schema_and_unreadable_to_its_type() {
    for sample in samples() {
        let schema = (flow_of(&sample).schema)().to_value();
        let data = jsonschema::validator_for(&schema).unwrap();
        for field in schema["required"].as_array().unwrap() {
            let mut spoilt = sample.outgoing.envelope.data.clone();
            spoilt.as_object_mut().unwrap().remove(field.as_str().unwrap());
            assert!(!data.is_valid(&spoilt), "{}: {field}", sample.file());
            assert!((sample.reread)(&spoilt).is_err(), "{}: {field}", sample.file());
        }
    }
}

#[test]
fn every_sample_reads_back_as_it_was() {
    for sample in samples() {
        let text = serde_json::to_string(&sample.outgoing.envelope).unwrap();
        let envelope: Envelope<Value> = serde_json::from_str(&text).unwrap();
        assert_eq!(envelope, sample.outgoing.envelope);
        assert_eq!((sample.reread)(&envelope.data).unwrap(), envelope.data, "{}", sample.file());
    }
}

/// The value with a field that nobody knows added to every object.
fn with_unknown_fields(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut members: serde_json::Map<_, _> =
                members.iter().map(|(name, member)| (name.clone(), with_unknown_fields(member))).collect();
            members.insert("added_later".to_owned(), json!({"by": "a newer sender"}));
            Value::Object(members)
        }
        Value::Array(items) => items.iter().map(with_unknown_fields).collect(),
        other => other.clone(),
    }
}

#[test]
fn readers_and_schemas_ignore_fields_they_do_not_know_at_any_depth() {
    for sample in samples() {
        let envelope = serde_json::to_value(&sample.outgoing.envelope).unwrap();
        let newer: Envelope<Value> = serde_json::from_value(with_unknown_fields(&envelope)).unwrap();
        assert_eq!((sample.reread)(&newer.data).unwrap(), sample.outgoing.envelope.data, "{}", sample.file());
        let schema = jsonschema::validator_for(&(flow_of(&sample).schema)().to_value()).unwrap();
        assert!(schema.is_valid(&newer.data), "{}", sample.file());
    }
}

#[test]
fn a_message_is_named_after_its_item_transition_and_type() {
    for sample in samples() {
        let envelope = &sample.outgoing.envelope;
        let (item, rest) = envelope.id.split_once('/').unwrap();
        assert_eq!(item, envelope.subject);
        assert_eq!(rest.split_once('/').unwrap().1, envelope.kind);
        assert_eq!(envelope.source, format!("/souk/{}", flow_of(&sample).from));
    }
}

/// Whether the value has a member of that name anywhere.
fn mentions(value: &Value, name: &str) -> bool {
    match value {
        Value::Object(members) => members.contains_key(name) || members.values().any(|member| mentions(member, name)),
        Value::Array(items) => items.iter().any(|item| mentions(item, name)),
        _ => false,
    }
}

#[test]
fn only_messages_to_notifications_say_how_to_reach_a_person() {
    only_notifications_gets("contact");
}

#[test]
fn only_messages_to_notifications_open_a_guests_order() {
    only_notifications_gets("guest_token");
}

fn only_notifications_gets(member: &str) {
    let has = |sample: &Sample| mentions(&sample.outgoing.envelope.data, member);
    let telling: Vec<_> = samples().into_iter().filter(has).collect();
    assert!(!telling.is_empty(), "{member}");
    for sample in telling {
        assert_eq!(sample.outgoing.to, Capability::Notifications, "{}: {member}", sample.file());
    }
}
