//! Messages to and from `shipping`.

use crate::address::Address;
use crate::ids::{OrderId, ShipmentId};
use crate::inventory::StockLine;
use crate::message::messages;
use crate::timestamp::Timestamp;

messages! {
    /// Prepare the goods. Carries the postal address, as nobody may ask another capability for it.
    CreateShipment = "shipping.create_shipment.v1", Orders => [Shipping] {
        /// For which order.
        pub order_id: OrderId,
        /// Which shipment.
        pub shipment_id: ShipmentId,
        /// What to send.
        pub lines: Vec<StockLine>,
        /// Where to.
        pub ship_to: Address,
        /// The chosen service's code, from the shipping quote.
        pub service: String,
        /// Weight of all goods in grams.
        pub weight_grams: u64,
        /// From then on the goods must not leave any more, as nobody would pay for them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub dispatch_before: Option<Timestamp>,
    }
    /// Do not send the goods, if they have not left.
    CancelShipment = "shipping.cancel_shipment.v1", Orders => [Shipping] {
        /// For which order.
        pub order_id: OrderId,
        /// Which shipment.
        pub shipment_id: ShipmentId,
    }
    /// The shipment waits for dispatch.
    ShipmentCreated = "shipping.shipment_created.v1", Shipping => [Orders] {
        /// For which order.
        pub order_id: OrderId,
        /// Which shipment.
        pub shipment_id: ShipmentId,
    }
    /// The goods left.
    ShipmentDispatched = "shipping.shipment_dispatched.v1", Shipping => [Orders] {
        /// For which order.
        pub order_id: OrderId,
        /// Which shipment.
        pub shipment_id: ShipmentId,
        /// Who carries them.
        pub carrier: String,
        /// The carrier's number for them.
        pub tracking_number: String,
    }
    /// The goods arrived.
    ShipmentDelivered = "shipping.shipment_delivered.v1", Shipping => [Orders] {
        /// For which order.
        pub order_id: OrderId,
        /// Which shipment.
        pub shipment_id: ShipmentId,
    }
    /// The goods stay, or there never was a shipment and never will be.
    ShipmentCanceled = "shipping.shipment_canceled.v1", Shipping => [Orders] {
        /// For which order.
        pub order_id: OrderId,
        /// Which shipment.
        pub shipment_id: ShipmentId,
    }
    /// Too late to cancel: the goods have left.
    CancelRefused = "shipping.cancel_refused.v1", Shipping => [Orders] {
        /// For which order.
        pub order_id: OrderId,
        /// Which shipment.
        pub shipment_id: ShipmentId,
    }
}
