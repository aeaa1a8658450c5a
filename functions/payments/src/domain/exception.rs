//! Exceptions: payments that went another way than they should, so that staff must look at them (ISO 20022 calls it exceptions
//! and investigations). Read off the log; an hour or a day later the same log may say more. Refuses declines and open challenges:
//! those are the customer's to mend.

use super::payment::Payment;
use super::transaction::{Phase, Transaction};
use chassis::retry::LOST_RECORD;
use events::Timestamp;
use events::payments::Operation;
use schemars::JsonSchema;
use serde::Deserialize;

/// Why staff must look at a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "PaymentException")]
pub enum Exception {
    /// The provider refused to capture money that it holds, for goods that have left.
    CaptureFailed,
    /// The provider refused a refund for good, and none was asked for since.
    RefundFailed,
    /// The provider refused to release money of an order that was canceled.
    VoidFailed,
    /// What the provider did was not known two minutes after it was asked.
    Unresolved,
}

impl Exception {
    /// All of them, in the order of a menu.
    pub const ALL: [Self; 4] = [Self::CaptureFailed, Self::RefundFailed, Self::VoidFailed, Self::Unresolved];

    /// The name in requests and keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CaptureFailed => "capture_failed",
            Self::RefundFailed => "refund_failed",
            Self::VoidFailed => "void_failed",
            Self::Unresolved => "unresolved",
        }
    }
}

impl Payment {
    /// What staff must look at, as of an instant. Of several, that which is nearest to losing money.
    pub fn exception(&self, now: Timestamp) -> Option<Exception> {
        let all = [
            (self.void_was_refused(), Exception::VoidFailed),
            (self.capture_was_refused(), Exception::CaptureFailed),
            (self.refund_was_refused(), Exception::RefundFailed),
            (self.is_unresolved(now), Exception::Unresolved),
        ];
        all.into_iter().find_map(|(is_so, exception)| is_so.then_some(exception))
    }

    /// Also while another attempt is under way.
    fn void_was_refused(&self) -> bool {
        let still_holds = self.held().is_some() || self.waiting().is_some();
        let stray = self.stray().map(|stray| stray.called_off.attempt);
        self.log.iter().any(|made| {
            let is_refused = made.operation == Operation::Void && made.phase == Phase::Failed;
            let is_open = if made.authorization.is_none() { still_holds } else { made.authorization == stray };
            is_refused && is_open
        })
    }

    /// Also while another attempt is under way.
    fn capture_was_refused(&self) -> bool {
        let is_refused = |made: &Transaction| made.operation == Operation::Capture && made.phase == Phase::Failed;
        self.held().is_some() && self.log.iter().any(is_refused)
    }

    fn refund_was_refused(&self) -> bool {
        self.latest_refund(Phase::Requested) < self.latest_refund(Phase::Failed)
    }

    /// Number of the latest transition of any refund to a phase, among those that were set aside, too.
    pub(super) fn latest_refund(&self, phase: Phase) -> Option<u64> {
        let is_it = |made: &&Transaction| made.operation == Operation::Refund && made.phase == phase;
        let aside = match phase {
            Phase::Requested => self.set_aside.requested,
            Phase::Failed => self.set_aside.failed,
            Phase::ActionRequired | Phase::Succeeded => None,
        };
        self.log.iter().filter(is_it).map(|made| made.seq).max().max(aside)
    }

    fn is_unresolved(&self, now: Timestamp) -> bool {
        let is_old = |made: &Transaction| now.seconds_since(made.at) >= LOST_RECORD.wait_seconds(0);
        let is_open = |made: &Transaction| self.is_open(made.payment_operation());
        self.stray().is_some()
            || self.log.iter().any(|made| made.phase == Phase::Requested && is_old(made) && is_open(made))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exception_is_named_as_it_is_read() {
        for exception in Exception::ALL {
            let read: Exception = serde_json::from_value(exception.as_str().into()).unwrap();
            assert_eq!(read, exception);
        }
    }

    #[test]
    fn an_unknown_payment_is_no_exception() {
        let payment = Payment::unknown(events::ids::PaymentId::from_bits(1));
        assert_eq!(payment.exception(Timestamp::default()), None);
    }
}
