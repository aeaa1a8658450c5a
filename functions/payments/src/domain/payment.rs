//! A payment: its terms and its log. Everything else, amounts and status among it, is recomputed from the log.

use super::step::Occasion;
use super::{Method, PaymentOperation, Phase, Rejection, Transaction};
use crate::domain::refunds;
use events::ids::{OrderId, PaymentId, UserId};
use events::payments::{AmountParts, Operation};
use events::{Currency, Money};
use serde::{Deserialize, Serialize};

/// What is to be paid; the same for every attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// In which currency.
    pub currency: Currency,
    /// Minor units.
    pub amount: i64,
    /// What the amount is made of.
    pub parts: AmountParts,
}

impl Terms {
    /// Terms whose parts sum to the amount, none of them negative.
    ///
    /// # Errors
    /// `InconsistentAmount`.
    pub fn new(amount: Money, parts: AmountParts) -> Result<Self, Rejection> {
        let sum = parts.subtotal.checked_add(parts.shipping).and_then(|sum| sum.checked_add(parts.tax));
        let positive = parts.subtotal >= 0 && parts.shipping >= 0 && parts.tax >= 0;
        if !positive || sum != Some(amount.amount) {
            return Err(Rejection::InconsistentAmount);
        }
        Ok(Self { currency: amount.currency, amount: amount.amount, parts })
    }
}

/// Where a payment stands, as its readers see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The provider has not answered yet.
    Pending,
    /// The customer must confirm with the bank.
    RequiresAction,
    /// The last attempt was declined; another may follow.
    Declined,
    /// The money is held.
    Authorized,
    /// The goods left, but the held money could not be taken yet.
    CaptureFailed,
    /// The money is taken.
    Captured,
    /// Part of it went back.
    PartiallyRefunded,
    /// All of it went back.
    Refunded,
    /// No money is held, or ever will be.
    Voided,
}

/// Sums of the log, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Amounts {
    /// Authorized and not voided.
    pub authorized: i64,
    /// Taken.
    pub captured: i64,
    /// Given back.
    pub refunded: i64,
    /// Granted to refunds that the provider has not done yet.
    pub pending: i64,
}

impl Amounts {
    /// What can still be granted to a refund.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn refundable(&self) -> Result<i64, Rejection> {
        let taken = self.refunded.checked_add(self.pending).ok_or(Rejection::Overflow)?;
        self.captured.checked_sub(taken).ok_or(Rejection::Overflow)
    }
}

/// A payment; before its first transition, or as a tombstone, without terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// Which.
    pub id: PaymentId,
    /// How many transitions it has made.
    pub seq: u64,
    /// What is to be paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<Terms>,
    /// Whose it is, unless a guest's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<UserId>,
    /// The current attempt's means of payment; absent if it was none that we would store.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<Method>,
    /// Every transition, in order.
    pub log: Vec<Transaction>,
    /// Trace context of the work that began it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
}

impl Payment {
    /// A payment of which nothing was heard yet.
    pub const fn unknown(id: PaymentId) -> Self {
        Self { id, seq: 0, terms: None, customer: None, method: None, log: Vec::new(), traceparent: None }
    }

    /// The order that is paid.
    pub const fn order(&self) -> OrderId {
        self.id.order()
    }

    /// The transitions of one undertaking.
    pub fn of(&self, undertaking: PaymentOperation) -> impl Iterator<Item = &Transaction> {
        self.log.iter().filter(move |transaction| transaction.undertaking() == undertaking)
    }

    /// How far an undertaking has come, if it began.
    pub fn last_of(&self, undertaking: PaymentOperation) -> Option<&Transaction> {
        self.of(undertaking).last()
    }

    /// The latest transition of an operation.
    pub fn latest(&self, operation: Operation) -> Option<&Transaction> {
        self.log.iter().rev().find(|transaction| transaction.operation == operation)
    }

    /// The latest success of an operation.
    pub fn success(&self, operation: Operation) -> Option<&Transaction> {
        self.log.iter().rev().find(|t| t.operation == operation && t.phase == Phase::Succeeded)
    }

    /// An authorization, capture or void whose outcome is not known: it comes before everything else. Refunds do not:
    /// each holds its amount, so that many may be on their way.
    pub fn unsettled(&self) -> Option<PaymentOperation> {
        self.log
            .iter()
            .filter(|transaction| transaction.operation != Operation::Refund)
            .map(Transaction::undertaking)
            .find(|&undertaking| self.last_of(undertaking).is_some_and(|last| last.phase == Phase::Requested))
    }

    /// What ended the payment for good: a void, or the refund that a void of captured money becomes.
    pub fn end(&self) -> Option<PaymentOperation> {
        let refunded = PaymentOperation::refund(refunds::id_of(self.id, refunds::VOID_CAUSE));
        let ended = |undertaking: &PaymentOperation| {
            self.last_of(*undertaking).is_some_and(|last| last.phase == Phase::Succeeded)
        };
        self.success(Operation::Void).map(Transaction::undertaking).or_else(|| Some(refunded).filter(ended))
    }

    /// The authorization whose money the provider holds for us, neither taken nor let go.
    pub fn held(&self) -> Option<&Transaction> {
        let free = self.end().is_none() && self.success(Operation::Capture).is_none();
        self.success(Operation::Authorize).filter(|_| free)
    }

    /// The sale was booked: a capture was asked for, so the goods have left.
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

    /// The sums as they were after a transition.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn amounts_up_to(&self, seq: u64) -> Result<Amounts, Rejection> {
        let mut sums = Amounts::default();
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

    /// Where it stands.
    ///
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
            Some(Phase::ActionRequired) => Status::RequiresAction,
            Some(Phase::Failed) => Status::Declined,
            Some(Phase::Succeeded) => Status::Authorized,
        })
    }

    /// The payment after one more transition; number, time, input and trace come from the occasion.
    pub(super) fn with(&self, transaction: Transaction, occasion: &Occasion) -> Self {
        let mut next = self.clone();
        next.seq = self.seq.saturating_add(1);
        if self.seq == 0 {
            next.traceparent.clone_from(&occasion.traceparent);
        }
        let own_trace = occasion.traceparent.clone().filter(|own| next.traceparent.as_ref() != Some(own));
        next.log.push(Transaction {
            seq: next.seq,
            at: occasion.at,
            input: occasion.input.clone(),
            traceparent: own_trace,
            ..transaction
        });
        next
    }
}

fn add(sum: &mut i64, amount: i64) -> Result<(), Rejection> {
    *sum = sum.checked_add(amount).ok_or(Rejection::Overflow)?;
    Ok(())
}
