//! A payment: its terms and its log. Amounts and status are recomputed from the log, never stored, but for the sums of
//! refunds that were set aside.

use super::operation::PaymentOperation;
use super::payment_method::PaymentMethod;
use super::rejection::Rejection;
use super::terms::Terms;
use super::transaction::{PROVIDER_INPUT, Phase, Transaction};
use chassis::Context;
use chassis::table::WantedBy;
use events::ids::{OrderId, PaymentId, UserId};
use events::payments::Operation;
use events::{Actor, Timestamp};
use serde::{Deserialize, Serialize};

/// The state of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "PaymentStatus")]
pub enum Status {
    /// The provider has not answered yet.
    Pending,
    /// The customer must confirm with the bank.
    RequiresAction,
    /// The last attempt was declined; another may follow.
    Declined,
    /// The provider holds the money.
    Authorized,
    /// The goods have left, but the provider could not capture the money yet.
    CaptureFailed,
    /// The provider has captured the money.
    Captured,
    /// Part of the money was refunded.
    PartiallyRefunded,
    /// All of the money was refunded.
    Refunded,
    /// No money is held, or ever will be.
    Voided,
}

/// Sums of the log, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Amounts {
    /// Authorized and not voided.
    pub authorized: i64,
    pub captured: i64,
    pub refunded: i64,
    /// Granted to refunds that the provider has not made yet.
    pub pending: i64,
}

impl Amounts {
    /// The amount that can still be refunded.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn refundable(&self) -> Result<i64, Rejection> {
        let taken = self.refunded.checked_add(self.pending).ok_or(Rejection::Overflow)?;
        self.captured.checked_sub(taken).ok_or(Rejection::Overflow)
    }
}

/// Sums of the refunds whose transitions are not in the payment's log any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SetAside {
    pub count: u32,
    /// Minor units.
    pub refunded: i64,
    /// Number of the latest refusal of a refund by the provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed: Option<u64>,
    /// Number of the latest request of a refund. Absent unless one was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requested: Option<u64>,
}

impl SetAside {
    /// Whether the log is whole.
    pub const fn is_nothing(&self) -> bool {
        self.count == 0
    }
}

/// That a payment forgot its payer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erased {
    pub at: Timestamp,
    /// Number of the write that forgot. It has no entry in the log, which is about money.
    pub seq: u64,
}

/// A payment. It has no terms before its first transition and as a tombstone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    pub id: PaymentId,
    /// Number of transitions so far.
    pub seq: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<Terms>,
    /// `None` for a guest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<UserId>,
    /// The payment method of the current attempt; `None` if the customer's text was no provider's token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<PaymentMethod>,
    /// Transitions, oldest first: all but those of refunds that were set aside.
    pub log: Vec<Transaction>,
    #[serde(default, skip_serializing_if = "SetAside::is_nothing")]
    pub set_aside: SetAside,
    /// Trace context of the work that began the payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// Present once it forgot its payer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased: Option<Erased>,
}

impl Payment {
    /// A payment without any transition.
    pub const fn unknown(id: PaymentId) -> Self {
        let set_aside = SetAside { count: 0, refunded: 0, failed: None, requested: None };
        Self {
            id,
            seq: 0,
            terms: None,
            customer: None,
            method: None,
            log: Vec::new(),
            set_aside,
            traceparent: None,
            erased: None,
        }
    }

    pub const fn order(&self) -> OrderId {
        self.id.order()
    }

    /// The transitions of one operation, oldest first.
    pub fn transactions_of(&self, operation: PaymentOperation) -> impl Iterator<Item = &Transaction> {
        self.log.iter().filter(move |transaction| transaction.payment_operation() == operation)
    }

    /// The latest transition of one operation, if it began.
    pub fn last_of(&self, operation: PaymentOperation) -> Option<&Transaction> {
        self.transactions_of(operation).last()
    }

    /// The latest transition of any operation of a kind. A void of one authorization alone is not one of the payment.
    pub fn latest(&self, kind: Operation) -> Option<&Transaction> {
        self.log.iter().rev().find(|made| made.operation == kind && made.authorization.is_none())
    }

    /// The latest success of a kind of operation, of the whole payment.
    pub fn success(&self, kind: Operation) -> Option<&Transaction> {
        let done = |made: &&Transaction| made.operation == kind && made.phase == Phase::Succeeded;
        self.log.iter().rev().filter(|made| made.authorization.is_none()).find(done)
    }

    /// The latest transition of voiding one authorization alone.
    pub fn latest_void_of(&self, authorization: u32) -> Option<&Transaction> {
        self.log.iter().rev().find(|made| made.authorization == Some(authorization))
    }

    /// The authorization that waits for the customer, and whose confirmation the provider would take.
    pub fn waiting(&self) -> Option<&Transaction> {
        let asked = |made: &&Transaction| made.phase == Phase::ActionRequired;
        let undecided = |made: &&Transaction| self.last_of(made.payment_operation()) == Some(made);
        let free =
            |made: &&Transaction| self.latest_void_of(made.attempt).is_none_or(|void| void.phase != Phase::Succeeded);
        self.log.iter().rev().filter(asked).filter(undecided).find(free).filter(|_| self.end().is_none())
    }

    /// Whether the order wants the payment ended: from then on nothing is authorized for it.
    pub fn is_called_off(&self) -> bool {
        self.latest(Operation::Void).is_some()
    }

