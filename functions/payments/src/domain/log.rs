//! The append-only transaction log: one entry for each transition, never changed afterwards.

use events::ids::{PaymentId, RefundId};
use events::payments::{Entry, Operation};
use events::{Money, Timestamp};
use serde::{Deserialize, Serialize};

/// How far an undertaking has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Written down, and from then on asked of the provider under one key.
    Requested,
    /// The provider waits for the customer.
    ActionRequired,
    /// Done.
    Succeeded,
    /// Refused for good.
    Failed,
}

/// What a refund was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundRequest {
    /// Computed from the payment and the cause, so that one cause refunds once.
    pub id: RefundId,
    /// Who or what asked, as a stable name.
    pub cause: String,
    /// At most how much.
    pub asked: Money,
    /// The staff's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Fingerprint of the HTTP request, to tell a repeat from another one under the same key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
}

/// One transition of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transaction {
    /// Its number, from 1.
    pub seq: u64,
    /// What is done.
    pub operation: Operation,
    /// How far it has come.
    pub phase: Phase,
    /// Which try of it, from 1.
    pub attempt: u32,
    /// Minor units of the payment's currency.
    pub amount: i64,
    /// The provider's name for what it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Why it failed, as a stable name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Where the customer acts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// When the provider lets the held money go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capture_before: Option<Timestamp>,
    /// Which refund, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund: Option<RefundRequest>,
    /// When.
    pub at: Timestamp,
    /// The name of what made it: a message's id, an idempotency key, or `provider` for what the provider answered.
    pub input: String,
    /// What it booked; sums to zero.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<Entry>,
    /// Trace context of its own, if it is not the payment's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
}

impl Transaction {
    /// A transition of an undertaking; the payment that takes it gives it its number, time and input.
    pub(super) fn new(undertaking: PaymentOperation, phase: Phase, amount: i64) -> Self {
        Self {
            seq: 0,
            operation: undertaking.operation,
            phase,
            attempt: undertaking.attempt,
            amount,
            reference: None,
            reason: None,
            url: None,
            capture_before: None,
            refund: None,
            at: Timestamp::default(),
            input: String::new(),
            entries: Vec::new(),
            traceparent: None,
        }
    }

    /// What this is a phase of.
    pub fn undertaking(&self) -> PaymentOperation {
        PaymentOperation {
            operation: self.operation,
            attempt: self.attempt,
            refund: self.refund.as_ref().map(|refund| refund.id),
        }
    }

    /// The undertaking has come to its end.
    pub fn is_final(&self) -> bool {
        matches!(self.phase, Phase::Succeeded | Phase::Failed)
    }
}

/// One thing asked of a provider: from `requested` to its end it has one key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaymentOperation {
    /// What.
    pub operation: Operation,
    /// Which try of it.
    pub attempt: u32,
    /// Which refund, if it is one.
    pub refund: Option<RefundId>,
}

impl PaymentOperation {
    /// A try to authorize, capture or void.
    pub const fn attempt(operation: Operation, attempt: u32) -> Self {
        Self { operation, attempt, refund: None }
    }

    /// A refund; there is one try of each.
    pub const fn refund(id: RefundId) -> Self {
        Self { operation: Operation::Refund, attempt: 1, refund: Some(id) }
    }

    /// The key under which the provider hears of it: the same at every repetition, so that it happens once.
    pub fn provider_key(&self, payment: PaymentId) -> String {
        match self.refund {
            Some(refund) => format!("{payment}/refund/{refund}"),
            None => format!("{payment}/{}/{}", self.operation_name(), self.attempt),
        }
    }

    /// The operation as the wire has it.
    pub const fn operation_name(&self) -> &'static str {
        match self.operation {
            Operation::Authorize => "authorize",
            Operation::Capture => "capture",
            Operation::Void => "void",
            Operation::Refund => "refund",
        }
    }
}
