//! Reasons for which an email is not sent now.

/// The reason for which an email is not sent now. All but `Forbidden` pass: the message comes again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// Another attempt holds the claim and may be sending the email at this moment.
    #[error("another attempt may be sending this email")]
    Claimed,
    /// The mail service's code for a temporary error.
    #[error("mail service: {0}")]
    Deferred(String),
    /// The mail service's code for a right or a setting that is missing. No repeat changes it; an operator does.
    #[error("mail service: {0}")]
    Forbidden(String),
}
