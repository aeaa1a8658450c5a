//! What a function says of itself: JSON log lines, metrics, one trace id through everything.

pub mod log;
mod metrics;
pub(crate) mod redact;
mod trace;

pub use metrics::Metrics;
pub use trace::Trace;
