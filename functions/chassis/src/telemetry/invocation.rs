//! What Lambda says of the running invocation. Every line carries it, so that lines of one invocation are found together.

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

/// The invocation that runs: Lambda gives a process one at a time.
#[derive(Debug, Clone, Default)]
pub(super) struct Current(Arc<Mutex<Option<Invocation>>>);

impl Current {
    pub(super) fn begin(&self, invocation: Invocation) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(invocation);
    }

    /// Adds the invocation to a line, under the names of Powertools for AWS Lambda.
    pub(super) fn describe(&self, line: &mut Value) {
        let Some(invocation) = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone() else { return };
        line["function_request_id"] = json!(invocation.request_id);
        line["cold_start"] = json!(invocation.cold_start);
        if let Some(trace) = invocation.xray_trace_id {
            line["xray_trace_id"] = json!(trace);
        }
    }
}
