//! A buyer wants to be forgotten: what a shipment forgets, and when. Owns what is personal in a shipment; refuses to forget where goods go
//! that may still have to leave.

use super::{Decision, Forgetting, Shipment, Status, Transition, begun, events_of};
use chassis::Context;
use events::Address;

/// The order forgot its buyer, and so does the shipment. The order says so once it has ended, so goods that are on their way count as
/// arrived. What still waits, against what orders does, forgets when it ends.
pub(super) fn erase(shipment: Shipment, context: &Context) -> Decision {
    match shipment.status {
        _ if shipment.is_erased() => {
            let made = shipment.log.iter().rfind(|made| made.forgetting == Some(Forgetting::Done));
            let answer = made.map(|made| events_of(&shipment, made)).unwrap_or_default();
            Decision::Stand(shipment, answer)
        }
        Status::Created | Status::Retracting if shipment.is_to_be_erased() => Decision::Stand(shipment, Vec::new()),
        Status::Created | Status::Retracting => Decision::Move(shipment.marked(Forgetting::Requested, context)),
        Status::Dispatched | Status::Delivered | Status::Canceled => {
            Decision::Move(shipment.marked(Forgetting::Done, context).forgotten())
        }
    }
}

/// Where there is no shipment, what says so stays: a late creation finds it, and brings no address in.
pub(super) fn tombstone(id: events::ids::ShipmentId, context: &Context) -> Decision {
    let mut shipment = begun(id, Status::Canceled, context);
    if let Some(first) = shipment.log.last_mut() {
        first.forgetting = Some(Forgetting::Done);
    }
    Decision::Move(shipment)
}

impl Shipment {
    /// Whether it forgot where it went.
    pub fn is_erased(&self) -> bool {
        self.has(Forgetting::Done)
    }

    /// Where it goes, unless that is forgotten.
    pub fn recipient(&self) -> Option<&Address> {
        self.request.as_ref().filter(|_| !self.is_erased()).map(|request| &request.ship_to)
    }

    /// Whether it forgets when it ends.
    pub(super) fn is_to_be_erased(&self) -> bool {
        self.has(Forgetting::Requested) && !self.is_erased()
    }

    fn has(&self, forgetting: Forgetting) -> bool {
        self.log.iter().any(|made| made.forgetting == Some(forgetting))
    }

    /// A transition that moves nothing but what is known.
    fn marked(mut self, forgetting: Forgetting, context: &Context) -> Self {
        self.seq += 1;
        let made = Transition { forgetting: Some(forgetting), ..Transition::new(self.seq, self.status, context) };
        self.log.push(made);
        self
    }

    /// The shipment after its latest transition: one that ended by it forgets, if it is to.
    pub(super) fn forgetting_at_its_end(mut self) -> Self {
        let ended = matches!(self.status, Status::Delivered | Status::Canceled);
        if !ended || !self.is_to_be_erased() {
            return self;
        }
        if let Some(last) = self.log.last_mut() {
            last.forgetting = Some(Forgetting::Done);
        }
        self.forgotten()
    }

    /// Without what is personal. Goods, service, weight and country stay.
    fn forgotten(mut self) -> Self {
        if let Some(request) = &mut self.request {
            request.ship_to = request.ship_to.country_alone();
        }
        // By its number, the carrier tells whose parcel it was.
        self.tracking = None;
        self.dispatched_as = None;
        for made in &mut self.log {
            made.tracking = None;
        }
        self
    }
}
