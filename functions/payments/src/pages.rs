//! The page of payments: the bank of the sandbox, where the customer confirms a payment. Refuses payments of every other provider, whose
//! bank has a page of its own.

mod challenge;
mod words;

use crate::service::Payments;
use chassis::Access::OptionalAuth;
use chassis::Route;

pub(crate) fn routes() -> Vec<Route<Payments>> {
    vec![
        ::pages::get("/payments/{id}/challenge", OptionalAuth, challenge::show),
        ::pages::post("/payments/{id}/challenge", OptionalAuth, challenge::answer),
        ::pages::assets("/assets/payments/{file}"),
    ]
}
