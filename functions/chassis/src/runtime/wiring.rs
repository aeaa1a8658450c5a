//! The parts of a running capability that the chassis uses.

use crate::http::{Edge, Site};
use crate::messaging::Queues;
use crate::runtime::config::SecondFactor;
use crate::runtime::world::World;
use crate::telemetry::Metrics;
use crate::tokens::AccessVerifier;

/// The parts of a running capability that the chassis uses.
#[derive(Debug, Clone)]
pub struct Wiring {
    /// Deployment stage, e.g. `main`.
    pub stage: String,
    /// Clock, randomness and sleep.
    pub world: World,
    /// The inboxes and dead-letter queues of all capabilities.
    pub queues: Queues,
    /// The edge that requests come through, if there is one.
    pub edge: Edge,
    /// What all pages share.
    pub site: Site,
    /// Whether staff must show a second factor.
    pub second_factor: SecondFactor,
    /// Verifies callers' access tokens.
    pub tokens: AccessVerifier,
    /// Metrics under the capability's name.
    pub metrics: Metrics,
}
