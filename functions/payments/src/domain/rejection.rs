//! Reasons for which a payment refuses a command.

use events::Money;

/// The reason for which a payment refuses a command.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// An order and its payment carry the same bits. A sender may name no other pair.
    #[error("the payment belongs to another order")]
    ForeignOrder,
    #[error("the amount is negative or differs from the sum of its parts")]
    InconsistentAmount,
    /// A new attempt may change the payment method, never the amount.
    #[error("the amount differs from that of an earlier attempt")]
    ChangedTerms,
    #[error("the payment is in another currency")]
    OtherCurrency,
    #[error("an amount exceeds 64 bits of minor units")]
    Overflow,
    #[error("ledger entries do not sum to zero")]
    Unbalanced,
    #[error("the payment has no terms and so no currency")]
    NoTerms,
    /// Nobody requested the operation, or the image that was read is older than the request.
    #[error("the operation was not requested")]
    NotRequested,
    /// Another attempt is safe: the provider knows the key.
    #[error("provider unavailable: {0}")]
    ProviderUnavailable(String),
    /// Nothing is captured, or all of it is refunded or about to be.
    #[error("nothing is left to refund")]
    NothingToRefund,
    /// An exact refund of more than what is left, which this holds.
    #[error("only {0} is left to refund")]
    LessIsLeft(Money),
    #[error("the idempotency key was used for another request")]
    IdempotencyKeyReused,
    /// The payment has as many refunds as its item has room for.
    #[error("too many refunds of one payment")]
    TooManyRefunds,
    #[error("the payment waits for no confirmation")]
    ChallengeNotPending,
    #[error("the confirmation already has the opposite answer")]
    ChallengeAlreadyAnswered,
}
