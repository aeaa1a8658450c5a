//! The context of a use case's work.

use crate::table::{Cause, Via};
use events::Timestamp;
use events::ids::UserId;

/// Who asked for the work, when it arrived, what caused it, and its trace.
#[derive(Debug, Clone)]
pub struct Context {
    /// The signed-in user who asked for it; `None` for guests, messages and schedules.
    pub actor: Option<UserId>,
    /// Arrival of the request, message or schedule. Use cases decide as of this instant.
    pub now: Timestamp,
    /// W3C `traceparent` to store on items whose messages are sent later.
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

    /// The context of a sweep.
    pub fn sweep(now: Timestamp) -> Self {
        Self { actor: None, now, traceparent: None, via: Via::Sweep, input_id: "sweep".to_owned() }
    }

    /// The cause of the write that makes transition `seq`; 0 for items without transitions.
    pub fn cause(&self, seq: u64) -> Cause {
        Cause { via: self.via, id: self.input_id.clone(), seq }
    }

    /// Id of the request or message. A repeated message has the same id; a repeated request has another.
    pub fn input_id(&self) -> &str {
        &self.input_id
    }
}
