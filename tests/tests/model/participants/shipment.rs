//! `shipping` and one order's shipment: `decide` as it runs.

use super::{End, Handling, now};
use crate::mutants::Mutant;
use chassis::{Context, Received};
use events::Message;
use events::ids::ShipmentId;
use events::orders::RetractionRefused;
use events::shipping::{CancelShipment, CreateShipment, RetractDispatch};
use shipping::domain::shipment::{Command, Decision, Shipment, ShipmentRequest, Status, Tracking, decide};

pub type MaybeShipment = Option<Shipment>;

/// How shipping handles a message.
pub fn receive(shipment: &MaybeShipment, message: &Received, mutant: Mutant) -> Handling<MaybeShipment> {
    let (id, command) = match message.kind() {
        CreateShipment::TYPE => {
            let CreateShipment { shipment_id, lines, ship_to, service, weight_grams, dispatch_before, .. } =
                message.data().unwrap();
            (
                shipment_id,
                Command::Create(Box::new(ShipmentRequest { lines, ship_to, service, weight_grams, dispatch_before })),
            )
        }
        RetractDispatch::TYPE => {
            let RetractDispatch { shipment_id, request, .. } = message.data().unwrap();
            (shipment_id, Command::Retract(request))
        }
        RetractionRefused::TYPE => {
            let RetractionRefused { shipment_id, request, .. } = message.data().unwrap();
            (shipment_id, Command::RefuseRetraction(request))
        }
        CancelShipment::TYPE => (message.data::<CancelShipment>().unwrap().shipment_id, Command::Cancel),
        _ => return Handling::ended(End::DeadLettered),
    };
    let mut current = shipment.clone();
    if mutant == Mutant::StoppedAfterItLeft && command == Command::Cancel {
        current = current.map(|known| Shipment { status: Status::Created, ..known });
    }
    decided(id, current, &command, &message.context()).unwrap_or(Handling::ended(End::RetryLater))
}

/// The staff dispatch the goods; `None` if that changes nothing.
pub fn dispatch(shipment: &MaybeShipment) -> Option<Handling<MaybeShipment>> {
    let tracking = Tracking { carrier: "dhl".to_owned(), tracking_number: "1".to_owned() };
    staff(shipment, &Command::Dispatch(tracking))
}

/// The staff correct the tracking; `None` if that changes nothing.
pub fn correct(shipment: &MaybeShipment) -> Option<Handling<MaybeShipment>> {
    let tracking = Tracking { carrier: "dhl".to_owned(), tracking_number: "2".to_owned() };
    staff(shipment, &Command::CorrectTracking(tracking))
}

/// The staff say that the goods never left; `None` if that changes nothing.
pub fn take_back(shipment: &MaybeShipment) -> Option<Handling<MaybeShipment>> {
    staff(shipment, &Command::RequestRetraction)
}

/// The carrier delivers them; `None` if that changes nothing.
pub fn deliver(shipment: &MaybeShipment) -> Option<Handling<MaybeShipment>> {
    staff(shipment, &Command::Deliver)
}

fn staff(shipment: &MaybeShipment, command: &Command) -> Option<Handling<MaybeShipment>> {
    let known = shipment.as_ref()?;
    decided(known.id, shipment.clone(), command, &Context::sweep(now()))
        .filter(|handling| !handling.versions.is_empty())
}

fn decided(
    id: ShipmentId,
    current: MaybeShipment,
    command: &Command,
    context: &Context,
) -> Option<Handling<MaybeShipment>> {
    Some(match decide(id, current, command, context).ok()? {
        Decision::Move(next) => {
            let sends = next.outgoing();
            Handling::settled(vec![Some(next)], sends)
        }
        Decision::Stand(_, sends) => Handling::settled(Vec::new(), sends),
    })
}
