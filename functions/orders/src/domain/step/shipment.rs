//! What `shipping` answers. Created, dispatched and delivered may arrive in any order: a later one implies the earlier.

use super::{Decision, Draft, Step};
use crate::domain::order::{Ask, FulfillmentState, Notice, Order, Party, PaymentState, Status, Tracking};

fn is_under_way(order: &Order) -> bool {
    matches!(order.status, Status::Confirmed | Status::Canceling)
}

fn has_left(order: &Order) -> bool {
    !matches!(order.fulfillment_state, FulfillmentState::None | FulfillmentState::Created)
}

/// The shipment waits for dispatch.
pub(super) fn created(mut draft: Draft<'_>) -> Decision {
    if draft.order.status.is_void() {
        return draft.undo(Ask::CancelShipment);
    }
    if !is_under_way(&draft.order) || draft.order.fulfillment_state != FulfillmentState::None {
        return Decision::Nothing;
    }
    draft.order.fulfillment_state = FulfillmentState::Created;
    draft.answer(Party::Shipment, |ask| ask == Ask::Create);
    draft.done(Step::ShipmentCreated)
}

/// The goods left: now the money is taken. An order that is being canceled stays so until the refusal arrives.
pub(super) fn dispatched(mut draft: Draft<'_>, tracking: &Tracking) -> Decision {
    let order = &mut draft.order;
    if is_under_way(order) && !has_left(order) {
        order.fulfillment_state = FulfillmentState::Dispatched;
        order.tracking = Some(tracking.clone());
        draft.answer(Party::Shipment, |ask| ask == Ask::Create);
        capture(&mut draft);
        draft.tell(Notice::Dispatched);
        return draft.done(Step::ShipmentDispatched);
    }
    // Overtaken by the delivery: worth remembering, no longer worth a mail.
    let delivered = order.fulfillment_state == FulfillmentState::Delivered;
    if delivered && order.tracking.is_none() {
        order.tracking = Some(tracking.clone());
        return draft.done(Step::ShipmentDispatched);
    }
    Decision::Nothing
}

/// The goods arrived.
pub(super) fn delivered(mut draft: Draft<'_>) -> Decision {
    if !is_under_way(&draft.order) || draft.order.fulfillment_state == FulfillmentState::Delivered {
        return Decision::Nothing;
    }
    draft.order.fulfillment_state = FulfillmentState::Delivered;
    draft.answer(Party::Shipment, |ask| ask == Ask::Create);
    capture(&mut draft);
    draft.tell(Notice::Delivered);
    draft.complete_if_done();
    draft.done(Step::ShipmentDelivered)
}

/// The goods stay: now money and stock are undone.
pub(super) fn canceled(mut draft: Draft<'_>) -> Decision {
    if !draft.order.awaits(Ask::CancelShipment) || has_left(&draft.order) {
        return Decision::Nothing;
    }
    draft.answer(Party::Shipment, |ask| ask == Ask::CancelShipment);
    if draft.order.status == Status::Canceling {
        draft.order.fulfillment_state = FulfillmentState::None;
        draft.let_go(Status::Canceled, Notice::Canceled);
    }
    draft.done(Step::ShipmentCanceled)
}

/// The goods left before they could be stopped: the order goes on.
pub(super) fn cancel_refused(mut draft: Draft<'_>) -> Decision {
    if draft.order.status != Status::Canceling || !draft.order.awaits(Ask::CancelShipment) {
        return Decision::Nothing;
    }
    draft.order.status = Status::Confirmed;
    draft.answer(Party::Shipment, |ask| ask == Ask::CancelShipment);
    draft.tell(Notice::CancellationRefused);
    draft.complete_if_done();
    draft.done(Step::CancelRefused)
}

fn capture(draft: &mut Draft<'_>) {
    let asked = draft.order.payment.is_some_and(|asked| matches!(asked.ask, Ask::Capture(_)));
    if draft.order.payment_state == PaymentState::Authorized && !asked {
        draft.ask(Ask::Capture(1));
    }
}
