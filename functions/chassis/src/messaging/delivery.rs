//! A queue's delivery as Lambda hands it over, and the answer to a batch of them. Only the fields that are used are read; tests hold
//! them against the fixtures of the ecosystem's event library.

use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A message as SQS hands it to a function.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Delivery {
    /// SQS' id of the delivery, for the answer about partial failures only.
    pub message_id: String,
    /// Handle for changing its visibility.
    pub receipt_handle: String,
    /// What was sent.
    pub body: String,
    /// `ApproximateReceiveCount` and others.
    #[serde(default)]
    pub attributes: HashMap<String, String>,
}

impl Delivery {
    /// How often the message was received, this time included; at least 1.
    pub fn receive_count(&self) -> u32 {
        self.attributes.get("ApproximateReceiveCount").and_then(|count| count.parse().ok()).unwrap_or(1)
    }
}

/// The answer to a queue batch: which records come again.
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
