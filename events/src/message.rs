//! The trait of a message type, and a message addressed to its receiver. Refuses queues: the chassis sends.

use crate::{Actor, Capability, Envelope, Timestamp, envelope::SPEC_VERSION};
use schemars::JsonSchema;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// A published message version.
pub trait Message: Serialize + DeserializeOwned + JsonSchema {
    /// `<capability>.<snake_case>.v<n>`: commands imperative under the receiver's name, events past tense under the sender's.
    const TYPE: &'static str;
    /// The sender.
    const FROM: Capability;
    /// The receivers, each of which gets a copy.
    const TO: &'static [Capability];
}

/// The item and transition that a message comes from. They name the message, so that receivers recognize a repeat.
#[derive(Debug, Clone)]
pub struct Origin<'a> {
    /// Id of the item that changed.
    pub subject: String,
    /// Number of the transition on that item, from 1.
    pub seq: u64,
    /// Time of the transition.
    pub at: Timestamp,
    /// W3C trace context of the work that made the transition.
    pub traceparent: Option<&'a str>,
    /// Who wanted the transition.
    pub actor: Option<Actor>,
}

/// A message addressed to one capability's inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Outgoing {
    /// The receiver.
    pub to: Capability,
    /// Seconds before the message may be received: 0 to 900, the bounds of SQS.
    pub delay_seconds: u16,
    pub envelope: Envelope<Value>,
}

impl Outgoing {
    /// One copy of `message` for each of its receivers.
    pub fn to_all<M: Message>(origin: &Origin<'_>, message: &M) -> Vec<Self> {
        M::TO.iter().map(|&to| Self::to_one(to, origin, message)).collect()
    }

    /// A copy of `message` for one receiver. Use it where the content depends on the receiver.
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
                actor: origin.actor.clone(),
                // Message types are plain data: strings, integers, lists. None of them can fail to become JSON.
                data: serde_json::to_value(message).unwrap_or(Value::Null),
            },
        }
    }

    /// Delays the message by `seconds`, at most 900.
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
