//! Replies of `shipping`. Created, dispatched and delivered may arrive in any order: a later one implies the earlier
//! ones.

use super::goods::{answered_by_goods, capture, is_confirmed};
use super::retraction;
use crate::domain::decision::Decision;
use crate::domain::effect::{Command, DomainEvent, Participant};
use crate::domain::explanation::CancellationReason;
use crate::domain::order::Tracking;
use crate::domain::overdue::completes_at;
use crate::domain::states::{FulfillmentState, Status};
use crate::domain::transition::TransitionKind;
use crate::domain::transition_builder::TransitionBuilder;

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
        let by_customer = builder.order.cancellation_reason() == Some(CancellationReason::ByCustomer);
        builder.order.status = Status::Confirmed;
        capture(&mut builder);
        // A customer who asked for nothing waits for no answer.
        if by_customer {
            builder.publish(DomainEvent::CancellationRefused);
        }
    }
    retraction::answer(&mut builder);
    builder.complete_if_delivered_and_paid();
    builder.finish(TransitionKind::CancelRefused)
}
