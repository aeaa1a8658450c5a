//! The HTTP side of notifications: its routes.

pub mod notifications;

use crate::Notifications;
use chassis::{Access, Route};

/// All routes of notifications.
pub fn routes() -> Vec<Route<Notifications>> {
    vec![
        Route::new(
            "GET",
            "/v1/notifications",
            Access::Staff,
            200,
            "List what was told about an order",
            notifications::list,
        ),
        Route::document(
            "/v1/openapi/notifications.json",
            "This capability's OpenAPI document",
            include_str!("../openapi.json"),
        ),
    ]
}
