//! Settled refunds. Each becomes an item of its own beside its payment's, so that the payment's item does not grow with
//! them: it keeps their sums. Refuses to set aside what is still needed: what has no outcome, what was just written, and
//! the refund that ended the payment.

use super::operation::PaymentOperation;
use super::payment::Payment;
use super::rejection::Rejection;
use super::transaction::{Phase, Transaction};
use events::ids::RefundId;
use events::payments::Operation;
use serde::{Deserialize, Serialize};

/// A refund with its outcome: all of its transitions. They never change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettledRefund {
    pub refund_id: RefundId,
    pub log: Vec<Transaction>,
}

impl SettledRefund {
    fn refunded(&self) -> i64 {
        self.log.iter().filter(|t| t.phase == Phase::Succeeded).map(|t| t.amount).sum()
    }
}

impl Payment {
    /// The payment without its settled refunds, and these. The latest transition stays with its operation.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn set_settled_aside(mut self) -> Result<(Self, Vec<SettledRefund>), Rejection> {
        let settled = self.settled_refunds();
        if settled.is_empty() {
            return Ok((self, Vec::new()));
        }
        // What stays may be older than what leaves: the refund that ended the payment.
        for at in 0..self.log.len() {
            if self.log[at].operation == Operation::Refund && self.log[at].phase == Phase::Succeeded {
                self.log[at].total_refunded = Some(self.total_refunded(&self.log[at])?);
            }
        }
        let log_of = |refund_id| self.transactions_of(PaymentOperation::refund(refund_id)).cloned().collect();
        let settled: Vec<_> =
            settled.into_iter().map(|refund_id| SettledRefund { refund_id, log: log_of(refund_id) }).collect();
        if let Some(failed) = self.latest_refund(Phase::Failed) {
            self.set_aside.requested = self.latest_refund(Phase::Requested);
            self.set_aside.failed = Some(failed);
        }
        for refund in &settled {
            self.log.retain(|made| made.payment_operation() != PaymentOperation::refund(refund.refund_id));
            self.set_aside.count = self.set_aside.count.saturating_add(1);
            self.set_aside.refunded =
                self.set_aside.refunded.checked_add(refund.refunded()).ok_or(Rejection::Overflow)?;
        }
        Ok((self, settled))
    }

    /// The refunds that have their outcome and are not needed in the log.
    fn settled_refunds(&self) -> Vec<RefundId> {
        let kept =
            [self.log.last().map(Transaction::payment_operation), Some(PaymentOperation::refund_by_void(self.id))];
        let outcomes = self.log.iter().filter(|made| made.operation == Operation::Refund && made.is_final());
        let settled =
            outcomes.map(Transaction::payment_operation).filter(|operation| !kept.contains(&Some(*operation)));
        settled.filter_map(|operation| operation.refund).collect()
    }

    /// The payment with a refund that was set aside, as if it had stayed in the log.
    #[must_use]
    pub fn recall(mut self, refund: SettledRefund) -> Self {
        // A crash between setting it aside and writing the payment leaves it in both.
        if !self.has_refund(refund.refund_id) {
            self.set_aside.count = self.set_aside.count.saturating_sub(1);
            self.set_aside.refunded = self.set_aside.refunded.saturating_sub(refund.refunded());
            self.log.extend(refund.log);
            self.log.sort_by_key(|made| made.seq);
        }
        self
    }

    /// Whether the log has this refund.
    pub fn has_refund(&self, id: RefundId) -> bool {
        self.last_of(PaymentOperation::refund(id)).is_some()
    }

    /// The sum of all refunds right after one of them succeeded.
    ///
    /// # Errors
    /// `Overflow`.
    pub fn total_refunded(&self, success: &Transaction) -> Result<i64, Rejection> {
        match success.total_refunded {
            Some(total) => Ok(total),
            None => Ok(self.amounts_up_to(success.seq)?.refunded),
        }
    }

    /// How many refunds were ever asked for.
    pub fn refunds(&self) -> usize {
        let last =
            |made: &&Transaction| self.last_of(made.payment_operation()).is_some_and(|last| last.seq == made.seq);
        let in_log = self.log.iter().filter(|made| made.operation == Operation::Refund).filter(last).count();
        usize::try_from(self.set_aside.count).unwrap_or(usize::MAX).saturating_add(in_log)
    }
}
