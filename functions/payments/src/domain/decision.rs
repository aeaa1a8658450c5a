//! Decides on commands to a payment. An operation without an outcome is settled before anything new is decided, so the
//! next command of any kind heals a crash between `requested` and the outcome.

use super::ledger;
use super::operation::{PaymentOperation, VOID_CAUSE, refund_id};
use super::payment::Payment;
use super::payment_method::PaymentMethod;
use super::rejection::Rejection;
use super::terms::Terms;
use super::transaction::{PROVIDER_INPUT, Phase, RefundRequest, Transaction};
use chassis::Context;
use events::ids::{PaymentId, RefundId, UserId};
use events::payments::{CALLED_OFF, Entry, Operation};
use events::{Money, Timestamp};

/// A command to a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Hold the money.
    Authorize {
        /// The customer's attempt, from 1.
        attempt: u32,
        terms: Terms,
        /// `None` if the customer's text was no provider's token.
        method: Option<PaymentMethod>,
        /// `None` for a guest.
        customer: Option<UserId>,
    },
    /// Take the held money.
    Capture {
        /// From 1.
        attempt: u32,
    },
    /// Release the held money, or refund what was captured.
    Void,
    /// Give captured money back.
    Refund {
        /// Stable name of the reason. One cause refunds once.
        cause: String,
        /// An upper limit: less is granted if less is left.
        asked: Money,
    },
    /// Look for an authorization of an ended payment, or void it once more after the attempt `after`. See [`Payment::stray`].
    Release { authorization: u32, after: Option<u32> },
    /// Have the provider make a refund that was granted over HTTP.
    ExecuteRefund { refund: RefundId },
}

/// The provider's answer. `reference` is its id of the operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Done {
        reference: String,
    },
    /// The money is held, and released at `capture_before` unless it is captured earlier.
    Held {
        reference: String,
        capture_before: Timestamp,
    },
    /// The customer must confirm with the bank at `url`.
    ActionRequired {
        reference: String,
        url: String,
    },
    /// Refused for good; `reason` is a stable name.
    Refused {
        reason: String,
    },
}

/// The next step of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Write this payment, unless somebody else wrote meanwhile. Then decide again.
    Record(Box<Payment>),
    /// Have the provider perform this operation. Then record its outcome.
    Perform(PaymentOperation),
    /// Ask the provider what became of this authorization, without performing it. Then decide on its answer by
    /// [`Payment::found`].
    LookUp(PaymentOperation),
    /// Everything is written. Send the messages of this operation.
    Reply(PaymentOperation),
}

impl Command {
    /// The refund of a payment that this is about, if it is about one.
    pub fn refund(&self, payment: PaymentId) -> Option<RefundId> {
        match self {
            Self::Refund { cause, .. } => Some(refund_id(payment, cause)),
            Self::ExecuteRefund { refund } => Some(*refund),
            Self::Authorize { .. } | Self::Capture { .. } | Self::Void | Self::Release { .. } => None,
        }
    }
}

impl Payment {
    /// Decides on a command. The refund that it is about must have been recalled if it was set aside.
    ///
    /// # Errors
    /// `NotRequested`, `ChangedTerms`, `OtherCurrency`, `InconsistentAmount`, `Unbalanced`, `Overflow`.
    pub fn decide(&self, command: &Command, context: &Context) -> Result<Decision, Rejection> {
        if let Command::ExecuteRefund { refund } = command {
            return self.resume(PaymentOperation::refund(*refund)).ok_or(Rejection::NotRequested);
        }
        if let Some(unsettled) = self.unsettled() {
            let authorizing = unsettled.kind == Operation::Authorize;
            if authorizing && self.is_called_off() {
                return Ok(Decision::LookUp(unsettled));
            }
            // The void is written before anything else, so that nobody asks the provider for the money any more.
            if !(authorizing && *command == Command::Void) {
                return self.settle(unsettled, context);
            }
        }
        match command {
            Command::Authorize { attempt, terms, method, customer } => match self.known_authorization(*attempt) {
                Some(known) => Ok(Decision::Reply(known)),
                None => self.authorize(*attempt, *terms, method.as_ref(), *customer, context),
            },
            Command::Capture { attempt } => self.capture(*attempt, context),
            Command::Void => self.void(context),
            Command::Release { authorization, after } => self.release(*authorization, *after, context),
            Command::Refund { cause, asked } => self.refund(cause, *asked, context),
            Command::ExecuteRefund { .. } => Err(Rejection::NotRequested),
        }
    }

