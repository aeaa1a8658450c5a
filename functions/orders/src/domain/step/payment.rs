//! What `payments` answers.

use super::{Decision, Draft, Rejection, Step};
use crate::domain::order::{Answer, Ask, Notice, Party, PaymentState, Status};
use crate::domain::overdue::is_about_to_lapse;
use events::payments::Operation;
use events::{Money, Timestamp};

const fn is_authorize(ask: Ask) -> bool {
    matches!(ask, Ask::Authorize(_))
}

const fn is_capture(ask: Ask) -> bool {
    matches!(ask, Ask::Capture(_))
}

/// Between the last moment for the goods to leave and the last for their money to be taken: more than any outage that
/// messages between the two survive.
const SECONDS_TO_CAPTURE: i64 = 12 * 60 * 60;

/// The money is held: the order stands. Money held by any try confirms, also by one that was thought declined: the payment
/// is one item at `payments` and holds the money once.
pub(super) fn authorized(
    mut draft: Draft<'_>,
    attempt: u32,
    amount: Money,
    capture_before: Option<Timestamp>,
) -> Result<Decision, Rejection> {
    let refunding = draft.order.payment.is_some_and(|asked| asked.ask == Ask::Refund);
    match draft.order.status {
        Status::AwaitingPayment if (1..=draft.order.attempt()).contains(&attempt) => {
            if amount != draft.order.money(draft.order.total) {
                return Err(Rejection::AmountMismatch);
            }
            draft.order.status = Status::Confirmed;
            draft.order.payment_state = PaymentState::Authorized;
            draft.order.next_action = None;
            draft.order.dispatch_before = capture_before.map(|end| end.plus_seconds(-SECONDS_TO_CAPTURE));
            draft.answer(Party::Payment, is_authorize);
            draft.ask(Ask::Commit);
            draft.ask(Ask::Create);
            draft.tell(Notice::Confirmed);
            Ok(draft.done(Step::PaymentAuthorized))
        }
        status if status.is_void() && !refunding => Ok(draft.undo(Ask::Void)),
        _ => Ok(Decision::Nothing),
    }
}

/// The held money is about to be let go and nobody heard that the goods left: the order is called off, if the warehouse
/// still has them.
pub(super) fn lapses(mut draft: Draft<'_>) -> Decision {
    if !is_about_to_lapse(&draft.order, draft.now) {
        return Decision::Nothing;
    }
    draft.order.status = Status::Canceling;
    draft.ask(Ask::CancelShipment);
    draft.done(Step::AuthorizationLapsed)
}

/// The current try failed; the customer may make another until the deadline.
pub(super) fn declined(mut draft: Draft<'_>, attempt: u32, reason: &str) -> Decision {
    if draft.order.status != Status::AwaitingPayment || !draft.order.awaits(Ask::Authorize(attempt)) {
        return Decision::Nothing;
    }
    draft.order.payment_state = PaymentState::Declined;
    draft.order.next_action = None;
    draft.answer(Party::Payment, is_authorize);
    draft.tell(Notice::PaymentDeclined(reason.to_owned()));
    draft.done(Step::PaymentDeclined)
}

/// The customer must act; the try itself is still undecided, so its question stays open.
pub(super) fn action_required(mut draft: Draft<'_>, attempt: u32, url: &str) -> Decision {
    let known = draft.order.payment_state == PaymentState::RequiresAction;
    if draft.order.status != Status::AwaitingPayment || !draft.order.awaits(Ask::Authorize(attempt)) || known {
        return Decision::Nothing;
    }
    draft.order.payment_state = PaymentState::RequiresAction;
    draft.order.next_action = Some(url.to_owned());
    draft.tell(Notice::ActionRequired(url.to_owned()));
    draft.done(Step::PaymentActionRequired)
}

/// The money is taken. Also after a failure was reported: what the provider took, it took.
pub(super) fn captured(mut draft: Draft<'_>, amount: Money) -> Result<Decision, Rejection> {
    let asked = draft.order.payment.is_some_and(|asked| is_capture(asked.ask));
    if !asked || draft.order.payment_state.is_captured() {
        return Ok(Decision::Nothing);
    }
    if amount != draft.order.money(draft.order.total) {
        return Err(Rejection::AmountMismatch);
    }
    draft.order.payment_state = PaymentState::Captured;
    draft.answer(Party::Payment, is_capture);
    draft.complete_if_done();
    Ok(draft.done(Step::PaymentCaptured))
}

/// No money is held, or ever will be.
pub(super) fn voided(mut draft: Draft<'_>) -> Decision {
    if !draft.order.lacks(Ask::Void) {
        return Decision::Nothing;
    }
    draft.order.payment_state = PaymentState::Voided;
    draft.answer(Party::Payment, |ask| ask == Ask::Void);
    draft.done(Step::PaymentVoided)
}

/// Money went back, because we asked or because staff did. It was taken before, even if that message is still on its way.
pub(super) fn refunded(mut draft: Draft<'_>, amount: Money, total_refunded: Money) -> Decision {
    let taken = draft.order.payment.is_some_and(|asked| is_capture(asked.ask) || asked.ask == Ask::Refund);
    if !taken || amount.currency != draft.order.currency || total_refunded.currency != draft.order.currency {
        return Decision::Nothing;
    }
    // Refunds may overtake each other: the greatest sum is the latest.
    draft.order.refunded = draft.order.refunded.max(total_refunded.amount);
    let all = draft.order.refunded >= draft.order.total;
    draft.order.payment_state = if all { PaymentState::Refunded } else { PaymentState::PartiallyRefunded };
    draft.answer(Party::Payment, |ask| is_capture(ask) || ask == Ask::Refund);
    if amount.amount > 0 {
        draft.tell(Notice::Refunded(amount.amount));
    }
    draft.complete_if_done();
    draft.done(Step::PaymentRefunded)
}

/// Something failed for good at the provider. The same question would get the same answer, so a new one is asked later.
pub(super) fn failed(mut draft: Draft<'_>, operation: Operation, attempt: u32, reason: &str) -> Decision {
    let (ask, step) = match operation {
        Operation::Authorize => return declined(draft, attempt, reason),
        Operation::Capture => (Ask::Capture(attempt), Step::CaptureFailed),
        Operation::Void => (Ask::Void, Step::VoidFailed),
        Operation::Refund => (Ask::Refund, Step::RefundFailed),
    };
    // A refund may be the staff's: nobody here awaits it, but it is told and counted all the same.
    let taken = operation == Operation::Refund && draft.order.payment.is_some_and(|asked| is_capture(asked.ask));
    if !draft.order.awaits(ask) && !taken {
        return Decision::Nothing;
    }
    if step == Step::CaptureFailed {
        draft.order.payment_state = PaymentState::CaptureFailed;
    }
    draft.conclude(Party::Payment, |asked| asked == ask, Answer::Failed);
    draft.done(step)
}

/// What failed is asked anew. A refund is not: one cause refunds once, and staff can refund for another.
pub(super) fn retry(mut draft: Draft<'_>) -> Decision {
    let failed = draft.order.payment.filter(|asked| asked.answer == Answer::Failed);
    let ask = match failed.map(|asked| asked.ask) {
        Some(Ask::Capture(tried)) => Ask::Capture(tried.saturating_add(1)),
        Some(Ask::Void) => Ask::Void,
        _ => return Decision::Nothing,
    };
    draft.ask(ask);
    draft.done(Step::OperationRetried)
}
