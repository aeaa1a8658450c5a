//! A received message, and the reasons for which one is not handled.

use crate::runtime::{Context, Deadline};
use crate::table::StoreError;
use crate::telemetry::Trace;
use crate::telemetry::redact::without_values;
use crate::tokens::KeyError;
use events::message::Origin;
use events::{Capability, Envelope, Message, Outgoing, Timestamp};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde_json::Value;
use std::panic::AssertUnwindSafe;

/// A received message.
#[derive(Debug, Clone)]
pub struct Received {
    /// The envelope with its data unparsed.
    pub envelope: Envelope<Value>,
    /// Time of the receive.
    pub now: Timestamp,
}

/// The reason for which a message is not handled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// It comes again after a while.
    #[error("for now: {0}")]
    Transient(String),
    /// It is malformed or never succeeds, and goes to the dead-letter queue.
    #[error("permanent: {0}")]
    Permanent(String),
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        if error.is_permanent() { Self::Permanent(error.to_string()) } else { Self::Transient(error.to_string()) }
    }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Unavailable { .. } => Self::Transient(error.to_string()),
            KeyError::Unusable { .. } => Self::Permanent(error.to_string()),
        }
    }
}

impl Received {
    /// The message type.
    pub fn kind(&self) -> &str {
        &self.envelope.kind
    }

    /// Parses the data as the type that the envelope names.
    ///
    /// # Errors
    /// `Permanent` if it is not of that type.
    pub fn data<M: Message>(&self) -> Result<M, Failure> {
        M::deserialize(&self.envelope.data).map_err(|error| {
            Failure::Permanent(format!("{}: {}", self.envelope.kind, without_values(&error.to_string())))
        })
    }

    pub(super) fn trace_id(&self) -> &str {
        Trace::id_in(self.traceparent())
    }

    /// The failure for a type that this inbox does not receive.
    pub fn unknown(&self) -> Failure {
        Failure::Permanent(format!("no handler for {}", self.envelope.kind))
    }

    /// Context for the use case.
    pub fn context(&self) -> Context {
        let envelope = &self.envelope;
        Context::message(self.now, envelope.traceparent.clone(), envelope.actor.clone(), envelope.id.clone())
    }

    /// Names what is said because of this message, about `subject`: a message that comes again has the same said again.
    pub fn answer_about(&self, subject: impl ToString) -> Origin<'_> {
        Origin {
            subject: subject.to_string(),
            seq: self.envelope.seq().unwrap_or(1),
            at: self.envelope.time,
            traceparent: self.traceparent(),
            actor: self.envelope.actor.clone(),
        }
    }

    /// The same message once more, to this inbox: work of many parts goes on in it, and its tries are counted anew. Only for work that
    /// each part makes less.
    pub fn again(&self, own: Capability) -> Outgoing {
        Outgoing { to: own, delay_seconds: 0, envelope: self.envelope.clone() }
    }

    /// Trace context to store on items whose messages are sent later.
    pub fn traceparent(&self) -> Option<&str> {
        self.envelope.traceparent.as_deref()
    }
}

/// Does the work by its end. A panic or a time-out is a transient failure.
pub(crate) async fn in_time<T>(end: &Deadline, handling: BoxFuture<'_, Result<T, Failure>>) -> Result<T, Failure> {
    match end.bound(AssertUnwindSafe(handling).catch_unwind().boxed()).await {
        Ok(Ok(outcome)) => outcome,
        Ok(Err(_)) => Err(Failure::Transient("panicked".to_owned())),
        Err(error) => Err(Failure::Transient(error.to_string())),
    }
}