    /// The payment after the provider's answer.
    ///
    /// # Errors
    /// `NotRequested`, `Unbalanced`, `Overflow`.
    pub fn conclude(&self, operation: PaymentOperation, outcome: Outcome, at: Timestamp) -> Result<Self, Rejection> {
        let requested = self.last_of(operation).cloned().ok_or(Rejection::NotRequested)?;
        // What a void releases may have become known since it was requested.
        let ends = operation.kind == Operation::Void && operation.authorization.is_none();
        let amount = if ends { self.held().map_or(0, |held| held.amount) } else { requested.amount };
        let mut transaction = Transaction::new(operation, Phase::Succeeded, amount);
        transaction.refund = requested.refund;
        match outcome {
            Outcome::Done { reference } => {
                transaction.reference = Some(reference);
                transaction.entries = self.entries_of_success(operation.kind, requested.amount)?;
            }
            Outcome::Held { reference, capture_before } => {
                transaction.reference = Some(reference);
                transaction.capture_before = Some(capture_before);
            }
            Outcome::ActionRequired { reference, url } if operation.kind == Operation::Authorize => {
                transaction.phase = Phase::ActionRequired;
                transaction.reference = Some(reference);
                transaction.url = Some(url);
            }
            // Only an authorization has a customer at hand who could act.
            Outcome::ActionRequired { .. } => {
                transaction.phase = Phase::Failed;
                transaction.reason = Some("action_required".to_owned());
            }
            Outcome::Refused { reason } => {
                transaction.phase = Phase::Failed;
                transaction.reason = Some(reason);
            }
        }
        transaction.at = at;
        PROVIDER_INPUT.clone_into(&mut transaction.input);
        transaction.traceparent = requested.traceparent.or_else(|| self.traceparent.clone());
        Ok(self.append(transaction))
    }

    pub(super) fn entries_of_success(&self, kind: Operation, amount: i64) -> Result<Vec<Entry>, Rejection> {
        match (kind, &self.terms) {
            (Operation::Capture, _) => ledger::captured(amount),
            (Operation::Refund, Some(terms)) => ledger::refunded(terms, self.amounts()?.refunded, amount),
            (Operation::Refund, None) => Err(Rejection::NoTerms),
            (Operation::Void, Some(terms)) if self.is_sold() => ledger::sale_reversed(terms),
            _ => Ok(Vec::new()),
        }
    }

    /// The next step of an operation that began before.
    fn resume(&self, operation: PaymentOperation) -> Option<Decision> {
        self.last_of(operation)?;
        Some(if self.is_open(operation) { Decision::Perform(operation) } else { Decision::Reply(operation) })
    }

    pub(super) fn record(&self, transaction: Transaction, context: &Context) -> Decision {
        Decision::Record(Box::new(self.with(transaction, context)))
    }

    /// The operation whose recorded reply answers this attempt, if the provider need not be asked.
    fn known_authorization(&self, attempt: u32) -> Option<PaymentOperation> {
        let this = PaymentOperation::attempt(Operation::Authorize, attempt);
        // A later attempt after a success would hold the money twice; after a decline it is what we wait for.
        let later = || self.latest(Operation::Authorize).filter(|latest| latest.attempt > attempt);
        let known = || self.last_of(this).or_else(|| self.success(Operation::Authorize)).or_else(later);
        // Nothing is authorized once the order wanted the payment ended, also if the provider refused that for now.
        self.end().or_else(|| known().map(Transaction::payment_operation)).or_else(|| self.ended_by())
    }

