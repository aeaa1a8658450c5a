//! What makes a type a message, and a message ready to go. Refuses queues: how it is sent is the chassis' business.

use crate::{Capability, Envelope, Timestamp, envelope::SPEC_VERSION};
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// A published message version.
pub trait Message: Serialize + DeserializeOwned + JsonSchema {
    /// `<capability>.<snake_case>.v<n>`: commands imperative under the receiver's name, events past tense under the sender's.
    const TYPE: &'static str;
    /// Who sends it.
    const FROM: Capability;
    /// Who receives it.
    const TO: &'static [Capability];
}

/// The item and transition that a message tells of. Names the message, so that sending again is recognised.
#[derive(Debug, Clone)]
pub struct Origin<'a> {
    /// Id of the item that changed.
    pub subject: String,
    /// Number of the transition on that item, from 1.
    pub seq: u64,
    /// When the transition happened.
    pub at: Timestamp,
    /// Trace context to hand on.
    pub traceparent: Option<&'a str>,
}

/// A message on its way to one capability's inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Whose inbox.
    pub to: Capability,
    /// Seconds before it may be received; SQS allows 0 to 900.
    pub delay_seconds: u16,
    /// What is sent.
    pub envelope: Envelope<Value>,
}

impl Outgoing {
    /// One copy of `message` for each of its receivers.
    pub fn to_all<M: Message>(origin: &Origin<'_>, message: &M) -> Vec<Self> {
        M::TO.iter().map(|&to| Self::to_one(to, origin, message)).collect()
    }

    /// A copy of `message` for one receiver, for messages whose content depends on who reads it.
    pub fn to_one<M: Message>(to: Capability, origin: &Origin<'_>, message: &M) -> Self {
        Self {
            to,
            delay_seconds: 0,
            envelope: Envelope {
                specversion: SPEC_VERSION.to_owned(),
                id: format!("{}/{}/{}", origin.subject, origin.seq, M::TYPE),
                source: Envelope::<Value>::source_of(M::FROM),
                kind: M::TYPE.to_owned(),
                subject: origin.subject.clone(),
                time: origin.at,
                traceparent: origin.traceparent.map(str::to_owned),
                // Message types are plain data: strings, integers, lists. None of them can fail to become JSON.
                data: serde_json::to_value(message).unwrap_or(Value::Null),
            },
        }
    }

    /// The same message, not to be received before so many seconds (at most 900, SQS' limit).
    #[must_use]
    pub fn delayed(mut self, seconds: i64) -> Self {
        self.delay_seconds = u16::try_from(seconds.clamp(0, 900)).unwrap_or(900);
        self
    }
}

/// Declares message structs with their type, sender and receivers. Each says in its doc what happened or what is wanted;
/// a field has a doc only where its name and type do not say everything.
macro_rules! messages {
    ($($(#[$doc:meta])+ $name:ident = $kind:literal, $from:ident => [$($to:ident),*] { $($body:tt)* })*) => {$(
        $(#[$doc])+
        #[allow(missing_docs)]
        #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        pub struct $name { $($body)* }

        impl $crate::Message for $name {
            const TYPE: &'static str = $kind;
            const FROM: $crate::Capability = $crate::Capability::$from;
            const TO: &'static [$crate::Capability] = &[$($crate::Capability::$to),*];
        }
    )*};
}
pub(crate) use messages;
