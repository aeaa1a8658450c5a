//! The parts that the chassis uses of a running capability.

use crate::messaging::Queues;
use crate::runtime::world::World;
use crate::telemetry::Metrics;
use crate::tokens::Verifier;

/// What the chassis needs of a running capability.
#[derive(Debug, Clone)]
pub struct Wiring {
    /// The deployment, e.g. `prod`.
    pub stage: String,
    /// Clock, randomness, sleep.
    pub world: World,
    /// The inboxes and dead-letter queues of all capabilities.
    pub queues: Queues,
    /// The public keys that verify access tokens.
    pub tokens: Verifier,
    /// The capability's metrics.
    pub metrics: Metrics,
}
