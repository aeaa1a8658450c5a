//! Reasons for which the saga refuses an input.

/// The reason for which the saga refuses an input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The order is paid, or it ended.
    #[error("there is nothing to pay")]
    NothingToPay,
    /// An attempt with another payment method, or one that answers as many keys as it may, has no result yet.
    #[error("another payment is under way")]
    PaymentUnderWay,
    #[error("the time to pay is over")]
    TooLateToPay,
    #[error("there were too many payments")]
    TooManyAttempts,
    /// Too many cards of the customer, the guest or the network were declined. Holds the seconds to wait.
    #[error("too many cards were declined; again after {0} seconds")]
    TooManyDeclines(u32),
    /// The same `Idempotency-Key` came with another payment method.
    #[error("the idempotency key was used for another payment")]
    IdempotencyKeyReused,
    #[error("the goods have left")]
    AlreadyDispatched,
    #[error("the order has ended")]
    Ended,
    /// A customer signs in and has no token, and no other customer gets the order.
    #[error("the order is not a guest's")]
    NotAGuests,
    /// The order forgot its buyer.
    #[error("the order forgot its buyer")]
    Erased,
    /// The provider held or took another amount than the order's total.
    #[error("the amount is not the order's")]
    AmountMismatch,
}
