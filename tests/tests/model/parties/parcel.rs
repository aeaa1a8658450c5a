//! `shipping` and one order's shipment: `decide` as it runs.

use super::{Course, End, now};
use crate::plants::Plant;
use chassis::Received;
use events::Message;
use events::ids::ShipmentId;
use events::shipping::{CancelShipment, CreateShipment};
use shipping::domain::shipment::{Command, Contents, Decision, Handover, Input, Shipment, Status, decide};

/// A shipment, if there is one.
pub type Parcel = Option<Shipment>;

/// What shipping makes of a message.
pub fn receive(parcel: &Parcel, message: &Received, plant: Plant) -> Course<Parcel> {
    let (id, command) = match message.kind() {
        CreateShipment::TYPE => {
            let CreateShipment { shipment_id, lines, ship_to, service, weight_grams, dispatch_before, .. } =
                message.data().unwrap();
            (shipment_id, Command::Create(Contents { lines, ship_to, service, weight_grams, dispatch_before }))
        }
        CancelShipment::TYPE => (message.data::<CancelShipment>().unwrap().shipment_id, Command::Cancel),
        _ => return Course::ended(End::Buried),
    };
    let mut current = parcel.clone();
    if plant == Plant::StoppedAfterItLeft && command == Command::Cancel {
        current = current.map(|shipment| Shipment { status: Status::Created, ..shipment });
    }
    decided(id, current, &command, &message.envelope.id).unwrap_or(Course::ended(End::Postponed))
}

/// The staff hands the goods over; nothing if that does nothing.
pub fn dispatch(parcel: &Parcel) -> Option<Course<Parcel>> {
    let handover = Handover { carrier: "dhl".to_owned(), tracking_number: "1".to_owned() };
    staff(parcel, &Command::Dispatch(handover), "dispatch")
}

/// The carrier delivers them; nothing if that does nothing.
pub fn deliver(parcel: &Parcel) -> Option<Course<Parcel>> {
    staff(parcel, &Command::Deliver, "deliver")
}

fn staff(parcel: &Parcel, command: &Command, name: &str) -> Option<Course<Parcel>> {
    let shipment = parcel.as_ref()?;
    decided(shipment.id, parcel.clone(), command, name).filter(|course| !course.versions.is_empty())
}

fn decided(id: ShipmentId, current: Parcel, command: &Command, name: &str) -> Option<Course<Parcel>> {
    let input = Input { id: name, at: now(), traceparent: None };
    Some(match decide(id, current, command, input).ok()? {
        Decision::Move(next) => {
            let sends = next.news();
            Course::settled(vec![Some(next)], sends)
        }
        Decision::Stand(_, sends) => Course::settled(Vec::new(), sends),
    })
}
