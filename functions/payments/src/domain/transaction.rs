//! An entry of a payment's append-only transaction log. Each transition appends one; none is ever changed.

use super::operation::{PaymentOperation, refund_id};
use chassis::Context;
use chassis::table::WantedBy;
use events::ids::{PaymentId, RefundId};
use events::payments::{Entry, Operation};
use events::{Money, Timestamp};
use serde::{Deserialize, Serialize};

/// The input of a transition that records the provider's answer.
pub(super) const PROVIDER_INPUT: &str = "provider";

/// The progress of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "TransactionPhase")]
pub enum Phase {
    /// The request is recorded; from now on the provider is asked under one key.
    Requested,
    /// The provider waits for the customer.
    ActionRequired,
    /// The provider did it.
    Succeeded,
    /// The provider refused it for good.
    Failed,
}

/// The request of a refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundRequest {
    pub id: RefundId,
    /// Stable name of the reason. One cause refunds once.
    pub cause: String,
    /// An upper limit: less is granted if less is left.
    pub asked: Money,
    /// The reason that staff give.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Fingerprint of the HTTP body as it was read, which tells a repetition from another request under the same key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<String>,
}

impl RefundRequest {
    /// A request by an order.
    pub fn new(payment: PaymentId, cause: &str, asked: Money) -> Self {
        Self { id: refund_id(payment, cause), cause: cause.to_owned(), asked, reason: None, digest: None }
    }
}

/// One transition of a payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transaction {
    /// Number of the transition, from 1.
    pub seq: u64,
    pub operation: Operation,
    pub phase: Phase,
    /// From 1.
    pub attempt: u32,
    /// Minor units of the payment's currency.
    pub amount: i64,
    /// The attempt to authorize that alone is voided.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization: Option<u32>,
    /// The provider's id of the operation; of the authorization, if the operation is to void one alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The reason of a failure, as a stable name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The page on which the customer confirms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The instant at which the provider releases the held money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capture_before: Option<Timestamp>,
    /// Set if and only if the operation is a refund.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund: Option<RefundRequest>,
    /// Sum of the payment's refunds after this one. Set on all successful refunds when one is set aside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_refunded: Option<i64>,
    pub at: Timestamp,
    /// Name of the input: a message's id, an idempotency key, `sweep`, or `provider` for the provider's answer.
    pub input: String,
    /// Ledger entries; they sum to zero.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<Entry>,
    /// Trace context, if it differs from the payment's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// The owner is the payment's customer.
    #[serde(default, skip_serializing_if = "WantedBy::is_nobody")]
    pub by: WantedBy,
}

impl Transaction {
    /// A transition of an operation. [`Self::caused_by`] gives it its time and input, the payment its number.
    pub(super) fn new(operation: PaymentOperation, phase: Phase, amount: i64) -> Self {
        Self {
            seq: 0,
            operation: operation.kind,
            phase,
            attempt: operation.attempt,
            amount,
            authorization: operation.authorization,
            reference: None,
            reason: None,
            url: None,
            capture_before: None,
            refund: None,
            total_refunded: None,
            at: Timestamp::default(),
            input: String::new(),
            entries: Vec::new(),
            traceparent: None,
            by: WantedBy::Nobody,
        }
    }

    /// The same with the time, input, trace and actor of the work that makes it.
    pub(super) fn caused_by(self, context: &Context) -> Self {
        let (input, traceparent) = (context.input_id().to_owned(), context.traceparent.clone());
        let by = WantedBy::of(context.actor.as_ref(), None);
        Self { at: context.now, input, traceparent, by, ..self }
    }

    /// The operation that this is a phase of.
    pub fn payment_operation(&self) -> PaymentOperation {
        let refund = self.refund.as_ref().map(|refund| refund.id);
        PaymentOperation { kind: self.operation, attempt: self.attempt, refund, authorization: self.authorization }
    }

    /// Whether the operation has its outcome.
    pub fn is_final(&self) -> bool {
        matches!(self.phase, Phase::Succeeded | Phase::Failed)
    }
}
