//! What an invocation takes.

use crate::statistics::Spread;
use serde::Serialize;

#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Usage {
    /// From event to response.
    pub took: Spread,
    /// The part of it without AWS calls under way.
    pub apart: Spread,
    /// The processor time of it.
    pub processor: Spread,
    /// AWS calls, in tenths.
    pub calls: u64,
    /// Sequential round trips, in tenths.
    pub rounds: u64,
}
