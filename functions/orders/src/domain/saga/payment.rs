//! Replies of `payments`.

use super::goods::confirm;
use super::retraction::{self, cancel_shipment};
use crate::domain::decision::Decision;
use crate::domain::effect::{Command, DomainEvent, Participant, ReplyState};
use crate::domain::overdue::lapses_at;
use crate::domain::rejection::Rejection;
use crate::domain::states::{PaymentState, Status};
use crate::domain::transition::TransitionKind;
use crate::domain::transition_builder::TransitionBuilder;
use events::payments::Operation;
use events::{Money, Timestamp};

/// Seconds between the last moment for the goods to leave and the end of the hold on the money: more than any outage that
/// messages between the two survive.
const SECONDS_TO_CAPTURE: i64 = 12 * 60 * 60;

/// The money is held: the order is confirmed. This holds for any attempt, also for one that was reported as declined: the
/// payment is one item at `payments` and holds the money once.
pub(super) fn authorized(
    mut builder: TransitionBuilder<'_>,
    attempt: u32,
    amount: Money,
    capture_before: Option<Timestamp>,
) -> Result<Decision, Rejection> {
    let refunding = builder.order.payment.is_some_and(|last| last.command == Command::Refund);
    match builder.order.status {
        Status::AwaitingPayment if (1..=builder.order.attempt()).contains(&attempt) => {
            if amount != builder.order.money(builder.order.total) {
                return Err(Rejection::AmountMismatch);
            }
            builder.order.payment_state = PaymentState::Authorized;
            builder.order.next_action = None;
            builder.order.dispatch_before = capture_before.map(|end| end.plus_seconds(-SECONDS_TO_CAPTURE));
            builder.replied(Participant::Payment, Command::is_authorize);
            confirm(&mut builder);
            Ok(builder.finish(TransitionKind::PaymentAuthorized))
        }
        status if status.is_void() && !refunding => Ok(builder.compensate(Command::Void)),
        _ => Ok(Decision::Nothing),
    }
}

/// The hold on the money is about to end and no message said that the goods left: the order is canceled, if the warehouse
/// still has them.
pub(super) fn lapses(mut builder: TransitionBuilder<'_>) -> Decision {
    if lapses_at(&builder.order).is_none_or(|end| builder.now < end) {
        return Decision::Nothing;
    }
    cancel_shipment(&mut builder);
    builder.finish(TransitionKind::AuthorizationLapsed)
}

/// The current attempt failed; the customer may make another until the deadline.
pub(super) fn declined(mut builder: TransitionBuilder<'_>, attempt: u32, reason: &str) -> Decision {
    if builder.order.status != Status::AwaitingPayment || !builder.order.awaits(Command::Authorize(attempt)) {
        return Decision::Nothing;
    }
    builder.order.payment_state = PaymentState::Declined;
    builder.order.next_action = None;
    builder.replied(Participant::Payment, Command::is_authorize);
    builder.publish(DomainEvent::PaymentDeclined(reason.to_owned()));
    builder.finish(TransitionKind::PaymentDeclined)
}

/// The customer must act. The attempt has no result yet, so the command stays pending.
pub(super) fn action_required(mut builder: TransitionBuilder<'_>, attempt: u32, url: &str) -> Decision {
    let known = builder.order.payment_state == PaymentState::RequiresAction;
    if builder.order.status != Status::AwaitingPayment || !builder.order.awaits(Command::Authorize(attempt)) || known {
        return Decision::Nothing;
    }
    builder.order.payment_state = PaymentState::RequiresAction;
    builder.order.next_action = Some(url.to_owned());
    builder.publish(DomainEvent::ActionRequired(url.to_owned()));
    builder.finish(TransitionKind::PaymentActionRequired)
}

