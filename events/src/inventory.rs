//! Messages to and from `inventory`: reservations of stock, and stock levels. Refuses places: there is one warehouse.

use crate::ids::{OrderId, ReservationId, ReturnId};
use crate::message::messages;
use crate::sku::Sku;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A number of units of one SKU.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs)]
pub struct StockLine {
    pub sku: Sku,
    /// Units, at least 1.
    pub quantity: u32,
}

/// A line for which there is not enough stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs)]
pub struct MissingLine {
    pub sku: Sku,
    /// Units that the order asked for.
    pub requested: u32,
    /// Units that were available.
    pub available: u32,
}

/// Stock level of a SKU, as shoppers see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StockLevel {
    /// More than the low-stock threshold.
    InStock,
    /// At or below the threshold.
    Low,
    /// No unit is available.
    Out,
}

messages! {
    /// Reserve all lines of an order, or none.
    ReserveStock = "inventory.reserve_stock.v1", Orders => [Inventory] {
        pub order_id: OrderId,
        pub reservation_id: ReservationId,
        /// Lines of one SKU are added up.
        pub lines: Vec<StockLine>,
    }
    /// Commit the reservation: its units are sold.
    CommitReservation = "inventory.commit_reservation.v1", Orders => [Inventory] {
        pub order_id: OrderId,
        pub reservation_id: ReservationId,
    }
    /// Release the reserved or sold units. An unknown reservation is remembered as released, and refused when it comes.
    ReleaseReservation = "inventory.release_reservation.v1", Orders => [Inventory] {
        pub order_id: OrderId,
        pub reservation_id: ReservationId,
    }
    /// Put returned goods back into stock.
    Restock = "inventory.restock.v1", Orders => [Inventory] {
        pub order_id: OrderId,
        pub reservation_id: ReservationId,
        pub return_id: ReturnId,
        pub lines: Vec<StockLine>,
    }
    /// All lines are reserved.
    StockReserved = "inventory.stock_reserved.v1", Inventory => [Orders] {
        pub order_id: OrderId,
        pub reservation_id: ReservationId,
    }
    /// Nothing is reserved, because some lines fell short.
    StockRejected = "inventory.stock_rejected.v1", Inventory => [Orders] {
        pub order_id: OrderId,
        pub reservation_id: ReservationId,
        /// The lines that fell short.
        pub missing: Vec<MissingLine>,
    }
    /// The reserved units are sold.
    ReservationCommitted = "inventory.reservation_committed.v1", Inventory => [Orders] {
        pub order_id: OrderId,
        pub reservation_id: ReservationId,
    }
    /// The units are available again. An unknown reservation is remembered as released.
    ReservationReleased = "inventory.reservation_released.v1", Inventory => [Orders] {
        pub order_id: OrderId,
        pub reservation_id: ReservationId,
    }
    /// Returned goods are available again.
    Restocked = "inventory.restocked.v1", Inventory => [Orders] {
        pub order_id: OrderId,
        pub return_id: ReturnId,
    }
    /// The level of a SKU crossed a threshold. Advisory: the level that is shown may lag behind, a reservation never does.
    StockLevelChanged = "inventory.stock_level_changed.v1", Inventory => [Catalog, Notifications] {
        pub sku: Sku,
        pub level: StockLevel,
        /// Number of the stock item's change. A receiver keeps the level with the highest.
        pub seq: u64,
    }
    /// A SKU of which nothing was available has units again. It may be sold out once more when this is read.
    BackInStock = "inventory.back_in_stock.v1", Inventory => [Notifications] {
        pub sku: Sku,
        /// Units that an order may take.
        pub available: u32,
        /// Number of the stock item's change.
        pub seq: u64,
    }
}
