//! What every use case is told about the work it does: who wants it, when it arrived, what caused it, which trace it belongs to.

use crate::table::{Cause, Via};
use events::Timestamp;
use events::ids::UserId;

/// Who wants the work, when it arrived, what caused it, and its trace.
#[derive(Debug, Clone)]
pub struct Context {
    /// The signed-in user who wants it; none for guests, messages and schedules.
    pub actor: Option<UserId>,
    /// When the request, message or schedule arrived. A use case decides on this instant.
    pub now: Timestamp,
    /// The W3C `traceparent` to store with what the work starts.
    pub traceparent: Option<String>,
    via: Via,
    input_id: String,
}

impl Context {
    pub(crate) fn http(actor: Option<UserId>, now: Timestamp, traceparent: String, request_id: String) -> Self {
        Self { actor, now, traceparent: Some(traceparent), via: Via::Http, input_id: request_id }
    }

    pub(crate) fn message(now: Timestamp, traceparent: Option<String>, message_id: String) -> Self {
        Self { actor: None, now, traceparent, via: Via::Queue, input_id: message_id }
    }

    /// Of a schedule's work.
    pub fn sweep(now: Timestamp) -> Self {
        Self { actor: None, now, traceparent: None, via: Via::Sweep, input_id: "sweep".to_owned() }
    }

    /// The cause of the write that makes transition `seq`; 0 where items have no transitions.
    pub fn cause(&self, seq: u64) -> Cause {
        Cause { via: self.via, id: self.input_id.clone(), seq }
    }

    /// The name of the request or message. A message keeps it when it comes again; a request has it only once.
    pub fn input_id(&self) -> &str {
        &self.input_id
    }
}
