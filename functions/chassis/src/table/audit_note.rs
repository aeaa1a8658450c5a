//! What a write by staff or an operator leaves in the audit log, in the same transaction as what it tells, or ahead of it. Those
//! of a month are one partition, so none grows for ever. Refuses personal data: a note has ids and the capability's own words.

use crate::telemetry::Trace;
use events::Timestamp;
use events::text::cut;
use serde::Serialize;

/// Characters of a month in a timestamp: `2026-01`.
pub(super) const MONTH: usize = 7;
/// Most characters of what changed. An entry has at most a kilobyte.
const MAX_WHAT: usize = 400;

/// An entry of the audit log before it is written. Fields as in `AuditEntry`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditNote {
    at: Timestamp,
    action: String,
    resource: String,
    what: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    trace_id: String,
    /// Whether it is written before the change, not with it.
    #[serde(skip)]
    pub(super) ahead: bool,
}

impl AuditNote {
    pub(crate) fn new(action: &str, resource: &str, what: &str, at: Timestamp, traceparent: Option<&str>) -> Self {
        let mut what: String = what.to_owned();
        let end = cut(&what, MAX_WHAT).len();
        if end < what.len() {
            what.truncate(end);
            what.push('…');
        }
        Self {
            at,
            action: action.to_owned(),
            resource: resource.to_owned(),
            what,
            trace_id: Trace::id_in(traceparent).to_owned(),
            ahead: false,
        }
    }

    /// Partition and sort key. One request changes a resource once, so no other entry has them.
    pub(super) fn key(&self, request: &str) -> (String, String) {
        let at = self.at.to_string();
        let month = at.get(..MONTH).unwrap_or_default();
        (partition(month), format!("{at}#{request}#{}", self.resource))
    }
}

/// The partition of a month.
pub(super) fn partition(month: &str) -> String {
    format!("audit#{month}")
}
