//! Problem documents (RFC 9457): every refusal has a stable `type`, a status and words for a person. Never internals.

use crate::table::StoreError;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

/// What every problem's `type` starts with.
const TYPE_PREFIX: &str = "urn:souk:problem:";

/// A refusal of an HTTP request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{status} {kind}: {detail}")]
pub struct Problem {
    /// HTTP status, 4xx or 5xx.
    pub status: u16,
    /// Stable name in snake_case; part of the API.
    pub kind: &'static str,
    /// What is wrong, for a person.
    pub detail: String,
    /// Members that help a program, e.g. the id of a conflicting thing.
    pub members: Map<String, Value>,
    /// Seconds after which trying again makes sense.
    pub retry_after: Option<u32>,
    /// Why, for the log alone: the router logs it once with the failure.
    pub(super) because: Option<String>,
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let problem = if error.is_permanent() { Self::internal() } else { Self::unavailable() };
        problem.because(error.to_string())
    }
}

/// A problem document as clients see it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub struct ProblemDocument {
    /// `urn:souk:problem:<name>`, stable.
    #[serde(rename = "type")]
    pub kind: String,
    /// The name in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong this time.
    pub detail: String,
    /// The request's trace id, to quote to support.
    pub trace_id: String,
    /// Further members that depend on the type.
    #[serde(flatten)]
    pub members: Map<String, Value>,
}

impl Problem {
    /// A refusal with a status, a stable name and an explanation.
    pub fn new(status: u16, kind: &'static str, detail: impl Into<String>) -> Self {
        Self { status, kind, detail: detail.into(), members: Map::new(), retry_after: None, because: None }
    }

    /// The same with one more member.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        let value = serde_json::to_value(value).unwrap_or(Value::Null);
        self.members.insert(name.to_owned(), value);
        self
    }

    /// The same with the seconds after which trying again makes sense.
    #[must_use]
    pub fn with_retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The same with the reason that only the log shows.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.because = Some(reason.into());
        self
    }

    /// 400: the request cannot be read.
    pub fn bad_request(kind: &'static str, detail: impl Into<String>) -> Self {
        Self::new(400, kind, detail)
    }

    /// 401: no valid credentials.
    pub fn unauthenticated(detail: impl Into<String>) -> Self {
        Self::new(401, "unauthenticated", detail)
    }

    /// 403: valid credentials that do not suffice.
    pub fn forbidden() -> Self {
        Self::new(403, "forbidden", "You may not do this.")
    }

    /// 404: nothing there, or nothing that the caller may know of.
    pub fn not_found() -> Self {
        Self::new(404, "not_found", "There is no such thing, or it is not yours.")
    }

    /// 422: readable, but not acceptable; `field` says where.
    pub fn invalid(field: &str, detail: impl Into<String>) -> Self {
        Self::new(422, "invalid_field", detail).with("field", field)
    }

    /// 503: something we depend on does not answer; trying again is safe.
    pub fn unavailable() -> Self {
        Self::new(503, "unavailable", "Please try again in a moment.").with_retry_after(1)
    }

    /// 500: our own fault. The cause is logged, never shown.
    pub fn internal() -> Self {
        Self::new(500, "internal", "Something went wrong on our side.")
    }

    /// The document that clients see.
    pub fn document(&self, trace_id: &str) -> ProblemDocument {
        let mut title = self.kind.replace('_', " ");
        if let Some(first) = title.get_mut(0..1) {
            first.make_ascii_uppercase();
        }
        ProblemDocument {
            kind: format!("{TYPE_PREFIX}{}", self.kind),
            title,
            status: self.status,
            detail: self.detail.clone(),
            trace_id: trace_id.to_owned(),
            members: self.members.clone(),
        }
    }
}
