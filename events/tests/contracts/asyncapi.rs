//! The whole of the messages as one AsyncAPI 3 document, for the tools that read such documents: `asyncapi.json`. Made from
//! the table of flows, the types and the samples. Refuses what only a deployment knows: application and stage are parameters.

use crate::samples::{Sample, samples};
use events::flows::{FLOWS, Flow, received_by};
use events::{Capability, Envelope};
use schemars::Schema;
use schemars::generate::SchemaSettings;
use schemars::transform::{RemoveRefSiblings, Transform};
use serde_json::{Map, Value, json};

/// What `infra/platform.yaml` makes each inbox with. A test of the templates compares them.
const VISIBILITY_SECONDS: u32 = 30;
const RETENTION_SECONDS: u32 = 345_600;
const DEAD_LETTER_RETENTION_SECONDS: u32 = 1_209_600;
const RECEIVES: u32 = 50;

const DESCRIPTION: &str = "Messages between the capabilities of a souk shop. Each capability has one inbox, a standard SQS \
queue: a message may come twice, late and in any order. A message is a CloudEvent in structured JSON. Its id is \
`<item>/<seq>/<type>`, so a repeat has the id of the first. Readers ignore fields that they do not know. A published version \
is never edited.";

/// The document.
pub fn document() -> Value {
    let samples = samples();
    let mut schemas = Map::new();
    let envelope = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Envelope<Value>>();
    add_schema(&mut schemas, envelope);
    let messages: Map<_, _> = FLOWS.iter().map(|flow| (flow.kind.to_owned(), message(flow, &samples))).collect();
    for flow in FLOWS {
        add_schema(&mut schemas, (flow.schema)());
    }
    schemas.sort_keys();
    json!({
        "asyncapi": "3.0.0",
        "id": "urn:souk:messages",
        "info": {
            "title": "souk messages",
            "version": env!("CARGO_PKG_VERSION"),
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0", "url": "https://www.apache.org/licenses/LICENSE-2.0"},
            "contact": {"name": "souk", "url": "https://github.com/souk-shop/souk"},
            "tags": Capability::ALL.map(tag),
        },
        "defaultContentType": "application/json",
        "servers": {"sqs": server()},
        "channels": by_name(Capability::ALL.map(|capability| (format!("{capability}Inbox"), inbox(capability)))),
        "operations": by_name(FLOWS.iter().flat_map(operations)),
        "components": {
            "schemas": schemas,
            "messages": messages,
            "correlationIds": {"trace": {
                "description": "W3C trace context, which all work for one request shares.",
                "location": "$message.payload#/traceparent",
            }},
        },
    })
}

fn by_name(members: impl IntoIterator<Item = (String, Value)>) -> Value {
    let mut made = Map::new();
    for (name, member) in members {
        assert!(made.insert(name.clone(), member).is_none(), "{name} comes twice");
    }
    made.into()
}

fn tag(capability: Capability) -> Value {
    json!({"name": capability})
}

fn server() -> Value {
    json!({
        "host": "sqs.{region}.amazonaws.com",
        "protocol": "sqs",
        "description": "Amazon SQS. A function may send only to the inboxes of its messages' receivers.",
        "variables": {"region": {"default": "eu-central-1", "description": "Region of the stacks."}},
    })
}

/// The queue of a capability, as the platform's stack makes it.
fn inbox(capability: Capability) -> Value {
    let name = format!("{{app}}-{{stage}}-{capability}-inbox");
    let dead_letters = format!("{{app}}-{{stage}}-{capability}-dlq");
    let messages =
        received_by(capability).map(|flow| (flow.kind.to_owned(), reference("components/messages", flow.kind)));
    json!({
        "address": name,
        "title": format!("Inbox of {capability}"),
        "description": format!("All messages to {capability}, at least once and in no order."),
        "servers": [{"$ref": "#/servers/sqs"}],
        "parameters": {
            "app": {"default": "souk", "description": "Name of the application."},
            "stage": {"description": "Name of the stage, e.g. `dev`."},
        },
        "messages": by_name(messages),
        "tags": [tag(capability)],
        "bindings": {"sqs": {
            "bindingVersion": "0.2.0",
            "queue": {
                "name": name,
                "fifoQueue": false,
                "visibilityTimeout": VISIBILITY_SECONDS,
                "messageRetentionPeriod": RETENTION_SECONDS,
                "redrivePolicy": {"deadLetterQueue": {"name": dead_letters}, "maxReceiveCount": RECEIVES},
            },
            "deadLetterQueue": {
                "name": dead_letters,
                "fifoQueue": false,
                "messageRetentionPeriod": DEAD_LETTER_RETENTION_SECONDS,
            },
        }},
    })
}

