//! The HTTP API of inventory: its routes, and the problem document of each rejection. Refuses decisions: those are the
//! service's.

mod adjustments;
mod movements;
mod stock;

pub(crate) use adjustments::adjust;
pub(crate) use movements::page_of as movements_page;
pub(crate) use stock::{Shortage, list_of as stock_list, page_of as stock_page};

use crate::domain::Rejection;
use crate::domain::stock::MAX_UNITS;
use crate::service::Inventory;
use chassis::{Access, Problem, Route};
use events::Capability;
use events::Sku;
use events::users::Permission::{StockRead, StockWrite};

const DOCUMENT: &str = include_str!("../openapi.json");

pub(crate) fn routes() -> Vec<Route<Inventory>> {
    use Access::{Needs, Unauthenticated};
    vec![
        Route::new("GET", "/v1/stock", Needs(StockRead), 200, "List all stock", stock::list)
            .named("listStock")
            .explained(
                "Units received, allocated (held or sold) and available of every SKU by pages, of those that are short, or of one.",
            ),
        Route::new("GET", "/v1/stock/{sku}", Unauthenticated, 200, "Get the availability of a SKU", stock::get)
            .named("getStockAvailability")
            .explained("Its level: in stock, low or out. Staff see its units in the list.")
            .variable::<Sku>("sku"),
        Route::new(
            "POST",
            "/v1/stock/{sku}/adjustments",
            Needs(StockWrite),
            201,
            "Receive or write off units",
            adjustments::create,
        )
        .named("adjustStock")
        .rechecked()
        .explained("Adds received units or takes off lost ones.")
        .variable::<Sku>("sku")
        .keyed()
        .refuses(&[
            (409, "insufficient_stock"),
            (409, "too_much_stock"),
            (422, "idempotency_key_reused"),
            (422, "invalid_field"),
        ]),
        Route::new(
            "GET",
            "/v1/stock/{sku}/movements",
            Needs(StockRead),
            200,
            "List a SKU's receipts, losses and returns, newest first",
            movements::list,
        )
        .named("listStockMovements")
        .explained("What orders took and gave back is not among them: reservations have that.")
        .variable::<Sku>("sku"),
        Route::audit("/v1/inventory/audit", "listInventoryAudit", Inventory::audit_log),
        Route::openapi(Capability::Inventory, DOCUMENT),
    ]
}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::InvalidDelta => Self::invalid("delta", format!("{rejection}.")),
            Rejection::InvalidReason => Self::invalid("reason", format!("{rejection}.")),
            Rejection::InsufficientStock { available } => {
                Self::new(409, "insufficient_stock", format!("Only {available} units are available."))
                    .with("available", available)
            }
            Rejection::TooMuchStock => {
                Self::new(409, "too_much_stock", format!("A SKU may have at most {MAX_UNITS} units."))
            }
            Rejection::IdempotencyKeyReused => {
                Self::new(422, "idempotency_key_reused", "This Idempotency-Key was used for a different adjustment.")
            }
        }
    }
}
