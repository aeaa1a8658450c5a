//! What a table's refusals mean: try again at once, try again later, never try again.

use crate::telemetry::redact::with_causes;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;

/// The table did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Another transaction holds the item: the same may succeed in a moment.
    #[error("table conflict: {0}")]
    Conflict(String),
    /// The table is throttled or cannot be reached: the same may succeed later.
    #[error("table unavailable: {0}")]
    Unavailable(String),
    /// An item does not have the form that this version reads or writes.
    #[error("corrupt item: {0}")]
    Corrupt(String),
    /// AWS refuses the call for good: it is invalid, not allowed, too large, or the table is missing.
    #[error("table refuses: {0}")]
    Refused(String),
}

/// Codes of refusals that no repetition changes (DynamoDB, "Error handling").
const REFUSED: [&str; 6] = [
    "ValidationException",
    "ValidationError",
    "AccessDeniedException",
    "ResourceNotFoundException",
    "ItemCollectionSizeLimitExceededException",
    "SerializationException",
];

impl StoreError {
    /// Whether the same fails again whenever it is tried.
    pub const fn is_permanent(&self) -> bool {
        matches!(self, Self::Corrupt(_) | Self::Refused(_))
    }

    /// What an error code of DynamoDB means; no code means that no answer came.
    pub(super) fn of_code(code: Option<&str>, text: String) -> Self {
        match code {
            Some("TransactionConflictException" | "TransactionConflict") => Self::Conflict(text),
            Some(code) if REFUSED.contains(&code) => Self::Refused(text),
            _ => Self::Unavailable(text),
        }
    }

    /// What a failed call means.
    pub(super) fn of_call(error: impl ProvideErrorMetadata + std::error::Error) -> Self {
        Self::of_code(error.code(), with_causes(&error))
    }

    /// A call that cannot even be made.
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
