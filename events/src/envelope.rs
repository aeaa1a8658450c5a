//! The envelope of every message: CloudEvents 1.0 in JSON, with two extensions: the W3C trace context
//! (`traceparent`) and who wanted it (`actor`). Refuses to look into `data`.

use crate::{Actor, Capability, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The only CloudEvents version that is written and read.
pub const SPEC_VERSION: &str = "1.0";

/// One message as it is queued. Readers ignore unknown fields.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Envelope<T = serde_json::Value> {
    /// Always `1.0`.
    pub specversion: String,
    /// `<item>/<seq>/<type>`: the same transition always sends the same id, so a repeated message is recognized.
    pub id: String,
    /// The sending capability as a path, e.g. `/souk/orders`.
    pub source: String,
    /// `<capability>.<snake_case>.v<n>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Id of the item that changed.
    pub subject: String,
    /// Time of the transition, not of sending.
    pub time: Timestamp,
    /// W3C trace context, which all work for one request shares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// Who wanted what the message brings about: an id, which every message that follows carries on. Absent if nobody did, as when
    /// time passes, and for guests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Actor>,
    /// The message, whose form `type` names.
    pub data: T,
}

impl<T> Envelope<T> {
    /// The `source` of what a capability sends.
    pub fn source_of(capability: Capability) -> String {
        format!("/souk/{capability}")
    }

    /// Number of the transition that sends it, by its id.
    pub fn seq(&self) -> Option<u64> {
        self.id.split('/').nth(1)?.parse().ok()
    }
}
