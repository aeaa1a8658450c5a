//! From a command to the next step. An undertaking whose outcome is open is settled before anything new is decided, so a
//! crash between `requested` and its outcome heals whichever command comes next.

use super::log::{PaymentOperation, Phase, Transaction};
use super::refunds::{self, VOID_CAUSE};
use super::{Method, Payment, RefundRequest, Rejection, Terms, ledger};
use events::ids::{RefundId, UserId};
use events::payments::Operation;
use events::{Money, Timestamp};

/// What is asked of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Hold the money.
    Authorize {
        /// The customer's how-manieth try.
        attempt: u32,
        /// What is to be paid.
        terms: Terms,
        /// With what; none if it is nothing that we would store.
        method: Option<Method>,
        /// Whose it is.
        customer: Option<UserId>,
    },
    /// Take the held money.
    Capture {
        /// Which try of it.
        attempt: u32,
    },
    /// Let the held money go.
    Void,
    /// Give captured money back.
    Refund {
        /// What asks for it.
        cause: String,
        /// At most how much.
        asked: Money,
    },
    /// Have the provider do a refund that was granted over HTTP.
    ExecuteRefund {
        /// Which.
        refund: RefundId,
    },
}

/// The work that makes a transition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occasion {
    /// When.
    pub at: Timestamp,
    /// Its semantic name.
    pub input: String,
    /// Its trace context.
    pub traceparent: Option<String>,
}

/// What the provider answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Done.
    Done {
        /// The provider's name for it.
        reference: String,
    },
    /// Done: the money is held, until then at most.
    Held {
        /// The provider's name for it.
        reference: String,
        /// When the provider lets it go unless it was taken.
        capture_before: Timestamp,
    },
    /// The customer must confirm with the bank.
    ActionRequired {
        /// The provider's name for it.
        reference: String,
        /// Where.
        url: String,
    },
    /// Refused for good.
    Refused {
        /// Why, as a stable name.
        reason: String,
    },
}

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Write this, under the condition that nobody else wrote; then ask again.
    Record(Box<Payment>),
    /// Have the provider do this; then conclude.
    Perform(PaymentOperation),
    /// All is written: tell what became of this.
    Reply(PaymentOperation),
}

impl Payment {
    /// The next step of a command.
    ///
    /// # Errors
    /// See [`Rejection`].
    pub fn next(&self, command: &Command, occasion: &Occasion) -> Result<Step, Rejection> {
        if let Command::ExecuteRefund { refund } = command {
            let refund = PaymentOperation::refund(*refund);
            return self.resumed(refund).ok_or(Rejection::Unrequested);
        }
        if let Some(unsettled) = self.unsettled() {
            return Ok(Step::Perform(unsettled));
        }
        match command {
            Command::Authorize { attempt, terms, method, customer } => {
                let known = self.authorization_known(*attempt);
                match known {
                    Some(known) => Ok(Step::Reply(known)),
                    None => self.authorize(*attempt, *terms, method.as_ref(), *customer, occasion),
                }
            }
            Command::Capture { attempt } => self.capture(*attempt, occasion),
            Command::Void => self.void(occasion),
            Command::Refund { cause, asked } => self.refund(cause, *asked, occasion),
            Command::ExecuteRefund { .. } => Err(Rejection::Unrequested),
        }
    }

