//! Telemetry of a function: JSON log lines, metrics, and one trace id through everything.

mod invocation;
pub mod log;
mod metrics;
pub(crate) mod redact;
mod trace;

pub use invocation::Invocation;
pub use metrics::{Metrics, Request};
pub use trace::Trace;
