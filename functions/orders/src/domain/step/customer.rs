//! What the customer does, and what the clock does when the customer does nothing.

use super::{Decision, Draft, Rejection, Step};
use crate::domain::order::{Ask, Attempt, FulfillmentState, Notice, PaymentState, Status};

/// Tries to pay in one order: enough for a mistyped card, too few to test stolen ones.
pub const MAX_ATTEMPTS: u32 = 5;

/// The time to pay is over, unless it is not yet, or the order was paid.
pub(super) fn deadline(mut draft: Draft<'_>) -> Decision {
    if !draft.order.status.is_unpaid() {
        return Decision::Nothing;
    }
    if draft.now < draft.order.deadline {
        return Decision::Wait(draft.order.deadline);
    }
    draft.let_go(Status::Expired, Notice::Expired);
    draft.done(Step::DeadlinePassed)
}

/// Another means of payment after a decline. The same one again while it is being tried is a double click.
pub(super) fn pay_again(mut draft: Draft<'_>, method: &str, key: Option<&str>) -> Result<Decision, Rejection> {
    let order = &mut draft.order;
    if let Some(earlier) = order.attempts.iter().find(|attempt| key.is_some() && attempt.key.as_deref() == key) {
        return if earlier.method == method { Ok(Decision::Nothing) } else { Err(Rejection::KeyReused) };
    }
    if !order.status.is_unpaid() {
        return Err(Rejection::NothingToPay);
    }
    if order.payment_state != PaymentState::Declined {
        let same = order.attempts.last().is_some_and(|attempt| attempt.method == method);
        return if same { Ok(Decision::Nothing) } else { Err(Rejection::PaymentUnderWay) };
    }
    if draft.now >= order.deadline {
        return Err(Rejection::TooLateToPay);
    }
    if order.attempt() >= MAX_ATTEMPTS {
        return Err(Rejection::TooManyAttempts);
    }
    order.attempts.push(Attempt { method: method.to_owned(), key: key.map(str::to_owned) });
    order.payment_state = PaymentState::None;
    let attempt = order.attempt();
    draft.ask(Ask::Authorize(attempt));
    Ok(draft.done(Step::PaymentRetried))
}

/// Called off: at once while nothing was promised, by asking the warehouse once the order stands.
pub(super) fn cancel(mut draft: Draft<'_>) -> Result<Decision, Rejection> {
    let at_rest = matches!(draft.order.fulfillment_state, FulfillmentState::None | FulfillmentState::Created);
    // Refused once means that the goods left, even if that word is still on its way. Asking again would get the same
    // answer, which is known already and moves nothing.
    let refused = draft.order.shipment.is_some_and(|asked| asked.ask == Ask::CancelShipment);
    match draft.order.status {
        Status::Pending | Status::AwaitingPayment => {
            draft.let_go(Status::Canceled, Notice::Canceled);
            Ok(draft.done(Step::CancellationRequested))
        }
        Status::Confirmed if at_rest && !refused => {
            draft.order.status = Status::Canceling;
            draft.ask(Ask::CancelShipment);
            Ok(draft.done(Step::CancellationRequested))
        }
        Status::Canceling | Status::Canceled => Ok(Decision::Nothing),
        Status::Confirmed | Status::Completed => Err(Rejection::AlreadyDispatched),
        Status::Rejected | Status::Expired => Err(Rejection::Ended),
    }
}
