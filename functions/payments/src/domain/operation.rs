//! A payment operation: one thing asked of a provider under one key, from `requested` to its outcome.

use events::ids::{PaymentId, RefundId};
use events::payments::Operation;

/// The cause of the refund that a void of captured money becomes.
pub const VOID_CAUSE: &str = "void";

/// One attempt to authorize, capture or void, one attempt to void a single authorization, or one refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaymentOperation {
    pub kind: Operation,
    /// From 1.
    pub attempt: u32,
    /// Set if and only if the operation is a refund.
    pub refund: Option<RefundId>,
    /// The attempt to authorize that alone is voided. Only a void has it, and one that has none ends the payment.
    pub authorization: Option<u32>,
}

impl PaymentOperation {
    /// An attempt to authorize, capture or void.
    pub const fn attempt(kind: Operation, attempt: u32) -> Self {
        Self { kind, attempt, refund: None, authorization: None }
    }

    /// A refund; there is one attempt of each.
    pub const fn refund(id: RefundId) -> Self {
        Self { refund: Some(id), ..Self::attempt(Operation::Refund, 1) }
    }

    /// An attempt to void one authorization and nothing else.
    pub const fn void_of(authorization: u32, attempt: u32) -> Self {
        Self { authorization: Some(authorization), ..Self::attempt(Operation::Void, attempt) }
    }

    /// The refund that a void of captured money becomes.
    pub fn refund_by_void(payment: PaymentId) -> Self {
        Self::refund(refund_id(payment, VOID_CAUSE))
    }

    /// The idempotency key that the provider gets. Every repetition has the same one, so the operation happens once.
    pub fn provider_key(&self, payment: PaymentId) -> String {
        match (self.refund, self.authorization) {
            (Some(refund), _) => format!("{payment}/refund/{refund}"),
            (None, Some(voided)) => format!("{payment}/authorize/{voided}/void/{}", self.attempt),
            (None, None) => format!("{payment}/{}/{}", self.kind_name(), self.attempt),
        }
    }

    const fn kind_name(&self) -> &'static str {
        match self.kind {
            Operation::Authorize => "authorize",
            Operation::Capture => "capture",
            Operation::Void => "void",
            Operation::Refund => "refund",
        }
    }
}

/// The id of a payment's refund for a cause. It is computed, so one cause refunds once.
pub fn refund_id(payment: PaymentId, cause: &str) -> RefundId {
    RefundId::from_bits(chassis::digest::bits128(format!("{payment}/{cause}").as_bytes()))
}
