//! The HTTP API: its routes. No request of notifications is rejected by the domain.

mod notifications;

use crate::service::Notifications;
use chassis::{Access, Route};
use events::Capability;

pub(crate) fn routes() -> Vec<Route<Notifications>> {
    vec![
        Route::new(
            "GET",
            "/v1/notifications",
            Access::Staff,
            200,
            "List the notifications about an order, oldest first",
            notifications::list,
        )
        .named("listNotifications")
        .explained("Which emails about the order were sent, when, and which failed. Their text is not kept."),
        Route::openapi(Capability::Notifications, include_str!("../openapi.json")),
    ]
}
