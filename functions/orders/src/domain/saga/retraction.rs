//! What staff correct of a dispatch: its tracking, or that it happened at all. Whether a dispatch is taken back is decided
//! here, where it is known whether the money was captured. While that is unknown, the request waits.

use super::goods::{answered_by_goods, capture, is_confirmed};
use crate::domain::decision::Decision;
use crate::domain::effect::{Command, DomainEvent, Participant, PendingCommand, ReplyState};
use crate::domain::order::{Order, Tracking};
use crate::domain::states::{FulfillmentState, PaymentState, Status};
use crate::domain::transition::TransitionKind;
use crate::domain::transition_builder::TransitionBuilder;

/// The tracking was mistyped. A correction implies the dispatch, which may still be on its way.
pub(super) fn tracking_corrected(mut builder: TransitionBuilder<'_>, tracking: &Tracking, seq: u64) -> Decision {
    let order = &mut builder.order;
    if seq <= order.shipment_seq || !(is_confirmed(order) || order.status == Status::Completed) {
        return Decision::Nothing;
    }
    order.shipment_seq = seq;
    replace_tracking(order, Some(tracking));
    match order.fulfillment_state {
        FulfillmentState::None | FulfillmentState::Created => {
            order.fulfillment_state = FulfillmentState::Dispatched;
            answered_by_goods(&mut builder);
            capture(&mut builder);
            builder.publish(DomainEvent::DispatchedAgain(tracking.clone()));
        }
        FulfillmentState::Dispatched => builder.publish(DomainEvent::TrackingCorrected(tracking.clone())),
        // Nobody follows a parcel that arrived.
        FulfillmentState::Delivered => {}
    }
    builder.finish(TransitionKind::TrackingCorrected)
}

/// The first tracking is kept, so that a repeated message about it says the same.
pub(super) fn replace_tracking(order: &mut Order, tracking: Option<&Tracking>) {
    let before = std::mem::replace(&mut order.tracking, tracking.cloned());
    order.dispatched_as = order.dispatched_as.take().or(before);
}

/// Staff want the dispatch taken back.
pub(super) fn requested(mut builder: TransitionBuilder<'_>, request: u64) -> Decision {
    if request <= builder.order.shipment_seq {
        return Decision::Nothing;
    }
    builder.order.retraction = Some(request);
    answer(&mut builder);
    builder.finish(TransitionKind::RetractionRequested)
}

/// Answers the request that waits, if there is one and it can be answered now.
pub(super) fn answer(builder: &mut TransitionBuilder<'_>) {
    let Some(request) = builder.order.retraction else { return };
    match verdict(&builder.order) {
        None => {}
        Some(true) => accept(builder, request),
        Some(false) => {
            builder.order.retraction = None;
            builder.publish(DomainEvent::RetractionRefused(request));
        }
    }
}

/// Whether a dispatch may be taken back; `None` while a capture or a cancellation has no reply.
pub(super) fn verdict(order: &Order) -> Option<bool> {
    if order.payment_state.is_captured() || !is_confirmed(order) {
        return Some(false);
    }
    let pending = |last: &PendingCommand| {
        last.reply == ReplyState::Pending && (last.command.is_capture() || last.command == Command::CancelShipment)
    };
    let waits = [order.payment, order.shipment].iter().flatten().any(pending);
    (!waits).then_some(true)
}

/// Nothing was captured: the goods count as never sent, and their next dispatch captures.
fn accept(builder: &mut TransitionBuilder<'_>, request: u64) {
    let order = &mut builder.order;
    (order.retraction, order.shipment_seq) = (None, request);
    order.fulfillment_state = FulfillmentState::Created;
    replace_tracking(order, None);
    if order.payment_state == PaymentState::CaptureFailed {
        order.payment_state = PaymentState::Authorized;
        builder.replied(Participant::Payment, Command::is_capture);
    }
    builder.send(Command::RetractDispatch(request));
}

/// The goods are in the warehouse again. A cancellation that came meanwhile goes on.
pub(super) fn retracted(mut builder: TransitionBuilder<'_>) -> Decision {
    if !awaits_retraction(&builder.order) {
        return Decision::Nothing;
    }
    builder.replied(Participant::Shipment, Command::is_retraction);
    if builder.order.status == Status::Canceling {
        builder.send(Command::CancelShipment);
    }
    builder.finish(TransitionKind::DispatchRetracted)
}

/// Asks the warehouse to keep the goods; later, if it still has to take a dispatch back.
pub(super) fn cancel_shipment(builder: &mut TransitionBuilder<'_>) {
    builder.order.status = Status::Canceling;
    if !awaits_retraction(&builder.order) {
        builder.send(Command::CancelShipment);
    }
}

fn awaits_retraction(order: &Order) -> bool {
    order.shipment.is_some_and(|last| last.command.is_retraction() && last.reply == ReplyState::Pending)
}
