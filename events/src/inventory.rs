//! Messages to and from `inventory`: holds on stock, and stock levels.

use crate::ids::{OrderId, ReservationId, ReturnId};
use crate::message::messages;
use crate::sku::Sku;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// So many units of one SKU.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StockLine {
    /// What.
    pub sku: Sku,
    /// How many units, at least 1.
    pub quantity: u32,
}

/// A line that could not be held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MissingLine {
    /// What is missing.
    pub sku: Sku,
    /// How many units were asked for.
    pub requested: u32,
    /// How many were available.
    pub available: u32,
}

/// How much of a SKU is left, in three words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum StockLevel {
    /// More than the low-stock threshold.
    InStock,
    /// At or below the threshold.
    Low,
    /// None.
    Out,
}

messages! {
    /// Hold all lines for an order, or none.
    ReserveStock = "inventory.reserve_stock.v1", Orders => [Inventory] {
        /// For which order.
        pub order_id: OrderId,
        /// The hold to take.
        pub reservation_id: ReservationId,
        /// What to hold; lines of one SKU are summed.
        pub lines: Vec<StockLine>,
    }
    /// The held units are sold.
    CommitReservation = "inventory.commit_reservation.v1", Orders => [Inventory] {
        /// For which order.
        pub order_id: OrderId,
        /// Which hold.
        pub reservation_id: ReservationId,
    }
    /// Give the held or sold units back; a hold that is not known yet will be refused when it arrives.
    ReleaseReservation = "inventory.release_reservation.v1", Orders => [Inventory] {
        /// For which order.
        pub order_id: OrderId,
        /// Which hold.
        pub reservation_id: ReservationId,
    }
    /// Put returned goods back on the shelf.
    Restock = "inventory.restock.v1", Orders => [Inventory] {
        /// Of which order.
        pub order_id: OrderId,
        /// Of which hold.
        pub reservation_id: ReservationId,
        /// The return that brought them.
        pub return_id: ReturnId,
        /// What came back.
        pub lines: Vec<StockLine>,
    }
    /// All lines are held.
    StockReserved = "inventory.stock_reserved.v1", Inventory => [Orders] {
        /// For which order.
        pub order_id: OrderId,
        /// Which hold.
        pub reservation_id: ReservationId,
    }
    /// Nothing is held.
    StockRejected = "inventory.stock_rejected.v1", Inventory => [Orders] {
        /// For which order.
        pub order_id: OrderId,
        /// Which hold was asked for.
        pub reservation_id: ReservationId,
        /// The lines that fell short.
        pub missing: Vec<MissingLine>,
    }
    /// The held units are sold.
    ReservationCommitted = "inventory.reservation_committed.v1", Inventory => [Orders] {
        /// For which order.
        pub order_id: OrderId,
        /// Which hold.
        pub reservation_id: ReservationId,
    }
    /// The units are back, or were never held.
    ReservationReleased = "inventory.reservation_released.v1", Inventory => [Orders] {
        /// For which order.
        pub order_id: OrderId,
        /// Which hold.
        pub reservation_id: ReservationId,
    }
    /// Returned goods are available again.
    Restocked = "inventory.restocked.v1", Inventory => [Orders] {
        /// Of which order.
        pub order_id: OrderId,
        /// Which return.
        pub return_id: ReturnId,
    }
    /// The level of a SKU crossed a threshold. Advisory: a shown level may lag behind, a reservation never does.
    StockLevelChanged = "inventory.stock_level_changed.v1", Inventory => [Catalog, Notifications] {
        /// Which SKU.
        pub sku: Sku,
        /// Its level now.
        pub level: StockLevel,
        /// Number of the stock item's change; a receiver keeps the highest.
        pub seq: u64,
    }
}
