//! Replies of `shipping`. Created, dispatched and delivered may arrive in any order: a later one implies the earlier
//! ones.

use super::retraction;
use crate::domain::decision::Decision;
use crate::domain::effect::{Command, DomainEvent, Participant, ReplyState};
use crate::domain::order::{Order, Tracking};
use crate::domain::overdue::completes_at;
use crate::domain::states::{FulfillmentState, PaymentState, Status};
use crate::domain::transition::TransitionKind;
use crate::domain::transition_builder::TransitionBuilder;

pub(super) fn is_confirmed(order: &Order) -> bool {
    matches!(order.status, Status::Confirmed | Status::Canceling)
}

/// The shipment waits for dispatch.
pub(super) fn created(mut builder: TransitionBuilder<'_>) -> Decision {
    if builder.order.status.is_void() {
        return builder.compensate(Command::CancelShipment);
    }
    if !is_confirmed(&builder.order) || builder.order.fulfillment_state != FulfillmentState::None {
        return Decision::Nothing;
    }
    builder.order.fulfillment_state = FulfillmentState::Created;
    builder.replied(Participant::Shipment, |command| command == Command::Create);
    builder.finish(TransitionKind::ShipmentCreated)
}

/// The goods left: the money is taken. An order that is being canceled stays so until the refusal arrives.
pub(super) fn dispatched(mut builder: TransitionBuilder<'_>, tracking: &Tracking, seq: u64) -> Decision {
    let order = &mut builder.order;
    // It was taken back, or its tracking corrected, before this message came.
    let overtaken = seq > 0 && seq < order.shipment_seq.max(order.retraction.unwrap_or(0));
    if overtaken {
        return Decision::Nothing;
    }
    if is_confirmed(order) && !order.fulfillment_state.has_left() {
        order.fulfillment_state = FulfillmentState::Dispatched;
        order.tracking = Some(tracking.clone());
        let again = order.dispatched_as.is_some();
        answered_by_goods(&mut builder);
        capture(&mut builder);
        let event = if again { DomainEvent::DispatchedAgain(tracking.clone()) } else { DomainEvent::Dispatched };
        builder.publish(event);
        return builder.finish(TransitionKind::ShipmentDispatched);
    }
    // The delivery came first: the tracking number is kept, but no mail about the dispatch is due.
    let delivered = order.fulfillment_state == FulfillmentState::Delivered;
    if delivered && order.tracking.is_none() {
        order.tracking = Some(tracking.clone());
        return builder.finish(TransitionKind::ShipmentDispatched);
    }
    Decision::Nothing
}

/// Goods on their way answer the command to create their shipment, and to take an earlier dispatch back. If a cancellation
/// waits for the latter, its own reply is awaited.
pub(super) fn answered_by_goods(builder: &mut TransitionBuilder<'_>) {
    let canceling = builder.order.status == Status::Canceling;
    let answered = |command: Command| command == Command::Create || (command.is_retraction() && !canceling);
    builder.replied(Participant::Shipment, answered);
}

/// The goods arrived. An order that was completed without this word takes it in all the same.
pub(super) fn delivered(mut builder: TransitionBuilder<'_>) -> Decision {
    let expected = is_confirmed(&builder.order) || builder.order.status == Status::Completed;
    if !expected || builder.order.fulfillment_state == FulfillmentState::Delivered {
        return Decision::Nothing;
    }
    builder.order.fulfillment_state = FulfillmentState::Delivered;
    answered_by_goods(&mut builder);
    capture(&mut builder);
    builder.publish(DomainEvent::Delivered);
    builder.complete_if_delivered_and_paid();
    builder.finish(TransitionKind::ShipmentDelivered)
}

/// The carrier has said nothing for as long as the shop waits: the order is completed. Its goods stay dispatched, as nobody
/// knows more.
pub(super) fn assumed_delivered(mut builder: TransitionBuilder<'_>) -> Decision {
    if completes_at(&builder.order).is_none_or(|at| builder.now < at) {
        return Decision::Nothing;
    }
    builder.order.status = Status::Completed;
    builder.finish(TransitionKind::DeliveryAssumed)
}

/// The goods stay: stock and money are given back.
pub(super) fn canceled(mut builder: TransitionBuilder<'_>) -> Decision {
    if !builder.order.awaits(Command::CancelShipment) || builder.order.fulfillment_state.has_left() {
        return Decision::Nothing;
    }
    builder.replied(Participant::Shipment, |command| command == Command::CancelShipment);
    if builder.order.status == Status::Canceling {
        builder.order.fulfillment_state = FulfillmentState::None;
        builder.compensate_all(Status::Canceled, DomainEvent::Canceled);
    }
    builder.finish(TransitionKind::ShipmentCanceled)
}

/// The goods left before the shipment could be canceled: the order goes on, and the money is taken even if no message said
/// yet that they left. If staff want the dispatch taken back, it is, and the cancellation goes on.
pub(super) fn cancel_refused(mut builder: TransitionBuilder<'_>) -> Decision {
    if builder.order.status != Status::Canceling || !builder.order.awaits(Command::CancelShipment) {
        return Decision::Nothing;
    }
    builder.replied(Participant::Shipment, |command| command == Command::CancelShipment);
    let taken_back = builder.order.retraction.is_some() && retraction::verdict(&builder.order) == Some(true);
    if !taken_back {
        builder.order.status = Status::Confirmed;
        capture(&mut builder);
        builder.publish(DomainEvent::CancellationRefused);
    }
    retraction::answer(&mut builder);
    builder.complete_if_delivered_and_paid();
    builder.finish(TransitionKind::CancelRefused)
}

/// Takes the money, unless that was asked for, or the dispatch may be taken back. After a dispatch that was taken back the
/// next attempt has another number.
pub(super) fn capture(builder: &mut TransitionBuilder<'_>) {
    let order = &builder.order;
    let next = match order.payment.map(|last| (last.command, last.reply)) {
        Some((Command::Capture(attempt), ReplyState::Answered)) => attempt.saturating_add(1),
        Some((Command::Capture(_), _)) => return,
        _ => 1,
    };
    if order.payment_state == PaymentState::Authorized && order.retraction.is_none() {
        builder.send(Command::Capture(next));
    }
}
