//! What an invocation takes.

use crate::statistics::Spread;
use serde::Serialize;

/// What an invocation takes.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Usage {
    /// From event to answer.
    pub took: Spread,
    /// Of it, while nothing was under way at AWS.
    pub apart: Spread,
    /// Of it, the processor's time.
    pub processor: Spread,
    /// Calls of AWS, in tenths.
    pub calls: u64,
    /// How many of them one after the other, in tenths.
    pub rounds: u64,
}
