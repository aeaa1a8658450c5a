//! What follows from what the staff did over HTTP: each step is told to the order, from the step's own image.

use crate::domain::shipment::Shipment;
use crate::store;
use chassis::Change;
use chassis::Undecodable;
use events::Outgoing;

/// The messages that a change calls for. Zones call for none.
///
/// # Errors
/// If a shipment cannot be read.
pub fn relay(change: &Change) -> Result<Vec<Outgoing>, Undecodable> {
    if store::is_shipment(change.sk()) { Ok(change.new_image::<Shipment>()?.news()) } else { Ok(Vec::new()) }
}
