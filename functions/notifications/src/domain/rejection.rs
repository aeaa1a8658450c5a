//! Reasons for which an email is not sent now. Both pass: the message comes again.

/// The reason for which an email is not sent now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// Another attempt holds the claim and may be sending the email at this moment.
    #[error("another attempt may be sending this email")]
    Claimed,
    /// The mail service's code for a temporary error.
    #[error("mail service: {0}")]
    Deferred(String),
}
