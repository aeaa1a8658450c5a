//! From the order's messages to use cases; what `users` revokes is kept. Refuses a shipment that does not belong to its order.

use crate::domain::shipment::{Command, ShipmentRequest};
use crate::service::Shipping;
use chassis::{Failure, Received};
use events::ids::{OrderId, ShipmentId};
use events::orders::{OrderErased, RetractionRefused};
use events::shipping::{CancelShipment, CreateShipment, RetractDispatch};
use events::users::{AccessChanged, SessionEnded};
use events::{Message, Outgoing};

pub(crate) async fn receive(app: &Shipping, message: &Received) -> Result<Vec<Outgoing>, Failure> {
    let (id, command) = match message.kind() {
        CreateShipment::TYPE => {
            let CreateShipment { order_id, shipment_id, lines, ship_to, service, weight_grams, dispatch_before } =
                message.data()?;
            let request = ShipmentRequest { lines, ship_to, service, weight_grams, dispatch_before };
            (checked(order_id, shipment_id)?, Command::Create(Box::new(request)))
        }
        CancelShipment::TYPE => {
            let CancelShipment { order_id, shipment_id } = message.data()?;
            (checked(order_id, shipment_id)?, Command::Cancel)
        }
        RetractDispatch::TYPE => {
            let RetractDispatch { order_id, shipment_id, request } = message.data()?;
            (checked(order_id, shipment_id)?, Command::Retract(request))
        }
        OrderErased::TYPE => (message.data::<OrderErased>()?.order_id.shipment(), Command::Erase),
        RetractionRefused::TYPE => {
            let RetractionRefused { order_id, shipment_id, request } = message.data()?;
            (checked(order_id, shipment_id)?, Command::RefuseRetraction(request))
        }
        SessionEnded::TYPE | AccessChanged::TYPE => {
            app.revocations.keep(message).await?;
            return Ok(Vec::new());
        }
        _ => return Err(message.unknown()),
    };
    let (_, outgoing) = app.command(id, &command, &message.context()).await?;
    Ok(outgoing)
}

/// A shipment has the bits of its order's id. Otherwise its events would reach no order.
fn checked(order: OrderId, shipment: ShipmentId) -> Result<ShipmentId, Failure> {
    if shipment == order.shipment() {
        Ok(shipment)
    } else {
        Err(Failure::Permanent(format!("{shipment} is not the shipment of {order}")))
    }
}