    /// The payment after the provider's answer.
    ///
    /// # Errors
    /// `Unbalanced`, `Overflow`.
    pub fn conclude(&self, undertaking: PaymentOperation, outcome: Outcome, at: Timestamp) -> Result<Self, Rejection> {
        let requested = self.last_of(undertaking).cloned().ok_or(Rejection::Unrequested)?;
        let mut transaction = Transaction::new(undertaking, Phase::Succeeded, requested.amount);
        transaction.refund = requested.refund;
        match outcome {
            Outcome::Done { reference } => {
                transaction.reference = Some(reference);
                transaction.entries = self.entries_of_success(undertaking.operation, requested.amount)?;
            }
            Outcome::Held { reference, capture_before } => {
                transaction.reference = Some(reference);
                transaction.capture_before = Some(capture_before);
            }
            Outcome::ActionRequired { reference, url } if undertaking.operation == Operation::Authorize => {
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
        let traceparent = requested.traceparent.or_else(|| self.traceparent.clone());
        Ok(self.with(transaction, &Occasion { at, input: "provider".to_owned(), traceparent }))
    }

    fn entries_of_success(&self, operation: Operation, amount: i64) -> Result<Vec<events::payments::Entry>, Rejection> {
        match (operation, &self.terms) {
            (Operation::Capture, _) => ledger::captured(amount),
            (Operation::Refund, _) => ledger::refunded(amount),
            (Operation::Void, Some(terms)) if self.is_sold() => ledger::sale_reversed(terms),
            _ => Ok(Vec::new()),
        }
    }

    /// An undertaking that began goes on where it is.
    fn resumed(&self, undertaking: PaymentOperation) -> Option<Step> {
        let last = self.last_of(undertaking)?;
        Some(if last.phase == Phase::Requested { Step::Perform(undertaking) } else { Step::Reply(undertaking) })
    }

    fn record(&self, transaction: Transaction, occasion: &Occasion) -> Step {
        Step::Record(Box::new(self.with(transaction, occasion)))
    }

    /// The undertaking whose recorded reply answers this attempt, if it needs no provider any more.
    fn authorization_known(&self, attempt: u32) -> Option<PaymentOperation> {
        let this = PaymentOperation::attempt(Operation::Authorize, attempt);
        // A later attempt after a success would hold the money twice; after a decline it is what we wait for.
        let latest = || self.latest(Operation::Authorize).filter(|latest| latest.attempt > attempt);
        self.end()
            .or_else(|| self.last_of(this).map(Transaction::undertaking))
            .or_else(|| self.success(Operation::Authorize).map(Transaction::undertaking))
            .or_else(|| latest().map(Transaction::undertaking))
    }

    fn authorize(
        &self,
        attempt: u32,
        terms: Terms,
        method: Option<&Method>,
        customer: Option<UserId>,
        occasion: &Occasion,
    ) -> Result<Step, Rejection> {
        if self.terms.is_some_and(|before| before != terms) {
            return Err(Rejection::ChangedTerms);
        }
        let undertaking = PaymentOperation::attempt(Operation::Authorize, attempt);
        let mut next = self.with(Transaction::new(undertaking, Phase::Requested, terms.amount), occasion);
        next.terms = Some(terms);
        next.method = method.cloned();
        next.customer = self.customer.or(customer);
        Ok(Step::Record(Box::new(next)))
    }

    fn capture(&self, attempt: u32, occasion: &Occasion) -> Result<Step, Rejection> {
        let this = PaymentOperation::attempt(Operation::Capture, attempt);
        let latest = self.latest(Operation::Capture).filter(|latest| latest.attempt > attempt);
        let known = self.last_of(this).or_else(|| self.success(Operation::Capture)).or(latest);
        if let Some(known) = known {
            return Ok(Step::Reply(known.undertaking()));
        }
        let (Some(held), Some(terms)) = (self.held(), &self.terms) else {
            let reason = if self.end().is_some() { "voided" } else { "not_authorized" };
            let mut refused = Transaction::new(this, Phase::Failed, 0);
            refused.reason = Some(reason.to_owned());
            return Ok(self.record(refused, occasion));
        };
        let mut requested = Transaction::new(this, Phase::Requested, held.amount);
        // The first request books the sale; a later attempt only tries to get the money that is owed already.
        if !self.is_sold() {
            requested.entries = ledger::sale(terms)?;
        }
        Ok(self.record(requested, occasion))
    }

    fn void(&self, occasion: &Occasion) -> Result<Step, Rejection> {
        if let Some(end) = self.end() {
            return Ok(Step::Reply(end));
        }
        let refund = PaymentOperation::refund(refunds::id_of(self.id, VOID_CAUSE));
        if let Some(step) = self.resumed(refund) {
            return Ok(step);
        }
        let left = self.amounts()?.refundable()?;
        if let Some(terms) = self.terms.filter(|_| left > 0) {
            let asked = Money::new(left, terms.currency);
            return Ok(self.record(self.granted(self.refund_request(VOID_CAUSE, asked))?, occasion));
        }
        let failed = self.latest(Operation::Void);
        if let Some(failed) = failed.filter(|failed| self.of(failed.undertaking()).any(|t| t.input == occasion.input)) {
            return Ok(Step::Reply(failed.undertaking()));
        }
        let attempt = failed.map_or(1, |failed| failed.attempt.saturating_add(1));
        let this = PaymentOperation::attempt(Operation::Void, attempt);
        let waits = self.latest(Operation::Authorize).is_some_and(|last| last.phase == Phase::ActionRequired);
        // With nothing at the provider, the write alone is the void: a tombstone if nothing was known at all.
        let transaction = match self.held() {
            Some(held) => Transaction::new(this, Phase::Requested, held.amount),
            None if waits => Transaction::new(this, Phase::Requested, 0),
            None => Transaction::new(this, Phase::Succeeded, 0),
        };
        Ok(self.record(transaction, occasion))
    }

    fn refund(&self, cause: &str, asked: Money, occasion: &Occasion) -> Result<Step, Rejection> {
        let request = self.refund_request(cause, asked);
        match self.resumed(PaymentOperation::refund(request.id)) {
            Some(step) => Ok(step),
            None => Ok(self.record(self.granted(request)?, occasion)),
        }
    }

    fn refund_request(&self, cause: &str, asked: Money) -> RefundRequest {
        RefundRequest { id: refunds::id_of(self.id, cause), cause: cause.to_owned(), asked, reason: None, digest: None }
    }
}
