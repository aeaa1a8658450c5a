//! Why an item is as it is. Every write carries its cause; the relay's filter reads it.

use serde::{Deserialize, Serialize};

/// How work arrived that led to a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// Over HTTP: nobody remembers it but the stream of the table, so the relay sends what follows.
    Http,
    /// Over HTTP, and nobody else needs to hear of it: no relay is woken.
    Silent,
    /// From the inbox: the queue remembers it until it is acknowledged, so the receiver sends what follows.
    Queue,
    /// From the sweep, which comes again.
    Sweep,
}

/// Why an item is as it is: the work that wrote it last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// How the work arrived.
    pub via: Via,
    /// The request's or message's name.
    pub id: String,
    /// Number of the transition that it made, or 0 where items have no transitions.
    pub seq: u64,
}

impl Cause {
    /// The same work's write of something that nobody else needs to hear of.
    #[must_use]
    pub fn silent(&self) -> Self {
        Self { via: Via::Silent, id: self.id.clone(), seq: 0 }
    }
}
