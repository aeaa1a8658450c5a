//! Goods at rest: they left for valid orders alone, against money, and the order knows where they are.

use crate::sim::invariants::end::End;
use events::payments::Operation;
use orders::domain::states::FulfillmentState;
use payments::domain::Payment;
use shipping::domain::shipment::{Shipment, Status};

const fn has_left(shipment: &Shipment) -> bool {
    matches!(shipment.status, Status::Dispatched | Status::Delivered)
}

pub fn follow_the_order(end: &End<'_>) -> Vec<String> {
    let mut wrong = Vec::new();
    for order in end.orders.values() {
        let Some(shipment) = end.shipment(order) else { continue };
        let (left, payment) = (has_left(shipment), end.payment(order));
        let paid = payment.is_some_and(|payment| {
            payment.held().is_some() || payment.amounts().is_ok_and(|amounts| amounts.captured > 0)
        });
        if left && (!(paid || order.costs_nothing()) || order.status.is_void()) {
            wrong.push(format!("the goods of {} left and nobody pays", order.id));
        }
        // A dispatch that was taken back, as its capture had failed, leaves the sale booked and owed.
        let taken_back = shipment.dispatch().is_some();
        let charged = payment.is_some_and(|payment| payment.success(Operation::Capture).is_some());
        if !left && (charged || (payment.is_some_and(Payment::is_sold) && !taken_back)) {
            wrong.push(format!("{} was charged for goods that did not leave", order.id));
        }
        if order.status.is_void() && shipment.status == Status::Created {
            wrong.push(format!("{} ended and its shipment waits to be dispatched", order.id));
        }
        if left && order.fulfillment_state == FulfillmentState::Created {
            wrong.push(format!("the goods of {} left and it does not know", order.id));
        }
    }
    wrong
}

/// Whoever knows that goods arrived need not have heard that they left, nor of a correction whose stream record was lost.
pub fn orders_know_the_parcel(end: &End<'_>) -> Vec<String> {
    let wrong = end.orders.values().filter_map(|order| {
        let shipment = end.shipment(order).filter(|shipment| has_left(shipment))?;
        let ours = shipment.tracking.as_ref().map(|ours| (&ours.carrier, &ours.tracking_number));
        let known = order.tracking.as_ref().map(|known| (&known.carrier, &known.tracking_number));
        let lost = known.is_none() || end.lost.contains(&shipment.id.to_string());
        let unheard = lost && shipment.status == Status::Delivered;
        (known != ours && !unheard).then(|| format!("{} names {known:?}, its shipment {ours:?}", order.id))
    });
    wrong.collect()
}
