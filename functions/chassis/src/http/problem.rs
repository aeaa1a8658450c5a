//! Problem documents (RFC 9457): every refusal has a stable `type`, a status and a text for people. Refuses internals.

use super::pointer;
use crate::table::StoreError;
use crate::tokens::KeyError;
use events::text::FieldError;
use events::users::Permission;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

/// For this time after a second factor was shown its holder may do what asks for one.
pub const STEPPED_UP_SECONDS: i64 = 10 * 60;

/// Start of every problem's `type`.
pub(super) const TYPE_PREFIX: &str = "urn:souk:problem:";

/// A refusal of an HTTP request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{status} {kind}: {detail}")]
pub struct Problem {
    /// HTTP status, 4xx or 5xx.
    pub status: u16,
    /// Stable name in snake_case; part of the API.
    pub kind: &'static str,
    /// What is wrong, in a sentence for people.
    pub detail: String,
    /// Members for programs, e.g. the id of a conflicting resource.
    pub members: Map<String, Value>,
    /// Seconds to wait before another attempt.
    pub retry_after: Option<u32>,
    /// Reason for the log alone. The router logs it with the failure.
    pub(super) because: Option<String>,
}

impl From<KeyError> for Problem {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Unavailable { .. } => Self::unavailable().because(error.to_string()),
            KeyError::Unusable { .. } => Self::internal(error),
        }
    }
}

impl From<FieldError> for Problem {
    fn from(error: FieldError) -> Self {
        Self::at(&pointer::of_path(&error.field), &error.requirement)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        if error.is_permanent() { Self::internal(error) } else { Self::unavailable().because(error.to_string()) }
    }
}

/// A refusal (RFC 9457). Some types have further members: `field` is the
/// JSON pointer (RFC 6901) of what is refused in the body, `parameter` names what is refused outside of it, `order_id` and `product_id` name what
/// is in the way, `retry_after` (seconds), `limit`, `available`, `sku`, `skus`, `country`, `currency`, `permission` and others say what the type's text says.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub struct ProblemDocument {
    /// `urn:souk:problem:<name>`, stable.
    #[serde(rename = "type")]
    pub kind: String,
    /// The type's name in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong in this request.
    pub detail: String,
    /// The request's trace id, for support.
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

    /// Adds a member.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Serialize) -> Self {
        let value = serde_json::to_value(value).unwrap_or(Value::Null);
        self.members.insert(name.to_owned(), value);
        self
    }

    /// Adds the seconds to wait before another attempt.
    #[must_use]
    pub fn with_retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// Adds the reason for the log.
    #[must_use]
    pub fn because(mut self, reason: impl Into<String>) -> Self {
        self.because = Some(reason.into());
        self
    }

    /// 400: the request cannot be parsed.
    pub fn bad_request(kind: &'static str, detail: impl Into<String>) -> Self {
        Self::new(400, kind, detail)
    }

    /// 401: no valid credentials.
    pub fn unauthenticated(detail: impl Into<String>) -> Self {
        Self::new(401, "unauthenticated", detail)
    }

    /// 401: a valid token of a session that ended, or with rights that were taken away.
    pub fn session_ended() -> Self {
        Self::new(
            401,
            "session_ended",
            "The session has ended, or its user's roles have changed. Refresh it, or sign in again.",
        )
    }

    /// 401: a valid token of a session in which no second factor was shown of late.
    pub fn second_factor_required() -> Self {
        let detail = "Show your second factor: it was not asked for in this session within the last ten minutes.";
        Self::new(401, "second_factor_required", detail).with("max_age", STEPPED_UP_SECONDS)
    }

    /// 403: valid credentials of somebody who may not.
    pub fn forbidden() -> Self {
        Self::new(403, "forbidden", "You may not do this.")
    }

    /// 403: valid credentials without the permission, which the problem names.
    pub fn lacking(permission: Permission) -> Self {
        Self::forbidden().with("permission", permission)
    }

    /// 404: there is no such resource, or the caller may not know of it.
    pub fn not_found() -> Self {
        Self::new(404, "not_found", "There is no such resource, or it is not yours.")
    }

    /// 422: a field of the body that is not acceptable. `field` is its path in code, such as `lines[0].quantity`.
    pub fn invalid(field: &str, detail: impl Into<String>) -> Self {
        Self::new(422, "invalid_field", detail).of_field(field)
    }

    /// Names the field of the body that the problem is about, by its path in code. The document has its JSON pointer.
    #[must_use]
    pub fn of_field(self, field: &str) -> Self {
        self.with("field", pointer::of_path(field))
    }

    /// 422: what is at this JSON pointer in the body does not meet the requirement, such as `must be a text`.
    pub(super) fn at(pointer: &str, requirement: &str) -> Self {
        let detail = format!("{} {requirement}.", pointer::in_words(pointer));
        Self::new(422, "invalid_field", detail).with("field", pointer)
    }

    /// 400: a parameter of the query, the path or a header does not meet the requirement.
    pub fn parameter(name: &str, requirement: &str) -> Self {
        Self::new(400, "invalid_parameter", format!("{name} {requirement}.")).of_parameter(name)
    }

    /// Names the parameter of the query, the path or a header that the problem is about.
    #[must_use]
    pub(super) fn of_parameter(self, name: &str) -> Self {
        self.with("parameter", name)
    }

    /// 503: a dependency does not answer. Another attempt is safe.
    pub fn unavailable() -> Self {
        Self::new(503, "unavailable", "Please try again in a moment.").with_retry_after(1)
    }

    /// 500: a fault of ours. The reason is logged and never shown.
    pub fn internal(why: impl ToString) -> Self {
        Self::new(500, "internal", "Something went wrong on our side.").because(why.to_string())
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
