//! Reasons for which an email is not sent now.

use events::ids::UserId;

/// The reason for which an email is not sent now. `Claimed` and `Deferred` pass: the message, or staff, come again.
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
    /// Staff want an email again that was not refused: neither its text nor its address is kept.
    #[error("the mail service did not refuse this email")]
    NotFailed,
    /// Staff want an email again of which nothing is kept any more.
    #[error("the email is no longer kept")]
    NotKept,
    /// Staff want an email again that asks for a payment, and the time to pay has ended.
    #[error("the time to pay has ended")]
    Outdated,
    /// Somebody of the staff sends too many samples.
    #[error("too many sample emails in an hour")]
    TooManyTests,
    /// The address of this user is not known yet: the message comes again.
    #[error("the user's address is not known yet")]
    AddressUnknown(UserId),
    /// Nothing is sent to the mailbox.
    #[error("nothing is sent to this mailbox")]
    Suppressed,
    /// Somebody wants to be told of too many SKUs.
    #[error("too many stock alerts")]
    TooManyAlerts,
    /// Mails go to an address that its owner has confirmed.
    #[error("the user's address is not verified")]
    Unverified,
    /// The link of a mail to a guest is unknown or over.
    #[error("the link opens nothing")]
    UnknownLink,
    /// Too many requests from one network. Holds the seconds until the next may be made.
    #[error("too many requests from this network")]
    TooManyRequests(u32),
    /// The shop sends no emails of this kind.
    #[error("the shop sends no such emails")]
    SwitchedOff,
    /// Its reader wants no emails of this kind.
    #[error("its reader wants no emails of this kind")]
    Unsubscribed,
    /// The token of a link was not made here.
    #[error("no such link was sent")]
    InvalidToken,
    /// Staff lift what is not in force.
    #[error("emails are sent to this mailbox")]
    NotSuppressed,
}
