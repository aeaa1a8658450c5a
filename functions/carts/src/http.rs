//! The HTTP API: wire bodies to domain types and back, rejections to problem documents.

mod carts;
mod lines;

pub use carts::{CartView, LineView, MergeRequest};
pub use lines::LineRequest;

use crate::domain::{CartRefused, InvalidQuantity};
use crate::service::{Asked, CartError, Carts};
use chassis::{Access, Call, Problem, Route};

/// Every route of the capability.
pub fn routes() -> Vec<Route<Carts>> {
    vec![
        Route::new(
            "POST",
            "/v1/carts",
            Access::OptionalAuth,
            201,
            "Open a guest's cart, or the caller's own",
            carts::post,
        ),
        Route::new("GET", "/v1/carts/{id}", Access::OptionalAuth, 200, "See a cart", carts::get),
        Route::new(
            "PUT",
            "/v1/carts/{id}/lines/{sku}",
            Access::OptionalAuth,
            200,
            "Set the units of a SKU",
            lines::put,
        ),
        Route::new("DELETE", "/v1/carts/{id}/lines/{sku}", Access::OptionalAuth, 200, "Take a SKU out", lines::delete),
        Route::new(
            "POST",
            "/v1/carts/{id}/merge",
            Access::Customer,
            200,
            "Take a guest's cart over into the caller's own",
            carts::merge,
        ),
        Route::document("/v1/openapi/carts.json", "This API as an OpenAPI document", include_str!("../openapi.json")),
    ]
}

fn asked<B, Q>(call: &Call<B, Q>) -> Asked {
    // Nobody counts a cart's changes from outside: its seq only guards its own writes.
    Asked { user: call.caller.user(), now: call.now, cause: call.cause(0) }
}

impl From<InvalidQuantity> for Problem {
    fn from(error: InvalidQuantity) -> Self {
        Self::invalid("quantity", format!("{error}."))
    }
}

impl From<CartError> for Problem {
    fn from(error: CartError) -> Self {
        let detail = format!("{error}.");
        match error {
            CartError::Refused(CartRefused::NotFound) => Self::not_found(),
            CartError::Refused(CartRefused::Merged) => Self::new(409, "cart_merged", detail),
            CartError::Refused(CartRefused::Full) => Self::new(409, "cart_full", detail),
            CartError::Store(error) => error.into(),
            CartError::Busy => Self::unavailable(),
        }
    }
}
