//! Messages to and from `shipping`. Refuses money: what shipping costs is in the shipping quote's claims.

use crate::address::Address;
use crate::ids::{OrderId, ShipmentId};
use crate::inventory::StockLine;
use crate::message::messages;
use crate::timestamp::Timestamp;

messages! {
    /// Prepare the shipment. Carries the postal address, because no capability may ask another for it.
    CreateShipment = "shipping.create_shipment.v1", Orders => [Shipping] {
        pub order_id: OrderId,
        pub shipment_id: ShipmentId,
        pub lines: Vec<StockLine>,
        pub ship_to: Address,
        /// Code of the chosen service, from the shipping quote.
        pub service: String,
        pub weight_grams: u64,
        /// Dispatch is refused from this time on: the authorization may have lapsed by then, and nobody would pay.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub dispatch_before: Option<Timestamp>,
    }
    /// Cancel the shipment if it was not dispatched.
    CancelShipment = "shipping.cancel_shipment.v1", Orders => [Shipping] {
        pub order_id: OrderId,
        pub shipment_id: ShipmentId,
    }
    /// The shipment waits for dispatch.
    ShipmentCreated = "shipping.shipment_created.v1", Shipping => [Orders] {
        pub order_id: OrderId,
        pub shipment_id: ShipmentId,
    }
    /// The goods left the warehouse.
    ShipmentDispatched = "shipping.shipment_dispatched.v1", Shipping => [Orders] {
        pub order_id: OrderId,
        pub shipment_id: ShipmentId,
        /// Name of the carrier.
        pub carrier: String,
        /// The carrier's number for the parcel.
        pub tracking_number: String,
        /// Number of the shipment's transition: a higher one is later. 0 is unknown.
        #[serde(default, skip_serializing_if = "is_unknown")]
        pub seq: u64,
    }
    /// Staff corrected the carrier or the number of goods that left.
    TrackingCorrected = "shipping.tracking_corrected.v1", Shipping => [Orders] {
        pub order_id: OrderId,
        pub shipment_id: ShipmentId,
        /// Name of the carrier.
        pub carrier: String,
        /// The carrier's number for the parcel.
        pub tracking_number: String,
        /// Number of the shipment's transition: a higher one is later.
        pub seq: u64,
    }
    /// Staff say that the goods never left, and want their dispatch taken back. Whether that is possible depends on the money.
    RetractionRequested = "shipping.retraction_requested.v1", Shipping => [Orders] {
        pub order_id: OrderId,
        pub shipment_id: ShipmentId,
        /// Number of the shipment's transition: a higher one is later.
        pub seq: u64,
    }
    /// Take the dispatch back: no money was captured.
    RetractDispatch = "shipping.retract_dispatch.v1", Orders => [Shipping] {
        pub order_id: OrderId,
        pub shipment_id: ShipmentId,
        /// The number that the request had.
        pub request: u64,
    }
    /// The dispatch was taken back: the shipment waits for its dispatch again.
    DispatchRetracted = "shipping.dispatch_retracted.v1", Shipping => [Orders] {
        pub order_id: OrderId,
        pub shipment_id: ShipmentId,
        /// Number of the shipment's transition: a higher one is later.
        pub seq: u64,
    }
    /// The goods arrived.
    ShipmentDelivered = "shipping.shipment_delivered.v1", Shipping => [Orders] {
        pub order_id: OrderId,
        pub shipment_id: ShipmentId,
    }
    /// The goods stay in the warehouse. An unknown shipment is remembered as canceled.
    ShipmentCanceled = "shipping.shipment_canceled.v1", Shipping => [Orders] {
        pub order_id: OrderId,
        pub shipment_id: ShipmentId,
    }
    /// The cancellation came too late: the goods left the warehouse.
    CancelRefused = "shipping.cancel_refused.v1", Shipping => [Orders] {
        pub order_id: OrderId,
        pub shipment_id: ShipmentId,
    }
    /// Nothing personal of an erased order is left with its shipment: it keeps goods, weight, country and times.
    ShipmentOfOrderErased = "shipping.order_data_erased.v1", Shipping => [Orders] {
        pub order_id: OrderId,
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_unknown(seq: &u64) -> bool {
    *seq == 0
}
