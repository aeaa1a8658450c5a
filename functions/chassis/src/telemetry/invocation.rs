//! What Lambda says of the running invocation. Every line carries it, so that lines of one invocation are found together.

use events::Timestamp;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};

/// One invocation of a function.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Invocation {
    /// Lambda's request id.
    pub request_id: String,
    /// The trace header of AWS X-Ray, if it traces.
    pub xray_trace_id: Option<String>,
    /// Whether it is the first of its process.
    pub cold_start: bool,
}

/// An invocation, and when it began.
#[derive(Debug, Clone)]
pub(super) struct Running {
    pub(super) invocation: Invocation,
    pub(super) since: Timestamp,
}

/// The invocation that runs: Lambda gives a process one at a time.
#[derive(Debug, Clone, Default)]
pub(super) struct Current(Arc<Mutex<Option<Running>>>);

impl Current {
    pub(super) fn begin(&self, invocation: Invocation, since: Timestamp) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Running { invocation, since });
    }

    pub(super) fn get(&self) -> Option<Running> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Adds the invocation to a line, under the names of Powertools for AWS Lambda.
    pub(super) fn describe(&self, line: &mut Value) {
        let Some(Running { invocation, .. }) = self.get() else { return };
        line["function_request_id"] = json!(invocation.request_id);
        line["cold_start"] = json!(invocation.cold_start);
        if let Some(trace) = invocation.xray_trace_id {
            line["xray_trace_id"] = json!(trace);
        }
    }
}
