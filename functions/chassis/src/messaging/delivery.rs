//! A queue's delivery in Lambda's form, and the answer to a batch of them. Only the used fields are read; tests hold
//! them against the fixtures of the ecosystem's event library.

use super::dead_letter::ORIGINAL_MESSAGE_ID;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A message in the SQS event.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Delivery {
    /// SQS' id of the delivery. Only the answer about partial failures needs it.
    pub message_id: String,
    /// Handle for changing its visibility.
    pub receipt_handle: String,
    /// The sent text.
    pub body: String,
    /// `ApproximateReceiveCount` and others.
    #[serde(default)]
    pub attributes: HashMap<String, String>,
    /// What its sender put beside the body. A redriven dead letter has some.
    #[serde(default)]
    pub message_attributes: HashMap<String, DeliveredAttribute>,
}

/// A message attribute.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeliveredAttribute {
    /// `None` for a binary one.
    #[serde(default)]
    pub string_value: Option<String>,
}

impl Delivery {
    /// Receives of the message, this one included; at least 1.
    pub fn receive_count(&self) -> u32 {
        self.attributes.get("ApproximateReceiveCount").and_then(|count| count.parse().ok()).unwrap_or(1)
    }

    /// SQS' id of the message, or of the one that this is a redriven copy of.
    pub fn original_id(&self) -> &str {
        let before = self.message_attributes.get(ORIGINAL_MESSAGE_ID);
        before.and_then(|attribute| attribute.string_value.as_deref()).unwrap_or(&self.message_id)
    }
}

/// The answer to an SQS event: the records that come again.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchAnswer {
    /// The records that failed.
    pub batch_item_failures: Vec<ItemFailure>,
}

/// A record that comes again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ItemFailure {
    /// SQS' message id.
    pub item_identifier: String,
}