fn reference(place: &str, name: &str) -> Value {
    json!({"$ref": format!("#/{place}/{name}")})
}

/// The name of a message's Rust type, which generated code may use too.
fn title(flow: &Flow) -> String {
    (flow.schema)().get("title").and_then(Value::as_str).unwrap().to_owned()
}

fn summary(flow: &Flow) -> Value {
    (flow.schema)().get("description").unwrap().clone()
}

fn message(flow: &Flow, samples: &[Sample]) -> Value {
    let of_it = samples.iter().filter(|sample| sample.outgoing.envelope.kind == flow.kind);
    let examples: Vec<_> = of_it
        .map(|sample| {
            let to = sample.outgoing.to;
            json!({"name": to, "summary": format!("As {to} receives it."), "payload": sample.outgoing.envelope})
        })
        .collect();
    json!({
        "name": flow.kind,
        "title": title(flow),
        "summary": summary(flow),
        "contentType": "application/cloudevents+json",
        "correlationId": reference("components/correlationIds", "trace"),
        "tags": [tag(flow.from)],
        "payload": {"allOf": [
            reference("components/schemas", "Envelope"),
            {"type": "object", "properties": {
                "type": {"const": flow.kind},
                "source": {"const": Envelope::<Value>::source_of(flow.from)},
                "data": reference("components/schemas", &title(flow)),
            }},
        ]},
        "examples": examples,
    })
}

/// Sent by an operator's command. No function may.
const BY_OPERATORS: &str = "users.grant_role.v2";

/// A send for each receiver, and the receipt at each.
fn operations(flow: &'static Flow) -> Vec<(String, Value)> {
    let made = flow.to.iter().flat_map(|&to| {
        let operation = |action: &str, who: Capability| {
            let channel = format!("channels/{to}Inbox");
            json!({
                "action": action,
                "summary": summary(flow),
                "channel": {"$ref": format!("#/{channel}")},
                "messages": [reference(&format!("{channel}/messages"), flow.kind)],
                "tags": [tag(who)],
            })
        };
        let (from, title) = (flow.from, title(flow));
        let receiver = to.name()[..1].to_uppercase() + &to.name()[1..];
        let sent =
            (flow.kind != BY_OPERATORS).then(|| (format!("{from}Sends{title}To{receiver}"), operation("send", from)));
        sent.into_iter().chain([(format!("{to}Receives{title}"), operation("receive", to))])
    });
    made.collect()
}

/// Adds a schema and its definitions to the components, by their names, in the dialect of AsyncAPI's own schemas: these
/// extend draft 7, where nothing may stand beside a reference.
fn add_schema(schemas: &mut Map<String, Value>, mut schema: Schema) {
    RemoveRefSiblings::default().transform(&mut schema);
    let mut schema = schema.to_value();
    let members = schema.as_object_mut().unwrap();
    members.remove("$schema");
    let definitions = members.remove("$defs").unwrap_or_default();
    let title = members["title"].as_str().unwrap().to_owned();
    let definitions = definitions.as_object().cloned().unwrap_or_default();
    for (name, mut part) in definitions.into_iter().chain([(title, schema)]) {
        refer_to_components(&mut part);
        let known = schemas.insert(name.clone(), part.clone());
        assert!(known.is_none_or(|known| known == part), "{name} names two schemas");
    }
}

fn refer_to_components(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get_mut("$ref") {
                *reference = reference.replace("#/$defs/", "#/components/schemas/");
            }
            members.values_mut().for_each(refer_to_components);
        }
        Value::Array(items) => items.iter_mut().for_each(refer_to_components),
        _ => {}
    }
}
