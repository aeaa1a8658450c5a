//! The pages of payments: the bank of the sandbox, where a customer confirms a payment, and the pages for staff. Refuses, as a bank,
//! payments of every other provider, whose bank has a page of its own; and to staff what the API refuses them.

mod challenge;
mod staff;
mod words;

use crate::service::Payments;
use chassis::Access::OptionalAuth;
use chassis::Route;

pub(crate) fn routes() -> Vec<Route<Payments>> {
    let mut routes = vec![
        ::pages::get("/payments/{id}/challenge", OptionalAuth, challenge::show),
        ::pages::post("/payments/{id}/challenge", OptionalAuth, challenge::answer),
    ];
    routes.extend(staff::routes());
    routes.push(::pages::dead_letters("/staff/payments/dead-letters"));
    routes.push(::pages::assets("/assets/payments/{file}"));
    routes
}
