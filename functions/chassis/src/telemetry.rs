//! Telemetry of a function: JSON log lines, metrics, and one trace id through everything.

pub mod log;
mod metrics;
pub(crate) mod redact;
mod trace;

pub use metrics::Metrics;
pub use trace::Trace;
