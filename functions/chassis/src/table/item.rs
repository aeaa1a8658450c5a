//! The form of an item: its key, its cause, its attributes.

use super::audit_note::AuditNote;
use super::cause::Cause;
use super::error::StoreError;
use crate::telemetry::redact::without_values;
use aws_sdk_dynamodb::types::AttributeValue;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Attributes of an item in the SDK's form.
pub type Attributes = HashMap<String, AttributeValue>;

/// The primary key of an item.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Partition key.
    pub pk: String,
    /// Sort key.
    pub sk: String,
}

impl Key {
    /// Partition key and sort key.
    pub fn new(pk: impl Into<String>, sk: impl Into<String>) -> Self {
        Self { pk: pk.into(), sk: sk.into() }
    }

    pub(crate) fn attributes(&self) -> Attributes {
        HashMap::from([
            ("pk".to_owned(), AttributeValue::S(self.pk.clone())),
            ("sk".to_owned(), AttributeValue::S(self.sk.clone())),
        ])
    }
}

/// An item of a sweep. A malformed one must not hold up the others.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Found<T> {
    /// It has the expected form.
    Readable(T),
    /// It has another form.
    Corrupt {
        /// Partition key.
        pk: String,
    },
}

pub(crate) fn encode(key: &Key, item: &impl Serialize, cause: &Cause) -> Result<Attributes, StoreError> {
    let corrupt = |error: serde_dynamo::Error| StoreError::Corrupt(error.to_string());
    let mut attributes: Attributes = serde_dynamo::aws_sdk_dynamodb_1::to_item(item).map_err(corrupt)?;
    let cause = serde_dynamo::aws_sdk_dynamodb_1::to_attribute_value(cause).map_err(corrupt)?;
    attributes.insert("cause".to_owned(), cause);
    attributes.extend(key.attributes());
    Ok(attributes)
}

/// The item of an entry of the audit log. No relay is woken for it.
pub(super) fn encode_note(note: &AuditNote, cause: &Cause) -> Result<Attributes, StoreError> {
    let (pk, sk) = note.key(&cause.id);
    encode(&Key::new(pk, sk), note, &cause.silent())
}

pub(crate) fn decode<T: DeserializeOwned>(item: Attributes) -> Result<T, StoreError> {
    serde_dynamo::aws_sdk_dynamodb_1::from_item(item)
        .map_err(|error| StoreError::Corrupt(without_values(&error.to_string())))
}

pub(crate) fn text(item: &Attributes, name: &str) -> String {
    item.get(name).and_then(|value| value.as_s().ok()).cloned().unwrap_or_default()
}
