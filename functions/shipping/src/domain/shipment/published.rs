//! The events of a shipment's transitions: a pure function of the shipment and one transition. Refuses to decide any.

use super::{Change, Forgetting, Shipment, Tracking, Transition};
use events::Outgoing;
use events::shipping::{
    CancelRefused, DispatchRetracted, RetractionRequested, ShipmentCanceled, ShipmentCreated, ShipmentDelivered,
    ShipmentDispatched, ShipmentOfOrderErased, TrackingCorrected,
};

/// The events of a transition, the same at every repeat.
pub fn events_of(shipment: &Shipment, transition: &Transition) -> Vec<Outgoing> {
    let origin = shipment.origin(transition);
    let (order_id, shipment_id) = (shipment.id.order(), shipment.id);
    let seq = transition.seq;
    let first = || shipment.dispatched_as.as_ref().or(shipment.tracking.as_ref());
    let tracking = transition.tracking.as_ref().or_else(first).cloned();
    let mut events = match shipment.change(transition) {
        Change::Created => Outgoing::to_all(&origin, &ShipmentCreated { order_id, shipment_id }),
        Change::Delivered => Outgoing::to_all(&origin, &ShipmentDelivered { order_id, shipment_id }),
        Change::Canceled => Outgoing::to_all(&origin, &ShipmentCanceled { order_id, shipment_id }),
        Change::Dispatched => {
            let told = |Tracking { carrier, tracking_number }: Tracking| {
                Outgoing::to_all(&origin, &ShipmentDispatched { order_id, shipment_id, carrier, tracking_number, seq })
            };
            // A shipment that forgot its recipient says no more by which number the parcel is found.
            tracking.map(told).unwrap_or_default()
        }
        Change::TrackingCorrected => {
            let told = |Tracking { carrier, tracking_number }: Tracking| {
                Outgoing::to_all(&origin, &TrackingCorrected { order_id, shipment_id, carrier, tracking_number, seq })
            };
            tracking.map(told).unwrap_or_default()
        }
        Change::RetractionRequested => Outgoing::to_all(&origin, &RetractionRequested { order_id, shipment_id, seq }),
        Change::Retracted => Outgoing::to_all(&origin, &DispatchRetracted { order_id, shipment_id, seq }),
        // The order said so itself.
        Change::RetractionRefused | Change::Erased => Vec::new(),
    };
    if transition.forgetting == Some(Forgetting::Done) {
        events.extend(Outgoing::to_all(&origin, &ShipmentOfOrderErased { order_id }));
    }
    events
}

/// The answer to a cancellation after the goods left. It needs no transition of its own: it follows from the dispatch, whose
/// number it carries.
pub(super) fn refusal(shipment: &Shipment, dispatch: &Transition) -> Vec<Outgoing> {
    let refused = CancelRefused { order_id: shipment.id.order(), shipment_id: shipment.id };
    Outgoing::to_all(&shipment.origin(dispatch), &refused)
}
