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

impl Payment {
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
        let named = |attempt| self.last_of(PaymentOperation::attempt(Operation::Authorize, attempt));
        let current = || self.waiting().or_else(|| self.latest(Operation::Authorize));
        let last = attempt.map_or_else(current, named).ok_or(Rejection::ChallengeNotPending)?;
        let operation = last.payment_operation();
        let phase = if succeeds { Phase::Succeeded } else { Phase::Failed };
        let challenged = self.transactions_of(operation).any(|t| t.phase == Phase::ActionRequired);
        if challenged && last.is_final() {
            let same = last.phase == phase;
            return if same { Ok(Decision::Reply(operation)) } else { Err(Rejection::ChallengeAlreadyAnswered) };
        }
        // An attempt whose void is on its way is not confirmed any more.
        if self.waiting() != Some(last) || self.unsettled().is_some() {
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
