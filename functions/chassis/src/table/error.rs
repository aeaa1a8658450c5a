//! The meaning of a table's errors: try again at once, later or never.

use crate::telemetry::redact::with_causes;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;

/// A read or write failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Another transaction holds the item. A repeat may succeed in a moment.
    #[error("table conflict: {0}")]
    Conflict(String),
    /// The table is throttled or cannot be reached. A repeat may succeed later.
    #[error("table unavailable: {0}")]
    Unavailable(String),
    /// An item does not have the form of this version.
    #[error("corrupt item: {0}")]
    Corrupt(String),
    /// AWS refuses the call for good: it is invalid, not allowed or too large, or the table is missing.
    #[error("table refuses: {0}")]
    Refused(String),
}

/// Error codes that no repeat changes (DynamoDB, "Error handling").
const REFUSED: [&str; 9] = [
    "ValidationException",
    "ValidationError",
    "AccessDeniedException",
    "AccessDenied",
    "NotAuthorized",
    "ItemCollectionSizeLimitExceeded",
    "ResourceNotFoundException",
    "ItemCollectionSizeLimitExceededException",
    "SerializationException",
];

impl StoreError {
    /// Whether every repeat fails too.
    pub const fn is_permanent(&self) -> bool {
        matches!(self, Self::Corrupt(_) | Self::Refused(_))
    }

    /// Whether an error code, or the reason of a canceled transaction, means that every repeat is refused.
    pub(super) fn is_refused(code: &str) -> bool {
        REFUSED.contains(&code)
    }

    /// The meaning of an error code of DynamoDB. `None` means that no answer came.
    pub(super) fn of_code(code: Option<&str>, text: String) -> Self {
        match code {
            Some("TransactionConflictException" | "TransactionConflict") => Self::Conflict(text),
            Some(code) if Self::is_refused(code) => Self::Refused(text),
            _ => Self::Unavailable(text),
        }
    }

    /// The meaning of a failed call.
    pub(super) fn of_call(error: impl ProvideErrorMetadata + std::error::Error) -> Self {
        Self::of_code(error.code(), with_causes(&error))
    }

    /// A call that cannot be built.
    pub(super) fn of_build(error: impl std::error::Error) -> Self {
        Self::Refused(with_causes(&error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_repetition_changes_is_permanent_and_everything_else_is_tried_again() {
        for code in REFUSED {
            assert!(StoreError::of_code(Some(code), String::new()).is_permanent(), "{code}");
        }
        let passing = [
            "ProvisionedThroughputExceededException",
            "ThrottlingException",
            "RequestLimitExceeded",
            "InternalServerError",
            "TransactionInProgressException",
            "ExpiredTokenException",
        ];
        for code in passing.map(Some).into_iter().chain([None]) {
            assert_eq!(StoreError::of_code(code, String::new()), StoreError::Unavailable(String::new()), "{code:?}");
        }
        let met = StoreError::of_code(Some("TransactionConflict"), String::new());
        assert_eq!(met, StoreError::Conflict(String::new()));
    }
}
