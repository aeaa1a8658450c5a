//! From changes that HTTP made to messages: each transition of a shipment. Refuses zones: no event follows from them.

use crate::domain::shipment::Shipment;
use crate::store::SHIPMENT_SK;
use chassis::{Change, Undecodable};
use events::Outgoing;

pub(crate) fn relay(change: &Change) -> Result<Vec<Outgoing>, Undecodable> {
    if change.sk() == SHIPMENT_SK { Ok(change.new_image::<Shipment>()?.outgoing()) } else { Ok(Vec::new()) }
}
