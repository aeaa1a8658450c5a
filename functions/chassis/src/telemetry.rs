//! Telemetry of a function: JSON log lines, metrics, and one trace id through everything, in AWS X-Ray too.

mod invocation;
pub mod log;
mod metrics;
pub(crate) mod redact;
mod trace;
mod xray;

pub use invocation::Invocation;
pub use metrics::{Metrics, Request};
pub use trace::Trace;
pub use xray::Daemon;
