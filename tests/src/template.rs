//! The infrastructure templates as JSON, with CloudFormation's short tags (`!Ref`) in their long form and their loops unrolled.

use crate::loops;
use crate::workspace;
use events::Capability;
use serde_json::{Map, Value, json};

#[derive(Debug, Clone)]
pub struct Template {
    /// `platform` or a capability's name.
    pub name: String,
    pub root: Value,
}

impl Template {
    /// The template in `infra/<name>.yaml`.
    pub fn named(name: &str) -> Self {
        let text = workspace::read(&format!("infra/{name}.yaml"));
        let yaml: yaml_serde::Value = yaml_serde::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        Self { name: name.to_owned(), root: loops::unrolled(to_json(yaml)) }
    }

    pub fn platform() -> Self {
        Self::named("platform")
    }

    pub fn of_capabilities() -> Vec<(Capability, Self)> {
        Capability::ALL.into_iter().map(|capability| (capability, Self::named(capability.name()))).collect()
    }

    /// Resources by name.
    pub fn resources(&self) -> &Map<String, Value> {
        self.root["Resources"].as_object().unwrap()
    }

    /// The resources of a type by name.
    pub fn of_type(&self, kind: &str) -> Vec<(&str, &Value)> {
        let all = self.resources().iter().filter(|(_, resource)| resource["Type"] == kind);
        all.map(|(name, resource)| (name.as_str(), resource)).collect()
    }

    /// The capability's own table. Others are beside it, named after it.
    pub fn table(&self) -> (&str, &Value) {
        let own = format!("${{App}}-${{Stage}}-{}", self.name);
        let found = self.of_type("AWS::DynamoDB::Table").into_iter();
        let mut found = found.filter(|(_, table)| table["Properties"]["TableName"]["Fn::Sub"] == own);
        found.next().unwrap_or_else(|| panic!("{} has no table", self.name))
    }

    /// What wakes a function: the event source that invokes its alias, with the properties of its mapping or rule.
    pub fn source_of(&self, function: &str) -> Vec<(&str, &Value)> {
        let alias = format!("{function}Alias");
        let mappings = self.of_type("AWS::Lambda::EventSourceMapping").into_iter();
        let mapped = mappings.filter(|(_, mapping)| mapping["Properties"]["FunctionName"]["Ref"] == alias);
        let rules = self.of_type("AWS::Events::Rule").into_iter();
        let scheduled = rules.filter(|(_, rule)| rule["Properties"]["Targets"][0]["Arn"]["Ref"] == alias);
        mapped.chain(scheduled).map(|(name, source)| (name, &source["Properties"])).collect()
    }

    /// The properties of a resource.
    pub fn properties(&self, name: &str) -> &Value {
        let resource = self.resources().get(name).unwrap_or_else(|| panic!("{} has no {name}", self.name));
        &resource["Properties"]
    }

    /// Every statement of every role's policies, conditional ones too, with the role's name.
    pub fn statements(&self) -> Vec<(&str, &Value)> {
        let of_roles = self.of_type("AWS::IAM::Role").into_iter().flat_map(|(name, role)| {
            let policies = role["Properties"]["Policies"].as_array().into_iter().flatten();
            policies.map(move |policy| (name, policy))
        });
        // Both branches of a condition count; the one without a policy is `AWS::NoValue`.
        let possible = of_roles.flat_map(|(name, policy)| match policy["Fn::If"].as_array() {
            Some(condition) => condition[1..].iter().map(|branch| (name, branch)).collect(),
            None => vec![(name, policy)],
        });
        let granted = possible.filter(|(_, policy)| policy["Ref"] != "AWS::NoValue");
        let listed = granted.flat_map(|(name, policy)| {
            let statements = policy["PolicyDocument"]["Statement"].as_array().unwrap();
            statements.iter().map(move |statement| (name, statement))
        });
        listed.collect()
    }
}

/// A list's items; a single value as a list of one.
pub fn list(value: &Value) -> Vec<&Value> {
    value.as_array().map_or_else(|| vec![value], |items| items.iter().collect())
}

/// Every string in a value, at any depth.
pub fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(members) => members.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

fn to_json(yaml: yaml_serde::Value) -> Value {
    match yaml {
        yaml_serde::Value::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            let name = match tag.trim_start_matches('!') {
                plain @ ("Ref" | "Condition") => plain.to_owned(),
                function => format!("Fn::{function}"),
            };
            json!({ name: to_json(tagged.value) })
        }
        yaml_serde::Value::Mapping(members) => {
            let named = members.into_iter().map(|(name, value)| (name.as_str().unwrap().to_owned(), to_json(value)));
            Value::Object(named.collect())
        }
        yaml_serde::Value::Sequence(items) => items.into_iter().map(to_json).collect(),
        plain => serde_json::to_value(plain).unwrap(),
    }
}