/// The money is taken. This holds also after a failure was reported: the provider has the money.
pub(super) fn captured(mut builder: TransitionBuilder<'_>, amount: Money) -> Result<Decision, Rejection> {
    let sent = builder.order.payment.is_some_and(|last| last.command.is_capture());
    if !sent || builder.order.payment_state.is_captured() {
        return Ok(Decision::Nothing);
    }
    if amount != builder.order.money(builder.order.total) {
        return Err(Rejection::AmountMismatch);
    }
    builder.order.payment_state = PaymentState::Captured;
    builder.replied(Participant::Payment, Command::is_capture);
    retraction::answer(&mut builder);
    builder.complete_if_delivered_and_paid();
    Ok(builder.finish(TransitionKind::PaymentCaptured))
}

/// No money is held, or ever will be.
pub(super) fn voided(mut builder: TransitionBuilder<'_>) -> Decision {
    if !builder.order.is_open(Command::Void) {
        return Decision::Nothing;
    }
    builder.order.payment_state = PaymentState::Voided;
    builder.replied(Participant::Payment, |command| command == Command::Void);
    builder.finish(TransitionKind::PaymentVoided)
}

/// Money was given back, by our command or by staff. It was taken before, even if that message is still on its way.
pub(super) fn refunded(mut builder: TransitionBuilder<'_>, amount: Money, total_refunded: Money) -> Decision {
    let taken = builder.order.payment.is_some_and(|last| last.command.is_capture() || last.command == Command::Refund);
    let currency = builder.order.currency;
    if !taken || amount.currency != currency || total_refunded.currency != currency {
        return Decision::Nothing;
    }
    // Refunds may overtake each other: the greatest sum is the latest.
    builder.order.refunded = builder.order.refunded.max(total_refunded.amount);
    let all = builder.order.refunded >= builder.order.total;
    builder.order.payment_state = if all { PaymentState::Refunded } else { PaymentState::PartiallyRefunded };
    builder.replied(Participant::Payment, |command| command.is_capture() || command == Command::Refund);
    retraction::answer(&mut builder);
    if amount.amount > 0 {
        builder.publish(DomainEvent::Refunded(amount.amount));
    }
    builder.complete_if_delivered_and_paid();
    builder.finish(TransitionKind::PaymentRefunded)
}

/// An operation failed for good at the provider. The same command would get the same reply, so a new one is sent later.
pub(super) fn failed(mut builder: TransitionBuilder<'_>, operation: Operation, attempt: u32, reason: &str) -> Decision {
    let (command, kind) = match operation {
        Operation::Authorize => return declined(builder, attempt, reason),
        Operation::Capture => (Command::Capture(attempt), TransitionKind::CaptureFailed),
        Operation::Void => (Command::Void, TransitionKind::VoidFailed),
        Operation::Refund => (Command::Refund, TransitionKind::RefundFailed),
    };
    // A refund may have been made by staff: no command awaits the reply, but the failure is recorded and counted.
    let by_staff =
        operation == Operation::Refund && builder.order.payment.is_some_and(|last| last.command.is_capture());
    if !builder.order.awaits(command) && !by_staff {
        return Decision::Nothing;
    }
    if kind == TransitionKind::CaptureFailed {
        builder.order.payment_state = PaymentState::CaptureFailed;
    }
    builder.failed(Participant::Payment, |last| last == command);
    retraction::answer(&mut builder);
    builder.finish(kind)
}

/// A failed capture or void gets a new command. A refund does not: one cause refunds once, and staff can refund for another.
pub(super) fn retry(mut builder: TransitionBuilder<'_>) -> Decision {
    let failed = builder.order.payment.filter(|last| last.reply == ReplyState::Failed);
    let command = match failed.map(|last| last.command) {
        Some(Command::Capture(attempt)) => Command::Capture(attempt.saturating_add(1)),
        Some(Command::Void) => Command::Void,
        _ => return Decision::Nothing,
    };
    builder.send(command);
    builder.finish(TransitionKind::OperationRetried)
}
