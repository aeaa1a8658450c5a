//! When the sweep looks at a payment: staff refunds may be forgotten, and the provider may
//! have held money unheard.

use super::called_off::Stray;
use super::decision::Command;
use super::payment::Payment;
use super::transaction::{Phase, Transaction};
use chassis::retry::{FAILED_OPERATION, LOST_RECORD};
use events::Timestamp;

impl Payment {
    /// When the sweep looks at the payment; `None` if it never needs to.
    pub fn next_look(&self) -> Option<Timestamp> {
        let refund = self.open_staff_refunds().map(|refund| refund.at).min();
        let refund = refund.map(|at| at.plus_seconds(LOST_RECORD.wait_seconds(0)));
        [refund, self.stray().as_ref().and_then(look_for)].into_iter().flatten().min()
    }

    /// Whether the provider refused for the last time to release what is stray.
    pub fn is_given_up(&self) -> bool {
        self.stray().is_some_and(|stray| look_for(&stray).is_none())
    }

    /// What is to be looked for, or voided once more, by now.
    pub fn release_by(&self, now: Timestamp) -> Option<Command> {
        let stray = self.stray().filter(|stray| look_for(stray).is_some_and(|at| at <= now))?;
        // An attempt without an outcome goes on, and is the only one of this look.
        let before = |void: &Transaction| void.attempt.saturating_sub(u32::from(void.phase == Phase::Requested));
        Some(Command::Release { authorization: stray.called_off.attempt, after: stray.void.map(before) })
    }
}

/// When the provider is asked about a stray authorization, or to void it; `None` once it refused too often. A request that was
/// under way when the provider did not know it has arrived by then, or never will.
fn look_for(stray: &Stray<'_>) -> Option<Timestamp> {
    match stray.void {
        None => Some(stray.called_off.at.plus_seconds(LOST_RECORD.wait_seconds(0))),
        Some(void) if void.phase == Phase::Failed && void.attempt >= FAILED_OPERATION.attempts => None,
        Some(void) => Some(void.at.plus_seconds(FAILED_OPERATION.wait_seconds(void.attempt))),
    }
}
