//! The context of a use case's work.

use crate::table::{AuditNote, Cause, Via};
use events::ids::UserId;
use events::{Actor, Timestamp};
use std::fmt::Display;

/// Who asked for the work, when it arrived, what caused it, and its trace.
#[derive(Debug, Clone)]
pub struct Context {
    /// Who wanted it: the signed-in user or the machine of a request, or whom a message names. `None` for guests and schedules.
    pub actor: Option<Actor>,
    /// Arrival of the request, message or schedule. Use cases decide as of this instant.
    pub now: Timestamp,
    /// W3C `traceparent` to store on items whose messages are sent later.
    pub traceparent: Option<String>,
    via: Via,
    input_id: String,
    operation: Option<&'static str>,
}

impl Context {
    pub(crate) fn http(actor: Option<Actor>, now: Timestamp, traceparent: String, request_id: String) -> Self {
        Self { actor, now, traceparent: Some(traceparent), via: Via::Http, input_id: request_id, operation: None }
    }

    pub(crate) fn message(
        now: Timestamp,
        traceparent: Option<String>,
        actor: Option<Actor>,
        message_id: String,
    ) -> Self {
        Self { actor, now, traceparent, via: Via::Queue, input_id: message_id, operation: None }
    }

    /// The context of a sweep.
    pub fn sweep(now: Timestamp) -> Self {
        let input_id = "sweep".to_owned();
        Self { actor: None, now, traceparent: None, via: Via::Sweep, input_id, operation: None }
    }

    /// The same for work whose audited writes leave an entry under this name: the operation of staff, or the message of an operator.
    #[must_use]
    pub fn audited_as(self, operation: &'static str) -> Self {
        Self { operation: Some(operation), ..self }
    }

    /// The same for work that this actor wanted, unless it names one.
    #[must_use]
    pub fn wanted_by(self, actor: Actor) -> Self {
        Self { actor: self.actor.or(Some(actor)), ..self }
    }

    /// The signed-in user of a request.
    pub fn user(&self) -> Option<UserId> {
        self.actor.as_ref().filter(|_| self.via == Via::Http).and_then(Actor::user)
    }

    /// The cause of the write that makes transition `seq`; 0 for items without transitions.
    pub fn cause(&self, seq: u64) -> Cause {
        Cause { actor: self.actor.clone(), ..Cause::new(self.via, &self.input_id, seq) }
    }

    /// The same, for a write that must say who made it: if it is staff's or an operator's, it leaves an audit entry, in the
    /// same transaction. `what` says what changed, without personal data.
    pub fn audited(&self, seq: u64, resource: impl Display, what: impl Display) -> Cause {
        let entry = self.operation.map(|operation| {
            let (resource, what, traceparent) = (resource.to_string(), what.to_string(), self.traceparent.as_deref());
            Box::new(AuditNote::new(operation, &resource, &what, self.now, traceparent))
        });
        Cause { audit: entry, ..self.cause(seq) }
    }

    /// Id of the request or message. A repeated message has the same id; a repeated request has another.
    pub fn input_id(&self) -> &str {
        &self.input_id
    }
}
