//! The work that wrote an item. Every write carries its cause, and the relay's filter reads it.

use super::audit_note::AuditNote;
use events::Actor;
use serde::{Deserialize, Serialize};

/// The way work arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// Over HTTP. Only the table's stream remembers it, so the relay sends what follows.
    Http,
    /// Over HTTP, and no other capability needs to hear of it: no relay is woken.
    Silent,
    /// From the inbox. The queue remembers it until it is acknowledged, so the worker sends what follows.
    Queue,
    /// From the sweep, which comes again.
    Sweep,
}

/// The work that last wrote an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// The way the work arrived.
    pub via: Via,
    /// Id of the request or message.
    pub id: String,
    /// Number of the transition, or 0 for items without transitions.
    pub seq: u64,
    /// Who wanted it. Absent if nobody did, or a guest, and in items of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Actor>,
    /// The audit entry that the write leaves in its own transaction.
    #[serde(skip)]
    pub(crate) audit: Option<Box<AuditNote>>,
}

impl Cause {
    /// The cause of a write that nobody in particular wanted.
    pub fn new(via: Via, id: &str, seq: u64) -> Self {
        Self { via, id: id.to_owned(), seq, actor: None, audit: None }
    }

    /// The same without who wanted it, for an item that must not say whose it is.
    #[must_use]
    pub fn anonymous(self) -> Self {
        Self { actor: None, ..self }
    }

    /// The same with its audit entry written ahead of the change and not with it: a transaction doubles the cost of both. An entry
    /// that is written ahead is never lost, but says what was asked for: another writer, or a crash, may still prevent it.
    #[must_use]
    pub fn audited_ahead(mut self) -> Self {
        if let Some(entry) = &mut self.audit {
            entry.ahead = true;
        }
        self
    }

    /// The same cause for a write that no other capability needs to hear of.
    #[must_use]
    pub fn silent(&self) -> Self {
        Self { actor: self.actor.clone(), ..Self::new(Via::Silent, &self.id, 0) }
    }
}
