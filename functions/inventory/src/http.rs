//! The HTTP API: wire bodies to domain types and back, rejections to problem documents.

mod adjustments;
mod movements;
mod stock;

pub use adjustments::AdjustmentRequest;
pub use movements::MovementView;
pub use stock::{StockItem, StockView};

use crate::domain::AdjustmentRefused;
use crate::domain::adjustment::InvalidAdjustment;
use crate::service::{AdjustError, Inventory};
use chassis::{Access, Problem, Route};

/// Every route of the capability.
pub fn routes() -> Vec<Route<Inventory>> {
    vec![
        Route::new("GET", "/v1/stock", Access::Staff, 200, "List all stock", stock::list),
        Route::new(
            "GET",
            "/v1/stock/{sku}",
            Access::Unauthenticated,
            200,
            "How much of a SKU is available",
            stock::get,
        ),
        Route::new(
            "POST",
            "/v1/stock/{sku}/adjustments",
            Access::Staff,
            201,
            "Receive or write off units (Idempotency-Key required)",
            adjustments::post,
        ),
        Route::new(
            "GET",
            "/v1/stock/{sku}/movements",
            Access::Staff,
            200,
            "List a SKU's receipts, adjustments and returns, newest first",
            movements::list,
        ),
        Route::document(
            "/v1/openapi/inventory.json",
            "This API as an OpenAPI document",
            include_str!("../openapi.json"),
        ),
    ]
}

impl From<InvalidAdjustment> for Problem {
    fn from(error: InvalidAdjustment) -> Self {
        let field = match error {
            InvalidAdjustment::Delta => "delta",
            InvalidAdjustment::Reason => "reason",
        };
        Self::invalid(field, format!("{error}."))
    }
}

impl From<AdjustError> for Problem {
    fn from(error: AdjustError) -> Self {
        let detail = format!("{error}.");
        match error {
            AdjustError::Refused(AdjustmentRefused::Insufficient { available }) => {
                Self::new(409, "insufficient_stock", detail).with("available", available)
            }
            AdjustError::Refused(AdjustmentRefused::TooMany) => Self::new(409, "too_much_stock", detail),
            AdjustError::Refused(AdjustmentRefused::KeyReused) => Self::new(422, "idempotency_key_reused", detail),
            AdjustError::Store(error) => error.into(),
        }
    }
}
