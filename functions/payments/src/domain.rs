//! What a payment is and how it moves: pure, and so proved by tests alone. Refuses clocks, stores and providers: a step says
//! what to write, what to ask of the provider or what to answer, and the service does it.

pub mod challenge;
pub mod ledger;
pub mod log;
pub mod method;
pub mod payment;
pub mod refunds;
pub mod replies;
pub mod step;

pub use log::{PaymentOperation, Phase, RefundRequest, Transaction};
pub use method::Method;
pub use payment::{Amounts, Payment, Status, Terms};
pub use step::{Command, Occasion, Outcome, Step};

/// Why a payment does not take something.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// The order and the payment carry different bits: not a pair that a sender may name.
    #[error("the payment is not that order's")]
    ForeignOrder,
    /// Negative, or its parts do not sum to it.
    #[error("the amount and its parts disagree")]
    InconsistentAmount,
    /// An attempt may change the means, never the amount.
    #[error("the amount differs from an earlier attempt's")]
    ChangedTerms,
    /// The payment is in another currency.
    #[error("the payment is in another currency")]
    OtherCurrency,
    /// More than 64 bits of minor units.
    #[error("an amount does not fit")]
    Overflow,
    /// Bookings that do not sum to zero.
    #[error("entries do not sum to zero")]
    Unbalanced,
    /// There are no terms to say an amount in.
    #[error("the payment has no terms yet")]
    NoTerms,
    /// The image that was read does not know the request yet, or nobody made it.
    #[error("nothing of the kind was requested")]
    Unrequested,
}
