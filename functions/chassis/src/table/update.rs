//! Changes of an item in place, clause by clause.

use super::cause::Cause;
use super::item::{Attributes, Key};
use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;
use std::collections::HashMap;

/// The outcome of an update.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Updated<T> {
    /// Holds the new item.
    Done(T),
    /// The condition failed. Holds the present item, if there is one.
    Refused(Option<Box<T>>),
}

/// An update expression with its condition and values.
#[derive(Debug, Clone)]
pub struct Update {
    pub(super) key: Key,
    set: Vec<String>,
    remove: Vec<String>,
    add: Vec<String>,
    delete: Vec<String>,
    when: Vec<String>,
    pub(super) names: HashMap<String, String>,
    pub(super) values: Attributes,
}

impl Update {
    /// An update of this item, without clauses.
    pub fn of(key: Key) -> Self {
        Self {
            key,
            set: vec![],
            remove: vec![],
            add: vec![],
            delete: vec![],
            when: vec![],
            names: HashMap::new(),
            values: HashMap::new(),
        }
    }

    /// A clause of `SET`, e.g. `available = available - :quantity`.
    #[must_use]
    pub fn set(mut self, clause: &str) -> Self {
        self.set.push(clause.to_owned());
        self
    }

    /// A path of `REMOVE`.
    #[must_use]
    pub fn remove(mut self, path: &str) -> Self {
        self.remove.push(path.to_owned());
        self
    }

    /// A clause of `ADD`, e.g. `balance :amount`.
    #[must_use]
    pub fn increase(mut self, clause: &str) -> Self {
        self.add.push(clause.to_owned());
        self
    }

    /// A clause of `DELETE`, e.g. `orders :ended`. It takes elements out of a set, and removes a set that is then
    /// empty.
    #[must_use]
    pub fn take_out(mut self, clause: &str) -> Self {
        self.delete.push(clause.to_owned());
        self
    }

    /// A condition. Several are joined by `AND`.
    #[must_use]
    pub fn when(mut self, condition: &str) -> Self {
        self.when.push(condition.to_owned());
        self
    }

    /// The attribute name of placeholder `#name`.
    #[must_use]
    pub fn name(mut self, placeholder: &str, name: &str) -> Self {
        self.names.insert(placeholder.to_owned(), name.to_owned());
        self
    }

    /// The value of placeholder `:value`.
    #[must_use]
    pub fn value(mut self, placeholder: &str, value: impl Serialize) -> Self {
        // Values are plain data. DynamoDB would refuse an unusable one with the placeholder's name.
        if let Ok(value) = serde_dynamo::aws_sdk_dynamodb_1::to_attribute_value(value) {
            self.values.insert(placeholder.to_owned(), value);
        }
        self
    }

    /// The set of strings of placeholder `:value`; must not be empty.
    #[must_use]
    pub fn strings(mut self, placeholder: &str, values: impl IntoIterator<Item = String>) -> Self {
        self.values.insert(placeholder.to_owned(), AttributeValue::Ss(values.into_iter().collect()));
        self
    }

    pub(super) fn caused(self, cause: &Cause) -> Self {
        self.set("cause = :cause").value(":cause", cause)
    }

    pub(super) fn expression(&self) -> String {
        let clause = |word: &str, parts: &[String]| (!parts.is_empty()).then(|| format!("{word} {}", parts.join(", ")));
        let clauses = [("SET", &self.set), ("REMOVE", &self.remove), ("ADD", &self.add), ("DELETE", &self.delete)];
        clauses.into_iter().filter_map(|(word, parts)| clause(word, parts)).collect::<Vec<_>>().join(" ")
    }

    pub(super) fn condition(&self) -> Option<String> {
        (!self.when.is_empty()).then(|| self.when.join(" AND "))
    }
}
