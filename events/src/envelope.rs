//! The wrapper of every message: CloudEvents 1.0 in JSON, with the W3C trace context as extension (`traceparent`).

use crate::{Capability, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// CloudEvents version written by us and the only one read.
pub const SPEC_VERSION: &str = "1.0";

/// One message as it lies in a queue. Readers ignore fields they do not know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Envelope<T = serde_json::Value> {
    /// Always `1.0`.
    pub specversion: String,
    /// `<item>/<seq>/<type>`: the same transition always sends the same id, so a repeated message is recognised.
    pub id: String,
    /// The sending capability as a path, e.g. `/souk/orders`.
    pub source: String,
    /// `<capability>.<snake_case>.v<n>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The id of the item that the message is about.
    pub subject: String,
    /// When the transition happened, not when it was sent.
    pub time: Timestamp,
    /// W3C trace context that ties together all work for one request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// The message itself.
    pub data: T,
}

impl<T> Envelope<T> {
    /// The `source` of a capability.
    pub fn source_of(capability: Capability) -> String {
        format!("/souk/{capability}")
    }
}
