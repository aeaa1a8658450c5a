//! Schemas as client generators understand them. Refuses to change what a schema admits.

use serde_json::{Map, Value, json};

/// The document without defaults of null, with query parameters that are absent rather than null, and with enumerations as one list.
pub(super) fn tidied(mut document: Value) -> Value {
    tidy(&mut document);
    document
}

fn tidy(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(tidy),
        Value::Object(members) => {
            members.retain(|name, member| !(name == "default" && member.is_null()));
            if members.get("in").is_some_and(|place| place == "query") {
                members.get_mut("schema").into_iter().for_each(not_null);
            }
            enumerate(members);
            // An example is a value, not a schema.
            members.iter_mut().filter(|(name, _)| *name != "example").for_each(|(_, member)| tidy(member));
        }
        _ => {}
    }
}

/// A parameter is absent or has a value: there is no null in a query.
fn not_null(schema: &mut Value) {
    let null = json!("null");
    if let Some(kinds) = schema.get_mut("type") {
        let left = kinds.as_array().map(|kinds| kinds.iter().filter(|kind| **kind != null).collect::<Vec<_>>());
        if let Some([kind]) = left.as_deref() {
            *kinds = (*kind).clone();
        }
    }
    if let Some(choices) = schema.get_mut("anyOf").and_then(Value::as_array_mut) {
        choices.retain(|choice| choice.get("type") != Some(&null));
        if let [Value::Object(only)] = choices.as_slice() {
            let only = only.clone();
            let members = schema.as_object_mut().into_iter();
            members.for_each(|members| {
                members.remove("anyOf");
                members.extend(only.clone());
            });
        }
    }
}

/// A choice among constants that have words becomes a list of values. The words go into the description.
fn enumerate(members: &mut Map<String, Value>) {
    let Some(choices) = members.get("oneOf").and_then(Value::as_array) else { return };
    let mut values = Vec::new();
    let mut words = Vec::new();
    for choice in choices {
        let constants = choice.get("enum").and_then(Value::as_array).cloned();
        let constants = constants.or_else(|| choice.get("const").map(|constant| vec![constant.clone()]));
        let Some(constants) = constants.filter(|constants| constants.iter().all(Value::is_string)) else { return };
        if let (Some(says), [Value::String(constant)]) = (choice["description"].as_str(), constants.as_slice()) {
            words.push(format!("* `{constant}`: {says}"));
        }
        values.extend(constants);
    }
    let about = members.get("description").and_then(Value::as_str).map(str::to_owned);
    let description: Vec<_> = about.into_iter().chain(words).collect();
    members.remove("oneOf");
    members.insert("type".to_owned(), json!("string"));
    members.insert("enum".to_owned(), values.into());
    if !description.is_empty() {
        members.insert("description".to_owned(), description.join("\n").into());
    }
}
