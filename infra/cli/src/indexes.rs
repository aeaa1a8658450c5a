//! Indexes of a table, changed one by one: DynamoDB adds or removes one in an update, and CloudFormation does not divide.
//! Owns the templates in between. Refuses to take an index from code that still reads it: what is new comes before the release, what is
//! gone goes after it.

use anyhow::{Context, Result};
use yaml_serde::{Mapping, Value};

/// A secondary index of a deployed table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    pub name: String,
    /// Attributes with `HASH` or `RANGE`.
    pub keys: Vec<(String, String)>,
    /// `KEYS_ONLY` or `ALL`.
    pub projection: String,
}

/// Templates to deploy one after the other; then comes the template itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Steps {
    /// Without a new release: if there are versions, the old ones still serve.
    pub before: Vec<String>,
    /// With the new release.
    pub after: Vec<String>,
}

/// The steps from what is deployed to the template. None are needed if one index at most is new and none is gone.
///
/// # Errors
/// If the template is none, or declares no table.
pub fn steps(template: &str, deployed: &[Index]) -> Result<Steps> {
    let root: Value = yaml_serde::from_str(template).context("the template is no YAML")?;
    let declared = declared(&root)?;
    let is_declared = |index: &Value| declared.iter().any(|other| name(other) == name(index));
    let deployed: Vec<Value> = deployed.iter().map(written).collect();
    let new: Vec<&Value> =
        declared.iter().filter(|index| !deployed.iter().any(|other| name(other) == name(index))).collect();
    let gone: Vec<&Value> = deployed.iter().filter(|index| !is_declared(index)).collect();
    if gone.is_empty() && new.len() <= 1 {
        return Ok(Steps::default());
    }
    let with = |indexes: Vec<Value>| rendered(&root, indexes);
    let grown =
        |count: usize| -> Vec<Value> { deployed.iter().chain(new.iter().take(count).copied()).cloned().collect() };
    let first = if gone.is_empty() { new.len() - 1 } else { new.len() };
    let before = (1..=first).map(|count| with(grown(count))).collect::<Result<_>>()?;
    if gone.is_empty() {
        return Ok(Steps { before, after: Vec::new() });
    }
    let all = grown(new.len());
    let without = |count: usize| {
        let left = gone.iter().take(count).map(|index| name(index)).collect::<Vec<_>>();
        with(all.iter().filter(|index| !left.contains(&name(index))).cloned().collect())
    };
    let after = (0..gone.len()).map(without).collect::<Result<_>>()?;
    Ok(Steps { before, after })
}

fn name(index: &Value) -> Option<&str> {
    index.get("IndexName")?.as_str()
}

/// The properties of the one table.
fn table(root: &Value) -> Option<(&Value, &Mapping)> {
    let resources = root.get("Resources")?.as_mapping()?;
    let is_table = |resource: &Value| resource.get("Type").and_then(Value::as_str) == Some("AWS::DynamoDB::Table");
    let (name, resource) = resources.iter().find(|(_, resource)| is_table(resource))?;
    Some((name, resource.get("Properties")?.as_mapping()?))
}

fn declared(root: &Value) -> Result<Vec<Value>> {
    let (_, properties) = table(root).context("the template declares no table")?;
    Ok(properties.get("GlobalSecondaryIndexes").and_then(Value::as_sequence).cloned().unwrap_or_default())
}

/// An index as a template writes it.
fn written(index: &Index) -> Value {
    let text = |text: &str| Value::String(text.to_owned());
    let mapping = |members: [(&str, Value); 2]| {
        Value::Mapping(members.into_iter().map(|(name, value)| (text(name), value)).collect())
    };
    let keys = index
        .keys
        .iter()
        .map(|(attribute, kind)| mapping([("AttributeName", text(attribute)), ("KeyType", text(kind))]));
    let mut whole = Mapping::new();
    whole.insert(text("IndexName"), text(&index.name));
    whole.insert(text("KeySchema"), Value::Sequence(keys.collect()));
    let projection = Mapping::from_iter([(text("ProjectionType"), text(&index.projection))]);
    whole.insert(text("Projection"), Value::Mapping(projection));
    Value::Mapping(whole)
}

