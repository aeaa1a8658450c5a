//! `Fn::ForEach` of templates (the transform `AWS::LanguageExtensions`), unrolled as CloudFormation does it.
//! Owns what a loop's variable is put into: names, `Fn::Sub`, `Ref`, and look-ups in `Mappings`. Refuses nested loops and collections
//! that depend on parameters, which the templates do not have.

use serde_json::{Map, Value, json};

const LOOP: &str = "Fn::ForEach::";

/// The template with every loop replaced by what it repeats.
pub fn unrolled(mut root: Value) -> Value {
    let mappings = root["Mappings"].clone();
    for section in ["Conditions", "Resources", "Outputs"] {
        let Some(members) = root[section].as_object() else { continue };
        let mut plain = Map::new();
        for (name, value) in members {
            if name.starts_with(LOOP) {
                plain.extend(repeated(name, value, &mappings));
            } else {
                plain.insert(name.clone(), value.clone());
            }
        }
        root[section] = Value::Object(plain);
    }
    root
}

fn repeated(name: &str, body: &Value, mappings: &Value) -> Map<String, Value> {
    let [Value::String(variable), Value::Array(items), Value::Object(fragment)] = body.as_array().unwrap().as_slice()
    else {
        panic!("{name} is not a variable, a list and a fragment")
    };
    let mut repeated = Map::new();
    for item in items {
        let turn = Turn { variable, item: item.as_str().unwrap(), mappings };
        repeated.extend(fragment.iter().map(|(name, value)| (turn.text(name), turn.value(value))));
    }
    repeated
}

/// One turn of a loop.
struct Turn<'a> {
    variable: &'a str,
    item: &'a str,
    mappings: &'a Value,
}

impl Turn<'_> {
    fn text(&self, text: &str) -> String {
        text.replace(&format!("${{{}}}", self.variable), self.item)
    }

    fn value(&self, value: &Value) -> Value {
        match value {
            Value::Array(items) => items.iter().map(|item| self.value(item)).collect(),
            Value::Object(members) if members.len() == 1 => {
                let (name, argument) = members.iter().next().unwrap();
                self.function(name, argument)
            }
            Value::Object(members) => {
                Value::Object(members.iter().map(|(name, value)| (name.clone(), self.value(value))).collect())
            }
            plain => plain.clone(),
        }
    }

    /// A mapping with one member, which may be a function of the template.
    fn function(&self, name: &str, argument: &Value) -> Value {
        match name {
            "Ref" if argument.as_str() == Some(self.variable) => self.item.into(),
            "Fn::FindInMap" => {
                let keys: Vec<_> = argument.as_array().unwrap().iter().map(|key| self.value(key)).collect();
                let found = keys.iter().fold(self.mappings, |place, key| &place[key.as_str().unwrap()]);
                assert!(!found.is_null(), "nothing is mapped at {argument}");
                found.clone()
            }
            "Fn::Sub" => self.substituted(argument),
            // `!GetAtt Name.Attribute` is the short form of a list.
            "Ref" | "Fn::GetAtt" => match self.value(argument) {
                Value::Array(parts) => {
                    json!({ name: parts.iter().map(|part| part.as_str().unwrap()).collect::<Vec<_>>().join(".") })
                }
                plain => json!({ name: plain }),
            },
            _ => json!({ name: self.value(argument) }),
        }
    }

    /// `Fn::Sub` with what is known now; a text without variables is left as it is.
    fn substituted(&self, argument: &Value) -> Value {
        let (mut text, variables) = match argument {
            Value::Array(parts) => (self.text(parts[0].as_str().unwrap()), self.value(&parts[1])),
            plain => (self.text(plain.as_str().unwrap()), json!({})),
        };
        let mut unknown = Map::new();
        for (variable, value) in variables.as_object().unwrap() {
            match value.as_str() {
                Some(known) => text = text.replace(&format!("${{{variable}}}"), known),
                None => drop(unknown.insert(variable.clone(), value.clone())),
            }
        }
        if !unknown.is_empty() {
            return json!({ "Fn::Sub": [text, unknown] });
        }
        if text.contains("${") { json!({ "Fn::Sub": text }) } else { text.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loop_becomes_what_it_repeats_with_its_variable_in_names_texts_references_and_mappings() {
        let template = json!({
            "Mappings": {"Kinds": {"Api": {"Name": "api"}, "Worker": {"Name": "worker"}}},
            "Resources": {
                "Table": {"Type": "T"},
                "Fn::ForEach::Logs": ["Kind", ["Api", "Worker"], {"${Kind}Log": {
                    "Name": {"Fn::Sub": ["${Stage}-${Trigger}", {"Trigger": {"Fn::FindInMap": ["Kinds", {"Ref": "Kind"}, "Name"]}}]},
                    "Function": {"Ref": {"Fn::Sub": "Orders${Kind}"}},
                    "Arn": {"Fn::GetAtt": [{"Fn::Sub": "Orders${Kind}"}, "Arn"]},
                    "Stage": {"Ref": "Stage"}
                }}]
            }
        });
        let resources = &unrolled(template)["Resources"];
        assert_eq!(resources.as_object().unwrap().len(), 3);
        assert_eq!(
            resources["WorkerLog"],
            json!({
                "Name": {"Fn::Sub": "${Stage}-worker"}, "Function": {"Ref": "OrdersWorker"},
                "Arn": {"Fn::GetAtt": "OrdersWorker.Arn"}, "Stage": {"Ref": "Stage"}
            })
        );
    }
}
