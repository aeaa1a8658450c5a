//! Inputs of the customer, of staff on a guest's behalf, and the deadline.

use super::retraction::cancel_shipment;
use crate::domain::decision::Decision;
use crate::domain::effect::{Command, DomainEvent};
use crate::domain::order::{Attempt, MAX_ATTEMPTS, MAX_KEYS};
use crate::domain::rejection::Rejection;
use crate::domain::states::{PaymentState, Status};
use crate::domain::transition::TransitionKind;
use crate::domain::transition_builder::TransitionBuilder;
use events::ids::UserId;

/// The order expires, unless the deadline is still ahead or the order was paid.
pub(super) fn deadline(mut builder: TransitionBuilder<'_>) -> Decision {
    if !builder.order.status.is_unpaid() {
        return Decision::Nothing;
    }
    if builder.now < builder.order.deadline {
        return Decision::Wait(builder.order.deadline);
    }
    builder.compensate_all(Status::Expired, DomainEvent::Expired);
    builder.finish(TransitionKind::DeadlinePassed)
}

/// Another payment method, after a decline or instead of one that waits for the customer. The same one again, while it has no
/// result yet, is a double click. A key is answered with the attempt that answered it before, whatever became of that. `payments`
/// voids the attempt that waits before it asks for the new one.
pub(super) fn pay_again(
    mut builder: TransitionBuilder<'_>,
    method: &str,
    key: Option<&str>,
) -> Result<Decision, Rejection> {
    let order = &mut builder.order;
    let answered = |attempt: &&Attempt| key.is_some_and(|key| attempt.answers(key));
    if let Some(earlier) = order.attempts.iter().find(answered) {
        return if earlier.method == method { Ok(Decision::Nothing) } else { Err(Rejection::IdempotencyKeyReused) };
    }
    if !order.status.is_unpaid() || (order.costs_nothing() && order.payment.is_none()) {
        return Err(Rejection::NothingToPay);
    }
    // Who left the bank's page may pay in another way at once.
    let waits = order.payment_state == PaymentState::RequiresAction;
    if order.payment_state != PaymentState::Declined {
        let same = order.attempts.last().is_some_and(|attempt| attempt.method == method);
        if same {
            return repeated(builder, key);
        }
        if !waits {
            return Err(Rejection::PaymentUnderWay);
        }
    }
    if builder.now >= order.deadline {
        return Err(Rejection::TooLateToPay);
    }
    if order.attempt() >= MAX_ATTEMPTS {
        return Err(Rejection::TooManyAttempts);
    }
    order.attempts.push(Attempt { method: method.to_owned(), keys: key.map(str::to_owned).into_iter().collect() });
    order.payment_state = PaymentState::None;
    order.next_action = None;
    let attempt = order.attempt();
    builder.send(Command::Authorize(attempt));
    Ok(builder.finish(TransitionKind::PaymentRetried))
}

/// The attempt under way answers one more request. It keeps the key, or that request would try the card once more when it is
/// repeated after a decline.
fn repeated(mut builder: TransitionBuilder<'_>, key: Option<&str>) -> Result<Decision, Rejection> {
    let (Some(key), Some(attempt)) = (key, builder.order.attempts.last_mut()) else { return Ok(Decision::Nothing) };
    if attempt.keys.len() >= MAX_KEYS {
        return Err(Rejection::PaymentUnderWay);
    }
    attempt.keys.push(key.to_owned());
    Ok(builder.finish(TransitionKind::PaymentRepeated))
}

/// An unpaid order is canceled at once. For a confirmed order the warehouse decides.
pub(super) fn cancel(mut builder: TransitionBuilder<'_>) -> Result<Decision, Rejection> {
    let left = builder.order.fulfillment_state.has_left();
    // A cancellation that was refused before means that the goods left, even if that message is still on its way. Another
    // one would get the same reply, which is known already and moves nothing.
    let refused = builder.order.shipment.is_some_and(|last| last.command == Command::CancelShipment);
    match builder.order.status {
        Status::Pending | Status::AwaitingPayment => {
            builder.compensate_all(Status::Canceled, DomainEvent::Canceled);
            Ok(builder.finish(TransitionKind::CancellationRequested))
        }
        Status::Confirmed if !left && !refused => {
            cancel_shipment(&mut builder);
            Ok(builder.finish(TransitionKind::CancellationRequested))
        }
        Status::Canceling | Status::Canceled => Ok(Decision::Nothing),
        Status::Confirmed | Status::Completed => Err(Rejection::AlreadyDispatched),
        Status::Rejected | Status::Expired => Err(Rejection::Ended),
    }
}

/// An order that a guest placed opens to another token from now on, whatever its state. Other customers sign in.
pub(super) fn replace_guest_token(builder: TransitionBuilder<'_>) -> Result<Decision, Rejection> {
    if builder.order.is_erased() {
        return Err(Rejection::Erased);
    }
    if !builder.order.is_open_to_a_guest() {
        return Err(Rejection::NotAGuests);
    }
    Ok(builder.finish(TransitionKind::GuestTokenReplaced))
}

/// A guest's order is a customer's from now on, whatever its state: what is told about it goes to the customer, against whom it counts.
/// Nobody takes it from a customer who has it.
pub(super) fn claim(mut builder: TransitionBuilder<'_>, customer: UserId) -> Result<Decision, Rejection> {
    match builder.order.customer {
        Some(owner) if owner == customer => return Ok(Decision::Nothing),
        Some(_) => return Err(Rejection::NotAGuests),
        // The guest wanted to be forgotten: nobody is remembered in the guest's place.
        None if builder.order.erasure.is_some() => return Err(Rejection::Erased),
        None => {}
    }
    builder.order.customer = Some(customer);
    builder.order.contact = None;
    builder.order.guest = None;
    Ok(builder.finish(TransitionKind::Claimed))
}
