//! A record of a table's stream: an item before and after a write.

use crate::telemetry::redact::without_values;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_dynamo::Item;

/// A record of a table's stream.
#[derive(Debug, Clone, Deserialize)]
pub struct StreamRecord {
    /// `INSERT`, `MODIFY` or `REMOVE`.
    #[serde(rename = "eventName", default)]
    pub event_name: String,
    /// The item before and after.
    pub dynamodb: StreamImages,
}

/// The item before and after, in DynamoDB's form, and the record's place in its shard.
#[derive(Debug, Clone, Deserialize)]
pub struct StreamImages {
    /// `None` for a removal.
    #[serde(rename = "NewImage", default)]
    pub new: Option<serde_dynamo::Item>,
    /// `None` for an insertion.
    #[serde(rename = "OldImage", default)]
    pub old: Option<serde_dynamo::Item>,
    /// Larger than those of all earlier records of the shard.
    #[serde(rename = "SequenceNumber", default)]
    pub sequence_number: String,
}

/// An image without the expected form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("undecodable image: {0}")]
pub struct Undecodable(pub String);

/// An item before and after a write.
#[derive(Debug, Clone)]
pub struct Change {
    pub(super) new: Item,
    pub(super) old: Option<Item>,
}

impl Change {
    /// The item after the write.
    ///
    /// # Errors
    /// If it is not a `T`.
    pub fn new_image<T: DeserializeOwned>(&self) -> Result<T, Undecodable> {
        decode(&self.new)
    }

    /// The item before the write, if there was one.
    ///
    /// # Errors
    /// If it is not a `T`.
    pub fn old_image<T: DeserializeOwned>(&self) -> Result<Option<T>, Undecodable> {
        self.old.as_ref().map(decode).transpose()
    }

    /// The partition key.
    pub fn pk(&self) -> &str {
        self.text("pk")
    }

    /// The sort key.
    pub fn sk(&self) -> &str {
        self.text("sk")
    }

    fn text(&self, name: &str) -> &str {
        match self.new.get(name) {
            Some(serde_dynamo::AttributeValue::S(text)) => text,
            _ => "",
        }
    }
}

fn decode<T: DeserializeOwned>(item: &Item) -> Result<T, Undecodable> {
    serde_dynamo::from_item(item.clone()).map_err(|error| Undecodable(without_values(&error.to_string())))
}