    /// An authorization, capture or void that has no outcome. It is settled before anything else is decided. Refunds do
    /// not count: each holds its own amount, so several may be open at once.
    pub fn unsettled(&self) -> Option<PaymentOperation> {
        self.log
            .iter()
            .filter(|transaction| transaction.operation != Operation::Refund)
            .map(Transaction::payment_operation)
            .find(|&operation| self.is_open(operation))
    }

    /// Whether an operation was requested and has no outcome.
    pub fn is_open(&self, operation: PaymentOperation) -> bool {
        self.last_of(operation).is_some_and(|last| last.phase == Phase::Requested)
    }

    /// The operation that ended the payment: a void, or the refund that a void of captured money became.
    pub fn end(&self) -> Option<PaymentOperation> {
        let refund = PaymentOperation::refund_by_void(self.id);
        let ended = |refund: &PaymentOperation| self.last_of(*refund).is_some_and(|t| t.phase == Phase::Succeeded);
        self.success(Operation::Void).map(Transaction::payment_operation).or_else(|| Some(refund).filter(ended))
    }

    /// The authorization whose money the provider still holds, neither captured nor voided.
    pub fn held(&self) -> Option<&Transaction> {
        let free = self.end().is_none() && self.success(Operation::Capture).is_none();
        self.success(Operation::Authorize).filter(|_| free)
    }

    /// Whether the sale is booked: a capture was requested, so the goods have left.
    pub fn is_sold(&self) -> bool {
        self.log.iter().any(|t| t.operation == Operation::Capture && t.phase == Phase::Requested)
    }

    /// The sums of the whole log.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn amounts(&self) -> Result<Amounts, Rejection> {
        self.amounts_up_to(self.seq)
    }

    /// The sums as they were after a transition, which is later than everything that was set aside.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn amounts_up_to(&self, seq: u64) -> Result<Amounts, Rejection> {
        let mut sums = Amounts { refunded: self.set_aside.refunded, ..Amounts::default() };
        for transaction in self.log.iter().take_while(|transaction| transaction.seq <= seq) {
            let amount = transaction.amount;
            let less = amount.checked_neg().ok_or(Rejection::Overflow)?;
            match (transaction.operation, transaction.phase) {
                (Operation::Authorize, Phase::Succeeded) => add(&mut sums.authorized, amount)?,
                (Operation::Void, Phase::Succeeded) => add(&mut sums.authorized, less)?,
                (Operation::Capture, Phase::Succeeded) => add(&mut sums.captured, amount)?,
                (Operation::Refund, Phase::Requested) => add(&mut sums.pending, amount)?,
                (Operation::Refund, Phase::Succeeded) => {
                    add(&mut sums.refunded, amount)?;
                    add(&mut sums.pending, less)?;
                }
                (Operation::Refund, Phase::Failed) => add(&mut sums.pending, less)?,
                _ => {}
            }
        }
        Ok(sums)
    }

    /// # Errors
    /// `Overflow`.
    pub fn status(&self) -> Result<Status, Rejection> {
        if self.success(Operation::Capture).is_some() {
            let sums = self.amounts()?;
            return Ok(match sums.refunded {
                0 => Status::Captured,
                all if all == sums.captured => Status::Refunded,
                _ => Status::PartiallyRefunded,
            });
        }
        if self.end().is_some() {
            return Ok(Status::Voided);
        }
        if self.held().is_some() && self.latest(Operation::Capture).is_some_and(|t| t.phase == Phase::Failed) {
            return Ok(Status::CaptureFailed);
        }
        Ok(match self.latest(Operation::Authorize).map(|transaction| transaction.phase) {
            None | Some(Phase::Requested) => Status::Pending,
            // Another attempt takes the place of the one that waited.
            Some(Phase::ActionRequired) if self.waiting().is_none() => Status::Pending,
            Some(Phase::ActionRequired) => Status::RequiresAction,
            Some(Phase::Failed) => Status::Declined,
            Some(Phase::Succeeded) => Status::Authorized,
        })
    }

    /// The payment after one more transition, which the context's work makes.
    pub(super) fn with(&self, transaction: Transaction, context: &Context) -> Self {
        self.append(transaction.caused_by(context))
    }

    /// The payment after one more transition. It gets the next number, and keeps its trace only if the payment has
    /// another.
    pub(super) fn append(&self, transaction: Transaction) -> Self {
        let mut next = self.clone();
        next.seq = self.seq.saturating_add(1);
        if self.seq == 0 {
            next.traceparent.clone_from(&transaction.traceparent);
        }
        let traceparent = transaction.traceparent.filter(|own| next.traceparent.as_ref() != Some(own));
        let by = match transaction.by {
            WantedBy::Other(actor) => WantedBy::of(Some(&actor), self.customer.map(Actor::from).as_ref()),
            by => by,
        };
        next.log.push(Transaction { seq: next.seq, traceparent, by, ..transaction });
        next.without_person()
    }

    /// Who wanted a transition. What the provider answered was wanted by whoever wanted the operation.
    pub fn actor(&self, transaction: &Transaction) -> Option<Actor> {
        let answered = transaction.input == PROVIDER_INPUT;
        let asked = self.transactions_of(transaction.payment_operation()).find(|_| answered).unwrap_or(transaction);
        asked.by.actor(self.customer.map(Actor::from))
    }
}

fn add(sum: &mut i64, amount: i64) -> Result<(), Rejection> {
    *sum = sum.checked_add(amount).ok_or(Rejection::Overflow)?;
    Ok(())
}
