//! Authorizations that nobody wants any more: of an order that was canceled, and of a customer who left the bank's page and
//! pays in another way. Each is voided by its own reference. Refuses to ask the provider for what is called off.

use super::decision::{Decision, Outcome};
use super::operation::PaymentOperation;
use super::payment::Payment;
use super::rejection::Rejection;
use super::transaction::{Phase, Transaction};
use chassis::Context;
use events::Timestamp;
use events::payments::{CALLED_OFF, EARLIER_PAYMENT_WAITS, Operation};

/// See [`Payment::stray`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stray<'a> {
    /// The authorization, with the time at which the provider did not know it.
    pub called_off: &'a Transaction,
    /// The latest attempt to void it.
    pub void: Option<&'a Transaction>,
}

impl Payment {
    /// The next step of an operation without an outcome.
    pub(super) fn settle(&self, operation: PaymentOperation, context: &Context) -> Result<Decision, Rejection> {
        let ends = operation.kind == Operation::Void && operation.authorization.is_none();
        if ends && self.held().is_none() && self.waiting().is_none() {
            // The provider turned out to have nothing that it could release.
            let mut done = Transaction::new(operation, Phase::Succeeded, 0);
            done.entries = self.entries_of_success(Operation::Void, 0)?;
            return Ok(self.record(done, context));
        }
        Ok(Decision::Perform(operation))
    }

    /// Another attempt takes the place of one that waits for the customer, once the provider has voided that one. If it
    /// will not, the new attempt is declined: there is never more than one that may still hold the money.
    pub(super) fn take_the_place_of(
        &self,
        waiting: &Transaction,
        next: PaymentOperation,
        context: &Context,
    ) -> Decision {
        let before = self.latest_void_of(waiting.attempt);
        let by_this_input = |void: &Transaction| {
            self.transactions_of(void.payment_operation()).any(|made| made.input == context.input_id())
        };
        if before.is_some_and(by_this_input) {
            let mut declined = Transaction::new(next, Phase::Failed, waiting.amount);
            declined.reason = Some(EARLIER_PAYMENT_WAITS.to_owned());
            return self.record(declined, context);
        }
        self.record(self.void_of(waiting.attempt, waiting.reference.clone()), context)
    }

    fn void_of(&self, authorization: u32, reference: Option<String>) -> Transaction {
        let attempt = self.latest_void_of(authorization).map_or(1, |void| void.attempt.saturating_add(1));
        let mut void = Transaction::new(PaymentOperation::void_of(authorization, attempt), Phase::Requested, 0);
        void.reference = reference;
        void
    }

    /// The payment with what the provider knows of an authorization that was called off. What was done unheard is voided by its
    /// reference; what never was leaves the void of it as a tombstone.
    ///
    /// # Errors
    /// `NotRequested`, `Unbalanced`, `Overflow`.
    pub fn found(
        &self,
        operation: PaymentOperation,
        known: Option<Outcome>,
        at: Timestamp,
        context: &Context,
    ) -> Result<Self, Rejection> {
        if self.is_open(operation) {
            let never = || Outcome::Refused { reason: CALLED_OFF.to_owned() };
            return self.conclude(operation, known.unwrap_or_else(never), at);
        }
        let void = match known {
            Some(
                Outcome::Held { reference, .. }
                | Outcome::ActionRequired { reference, .. }
                | Outcome::Done { reference },
            ) => self.void_of(operation.attempt, Some(reference)),
            Some(Outcome::Refused { .. }) | None => {
                Transaction::new(PaymentOperation::void_of(operation.attempt, 1), Phase::Succeeded, 0)
            }
        };
        Ok(self.with(void, context))
    }

    /// An authorization of an ended payment that the provider may have made after it was asked in vain what became of it, or
    /// that it refused to void. Nobody but the sweep looks for it, as the order was answered.
    pub fn stray(&self) -> Option<Stray<'_>> {
        self.end()?;
        let unseen =
            |made: &&Transaction| made.operation == Operation::Authorize && made.reason.as_deref() == Some(CALLED_OFF);
        self.log.iter().filter(unseen).find_map(|called_off| {
            let void = self.latest_void_of(called_off.attempt);
            void.is_none_or(|void| void.phase != Phase::Succeeded).then_some(Stray { called_off, void })
        })
    }

    /// Looks for what is stray, or voids it once more, unless that was done since the attempt `after`.
    pub(super) fn release(
        &self,
        authorization: u32,
        after: Option<u32>,
        context: &Context,
    ) -> Result<Decision, Rejection> {
        let last = self.latest_void_of(authorization);
        let is_done = last.is_some_and(|void| void.phase == Phase::Succeeded);
        if is_done || last.map(|void| void.attempt) > after {
            return self.ended_by().map(Decision::Reply).ok_or(Rejection::NotRequested);
        }
        if after.is_none() {
            return Ok(Decision::LookUp(PaymentOperation::attempt(Operation::Authorize, authorization)));
        }
        let mut before = self.log.iter().filter(|made| made.authorization == Some(authorization));
        let reference = before.find_map(|made| made.reference.clone());
        Ok(self.record(self.void_of(authorization, reference), context))
    }

    /// The operation that ended the payment, or is to end it.
    pub fn ended_by(&self) -> Option<PaymentOperation> {
        self.end().or_else(|| self.latest(Operation::Void).map(Transaction::payment_operation))
    }
}
