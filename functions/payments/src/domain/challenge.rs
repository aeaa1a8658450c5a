//! The sandbox's bank page: decides on the customer's answer to a challenge.

use super::decision::Decision;
use super::operation::PaymentOperation;
use super::payment::Payment;
use super::rejection::Rejection;
use super::transaction::{Phase, Transaction};
use chassis::Context;
use events::Timestamp;
use events::payments::Operation;

/// The input of a customer's answer.
const INPUT: &str = "challenge";

/// How the challenge of an attempt stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Challenge {
    /// The customer's answer is awaited.
    Pending,
    Confirmed,
    Refused,
    /// There was none, or its attempt was called off.
    NotPending,
}

impl Payment {
    /// How the challenge of an attempt stands, or of the one that waits if none is named.
    pub fn challenge(&self, attempt: Option<u32>) -> Challenge {
        match self.attempted(attempt) {
            Some(last) if self.is_answered(last) && last.phase == Phase::Succeeded => Challenge::Confirmed,
            Some(last) if self.is_answered(last) => Challenge::Refused,
            Some(last) if self.is_awaited(last) => Challenge::Pending,
            _ => Challenge::NotPending,
        }
    }

    /// The latest transition of an attempt, or of the one that waits if none is named.
    fn attempted(&self, attempt: Option<u32>) -> Option<&Transaction> {
        let named = |attempt| self.last_of(PaymentOperation::attempt(Operation::Authorize, attempt));
        let current = || self.waiting().or_else(|| self.latest(Operation::Authorize));
        attempt.map_or_else(current, named)
    }

    /// Whether the customer was asked, and the attempt is over.
    fn is_answered(&self, last: &Transaction) -> bool {
        let mut made = self.transactions_of(last.payment_operation());
        last.is_final() && made.any(|made| made.phase == Phase::ActionRequired)
    }

    /// Whether an answer counts. An attempt whose void is on its way is not confirmed any more.
    fn is_awaited(&self, last: &Transaction) -> bool {
        self.waiting() == Some(last) && self.unsettled().is_none()
    }

    /// Decides on the customer's answer to the challenge of an attempt, or of the one that waits if none is named. A success
    /// holds the money until `capture_before`. The same answer again changes nothing.
    ///
    /// # Errors
    /// `ChallengeNotPending`, `ChallengeAlreadyAnswered`.
    pub fn answer_challenge(
        &self,
        attempt: Option<u32>,
        succeeds: bool,
        capture_before: Timestamp,
        context: &Context,
    ) -> Result<Decision, Rejection> {
        let last = self.attempted(attempt).ok_or(Rejection::ChallengeNotPending)?;
        let operation = last.payment_operation();
        let phase = if succeeds { Phase::Succeeded } else { Phase::Failed };
        if self.is_answered(last) {
            let same = last.phase == phase;
            return if same { Ok(Decision::Reply(operation)) } else { Err(Rejection::ChallengeAlreadyAnswered) };
        }
        if !self.is_awaited(last) {
            return Err(Rejection::ChallengeNotPending);
        }
        let mut answered = Transaction::new(operation, phase, last.amount).caused_by(context);
        INPUT.clone_into(&mut answered.input);
        answered.reference.clone_from(&last.reference);
        answered.capture_before = succeeds.then_some(capture_before);
        answered.reason = (!succeeds).then(|| "authentication_failed".to_owned());
        // The answer continues the order's work: its messages carry the payment's trace, not the request's.
        answered.traceparent = None;
        Ok(Decision::Record(Box::new(self.append(answered))))
    }
}
