//! The HTTP API: routes, and the one place where a refusal becomes a problem document.

pub mod challenge;
pub mod ledger;
pub mod payments;
pub mod refunds;

use crate::domain::Rejection;
use crate::service::Payments;
use chassis::{Access, Problem, Route};

/// Every route of payments.
pub fn routes() -> Vec<Route<Payments>> {
    vec![
        Route::new("GET", "/v1/payments", Access::Customer, 200, "List an order's payments", payments::list),
        Route::new("GET", "/v1/payments/{id}", Access::Customer, 200, "Read a payment", payments::read),
        Route::new(
            "GET",
            "/v1/payments/{id}/transactions",
            Access::Staff,
            200,
            "List a payment's transactions, oldest first",
            payments::transactions,
        ),
        Route::new(
            "POST",
            "/v1/payments/{id}/refunds",
            Access::Staff,
            202,
            "Refund captured money; takes an Idempotency-Key",
            refunds::create,
        ),
        Route::new("GET", "/v1/ledger/balances", Access::Staff, 200, "Read the ledger's balances", ledger::balances),
        Route::new(
            "POST",
            "/v1/sandbox/payments/{id}/challenge",
            Access::OptionalAuth,
            200,
            "Answer the sandbox's 3-D Secure challenge; not on a production stage",
            challenge::answer,
        ),
        Route::document(
            "/v1/openapi/payments.json",
            "This capability's OpenAPI document",
            include_str!("../openapi.json"),
        ),
    ]
}

/// For a log that cannot be: ours to repair, not the caller's.
fn corrupt(rejection: &Rejection) -> Problem {
    tracing::error!(%rejection, "payment");
    Problem::internal()
}