    fn authorize(
        &self,
        attempt: u32,
        terms: Terms,
        method: Option<&PaymentMethod>,
        customer: Option<UserId>,
        context: &Context,
    ) -> Result<Decision, Rejection> {
        if self.terms.is_some_and(|before| before != terms) {
            return Err(Rejection::ChangedTerms);
        }
        let operation = PaymentOperation::attempt(Operation::Authorize, attempt);
        if let Some(waiting) = self.waiting() {
            return Ok(self.take_the_place_of(waiting, operation, context));
        }
        let payment = Self { customer: self.customer.or(customer), ..self.clone() };
        // A late message about an order that ended and is forgotten: nobody is asked for money, and no payment method is kept.
        if self.erased.is_some() {
            let mut declined = Transaction::new(operation, Phase::Failed, terms.amount);
            declined.reason = Some(CALLED_OFF.to_owned());
            let mut next = self.with(declined, context);
            next.terms = Some(terms);
            return Ok(Decision::Record(Box::new(next)));
        }
        let mut next = payment.with(Transaction::new(operation, Phase::Requested, terms.amount), context);
        next.terms = Some(terms);
        next.method = method.cloned();
        Ok(Decision::Record(Box::new(next)))
    }

    fn capture(&self, attempt: u32, context: &Context) -> Result<Decision, Rejection> {
        let this = PaymentOperation::attempt(Operation::Capture, attempt);
        let later = self.latest(Operation::Capture).filter(|latest| latest.attempt > attempt);
        let known = self.last_of(this).or_else(|| self.success(Operation::Capture)).or(later);
        if let Some(known) = known {
            return Ok(Decision::Reply(known.payment_operation()));
        }
        let (Some(held), Some(terms)) = (self.held(), &self.terms) else {
            let reason = if self.end().is_some() { "voided" } else { "not_authorized" };
            let mut refused = Transaction::new(this, Phase::Failed, 0);
            refused.reason = Some(reason.to_owned());
            return Ok(self.record(refused, context));
        };
        let mut requested = Transaction::new(this, Phase::Requested, held.amount);
        // The first request books the sale. A later attempt only tries to get the money that is owed already.
        if !self.is_sold() {
            requested.entries = ledger::sale(terms)?;
        }
        Ok(self.record(requested, context))
    }

    fn void(&self, context: &Context) -> Result<Decision, Rejection> {
        let is_void = |made: &&Transaction| made.operation == Operation::Void && made.authorization.is_none();
        let seen = self.log.iter().filter(is_void).find(|void| void.input == context.input_id());
        if let Some(seen) = seen {
            return Ok(Decision::Reply(seen.payment_operation()));
        }
        if let Some(end) = self.end() {
            return Ok(Decision::Reply(end));
        }
        if let Some(decision) = self.resume(PaymentOperation::refund_by_void(self.id)) {
            return Ok(decision);
        }
        let left = self.amounts()?.refundable()?;
        if let Some(terms) = self.terms.filter(|_| left > 0) {
            let asked = Money::new(left, terms.currency);
            return Ok(self.record(self.grant(RefundRequest::new(self.id, VOID_CAUSE, asked))?, context));
        }
        let attempt = self.latest(Operation::Void).map_or(1, |failed| failed.attempt.saturating_add(1));
        let this = PaymentOperation::attempt(Operation::Void, attempt);
        let open = self.waiting().is_some() || self.unsettled().is_some();
        // The provider has nothing to release: the write alone is the void, and a tombstone if the payment was unknown.
        let transaction = match self.held() {
            Some(held) => Transaction::new(this, Phase::Requested, held.amount),
            None if open => Transaction::new(this, Phase::Requested, 0),
            None => Transaction::new(this, Phase::Succeeded, 0),
        };
        Ok(self.record(transaction, context))
    }

    fn refund(&self, cause: &str, asked: Money, context: &Context) -> Result<Decision, Rejection> {
        let request = RefundRequest::new(self.id, cause, asked);
        match self.resume(PaymentOperation::refund(request.id)) {
            Some(decision) => Ok(decision),
            None => Ok(self.record(self.grant(request)?, context)),
        }
    }
}
