//! The work that wrote an item. Every write carries its cause, and the relay's filter reads it.

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
}

impl Cause {
    /// The same cause for a write that no other capability needs to hear of.
    #[must_use]
    pub fn silent(&self) -> Self {
        Self { via: Via::Silent, id: self.id.clone(), seq: 0 }
    }
}
