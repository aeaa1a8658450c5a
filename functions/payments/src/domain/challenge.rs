//! The bank's page of the sandbox: what the customer's answer makes of an authorization that waits for it.

use super::step::Occasion;
use super::{Payment, Phase, Rejection, Transaction};
use events::Timestamp;
use events::payments::Operation;

/// What became of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answered {
    /// It is to be written.
    Now(Box<Payment>),
    /// The same answer was given before.
    Before,
}

/// Why an answer is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChallengeRefusal {
    /// The payment waits for no answer.
    #[error("the payment waits for no confirmation")]
    NotWaiting,
    /// The other answer was given before.
    #[error("the confirmation was answered otherwise before")]
    Contradicted,
    /// The payment cannot take it.
    #[error(transparent)]
    Rejected(#[from] Rejection),
}

impl Payment {
    /// Takes the customer's answer to the current attempt's challenge; money that it holds is held until `capture_before`.
    ///
    /// # Errors
    /// See [`ChallengeRefusal`].
    pub fn answer_challenge(
        &self,
        succeeds: bool,
        capture_before: Timestamp,
        occasion: &Occasion,
    ) -> Result<Answered, ChallengeRefusal> {
        let last = self.latest(Operation::Authorize).ok_or(ChallengeRefusal::NotWaiting)?;
        let phase = if succeeds { Phase::Succeeded } else { Phase::Failed };
        let challenged = self.of(last.undertaking()).any(|t| t.phase == Phase::ActionRequired);
        if challenged && last.is_final() {
            return if last.phase == phase { Ok(Answered::Before) } else { Err(ChallengeRefusal::Contradicted) };
        }
        let undecided = self.unsettled().is_none() && self.end().is_none();
        if last.phase != Phase::ActionRequired || !undecided {
            return Err(ChallengeRefusal::NotWaiting);
        }
        let mut answered = Transaction::new(last.undertaking(), phase, last.amount);
        answered.reference.clone_from(&last.reference);
        answered.capture_before = succeeds.then_some(capture_before);
        answered.reason = (!succeeds).then(|| "authentication_failed".to_owned());
        Ok(Answered::Now(Box::new(self.with(answered, occasion))))
    }
}
