//! What orders ask of shipping over the queue.

use crate::domain::shipment::{Command, Contents};
use crate::service::Shipping;
use chassis::{Failure, Received};
use events::ids::{OrderId, ShipmentId};
use events::shipping::{CancelShipment, CreateShipment};
use events::{Message, Outgoing};

/// Handles one message.
///
/// # Errors
/// `Permanent` for what is not ours to read, `Transient` for what may work later.
pub async fn receive(app: &Shipping, message: &Received) -> Result<Vec<Outgoing>, Failure> {
    match message.kind() {
        CreateShipment::TYPE => {
            let CreateShipment { order_id, shipment_id, lines, ship_to, service, weight_grams, dispatch_before } =
                message.data()?;
            let id = checked(order_id, shipment_id)?;
            let command = Command::Create(Contents { lines, ship_to, service, weight_grams, dispatch_before });
            app.answer(id, &command, message).await
        }
        CancelShipment::TYPE => {
            let CancelShipment { order_id, shipment_id } = message.data()?;
            app.answer(checked(order_id, shipment_id)?, &Command::Cancel, message).await
        }
        _ => Err(message.unknown()),
    }
}

/// A shipment has its order's bits; one that has not belongs to no order that could be answered.
fn checked(order: OrderId, shipment: ShipmentId) -> Result<ShipmentId, Failure> {
    if shipment == order.shipment() {
        Ok(shipment)
    } else {
        Err(Failure::Permanent(format!("{shipment} is not the shipment of {order}")))
    }
}
