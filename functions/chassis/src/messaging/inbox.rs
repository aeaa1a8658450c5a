//! A message as it came from a queue, and what may keep it from being handled.

use crate::runtime::Context;
use crate::table::{Cause, StoreError};
use crate::telemetry::redact::without_values;
use events::{Envelope, Message, Timestamp};
use serde_json::Value;

/// A message as it came.
#[derive(Debug, Clone)]
pub struct Received {
    /// The envelope with its data unread.
    pub envelope: Envelope<Value>,
    /// When it was received.
    pub now: Timestamp,
}

/// Why a message was not handled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// For now: it comes again after a while.
    #[error("for now: {0}")]
    Transient(String),
    /// For good: it cannot be read or never succeeds, and goes to the dead-letter queue.
    #[error("permanent: {0}")]
    Permanent(String),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        if error.is_permanent() { Self::Permanent(error.to_string()) } else { Self::Transient(error.to_string()) }
    }
}

impl Received {
    /// The message type.
    pub fn kind(&self) -> &str {
        &self.envelope.kind
    }

    /// The data as the type that the envelope names.
    ///
    /// # Errors
    /// `Permanent` if it is not of that type.
    pub fn data<M: Message>(&self) -> Result<M, Failure> {
        M::deserialize(&self.envelope.data).map_err(|error| {
            Failure::Permanent(format!("{}: {}", self.envelope.kind, without_values(&error.to_string())))
        })
    }

    pub(super) fn trace_id(&self) -> &str {
        self.traceparent().and_then(|parent| parent.get(3..35)).unwrap_or_default()
    }

    /// For a type that this inbox does not know.
    pub fn unknown(&self) -> Failure {
        Failure::Permanent(format!("no handler for {}", self.envelope.kind))
    }

    /// The cause of a write that this message makes.
    pub fn cause(&self, seq: u64) -> Cause {
        self.context().cause(seq)
    }

    /// What a use case is told about the work that this message asks for.
    pub fn context(&self) -> Context {
        Context::message(self.now, self.envelope.traceparent.clone(), self.envelope.id.clone())
    }

    /// Trace context to store with what the message starts.
    pub fn traceparent(&self) -> Option<&str> {
        self.envelope.traceparent.as_deref()
    }
}