/// The template with these indexes, and with definitions of just the attributes that its keys name, as DynamoDB demands.
fn rendered(root: &Value, indexes: Vec<Value>) -> Result<String> {
    let text = |text: &str| Value::String(text.to_owned());
    let (name, properties) = table(root).context("the template declares no table")?;
    let schemas = indexes.iter().filter_map(|index| index.get("KeySchema")).chain(properties.get("KeySchema"));
    let keys = schemas.filter_map(Value::as_sequence).flatten();
    let mut attributes: Vec<Value> = Vec::new();
    for attribute in keys.filter_map(|key| key.get("AttributeName")) {
        let definition =
            Mapping::from_iter([(text("AttributeName"), attribute.clone()), (text("AttributeType"), text("S"))]);
        let definition = Value::Mapping(definition);
        if !attributes.contains(&definition) {
            attributes.push(definition);
        }
    }
    let mut properties = properties.clone();
    properties.insert(text("AttributeDefinitions"), Value::Sequence(attributes));
    if indexes.is_empty() {
        properties.remove("GlobalSecondaryIndexes");
    } else {
        properties.insert(text("GlobalSecondaryIndexes"), Value::Sequence(indexes));
    }
    let mut changed = root.clone();
    changed["Resources"][name]["Properties"] = Value::Mapping(properties);
    Ok(yaml_serde::to_string(&changed)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Workspace;

    const TEMPLATE: &str = "
Resources:
  Log: { Type: AWS::Logs::LogGroup, Properties: { LogGroupName: !Sub '${Stage}-log' } }
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions:
        - { AttributeName: pk, AttributeType: S }
        - { AttributeName: one, AttributeType: S }
        - { AttributeName: two, AttributeType: S }
      KeySchema: [{ AttributeName: pk, KeyType: HASH }]
      GlobalSecondaryIndexes:
        - { IndexName: one, KeySchema: [{ AttributeName: one, KeyType: HASH }], Projection: { ProjectionType: KEYS_ONLY } }
        - { IndexName: two, KeySchema: [{ AttributeName: two, KeyType: HASH }], Projection: { ProjectionType: KEYS_ONLY } }
";

    fn index(name: &str) -> Index {
        Index {
            name: name.to_owned(),
            keys: vec![(name.to_owned(), "HASH".to_owned())],
            projection: "KEYS_ONLY".to_owned(),
        }
    }

    /// The indexes and the attributes that a template declares.
    fn declares(template: &str) -> (Vec<String>, Vec<String>) {
        let root: Value = yaml_serde::from_str(template).unwrap();
        let (_, properties) = table(&root).unwrap();
        let texts = |list: &str, member: &str| {
            let items = properties.get(list).and_then(Value::as_sequence).into_iter().flatten();
            items.map(|item| item[member].as_str().unwrap().to_owned()).collect()
        };
        (texts("GlobalSecondaryIndexes", "IndexName"), texts("AttributeDefinitions", "AttributeName"))
    }

    fn shown(templates: &[String]) -> Vec<String> {
        templates.iter().map(|template| declares(template).0.join(" ")).collect()
    }

    #[test]
    fn two_new_indexes_come_one_by_one_and_the_last_with_the_release() {
        let steps = steps(TEMPLATE, &[]).unwrap();
        assert_eq!(shown(&steps.before), ["one"]);
        assert_eq!(declares(&steps.before[0]).1, ["one", "pk"]);
        assert!(steps.after.is_empty());
        assert!(steps.before[0].contains("!Sub"), "{}", steps.before[0]);
    }

    #[test]
    fn an_index_that_is_gone_goes_after_the_release_whose_code_no_longer_reads_it() {
        let steps = steps(TEMPLATE, &[index("old"), index("older"), index("one")]).unwrap();
        assert_eq!(shown(&steps.before), ["old older one two"]);
        assert_eq!(shown(&steps.after), ["old older one two", "older one two"]);
    }

    #[test]
    fn one_new_index_or_no_change_needs_no_steps() {
        for deployed in [vec![index("one")], vec![index("two"), index("one")]] {
            assert_eq!(steps(TEMPLATE, &deployed).unwrap(), Steps::default());
        }
    }

    #[test]
    fn a_template_of_ours_stays_one_when_it_is_divided() {
        let workspace = Workspace::find().unwrap();
        let template = std::fs::read_to_string(workspace.template("orders")).unwrap();
        let steps = steps(&template, &[index("customer")]).unwrap();
        assert_eq!(shown(&steps.before), ["customer due", "customer due open", "customer due open index1"]);
        let root: Value = yaml_serde::from_str(&template).unwrap();
        let mut divided: Value = yaml_serde::from_str(&steps.before[2]).unwrap();
        let original = &root["Resources"]["OrdersTable"]["Properties"];
        divided["Resources"]["OrdersTable"]["Properties"] = original.clone();
        assert_eq!(divided, root, "nothing but the table's indexes differs");
    }
}
