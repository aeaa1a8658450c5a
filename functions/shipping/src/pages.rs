//! The pages of shipping: the third step of the checkout, where its visitor chooses how the goods come, the warehouse and the carrier of a
//! shop to try out, and what staff pack and send by. Refuses to know who the visitor is, unless it is staff: the signed quote says what is
//! sent where, and the id of a shipment opens its part of the order's page. An expired session is renewed on the way all the same, or the
//! page could not show its header.

mod delivery;
mod demo;
mod envelope;
mod staff;
mod words;

use crate::service::Shipping;
use chassis::Access::{OptionalAuth, Unauthenticated};
use chassis::Route;

pub(crate) fn routes() -> Vec<Route<Shipping>> {
    let of_visitors = vec![
        ::pages::get("/checkout/delivery", Unauthenticated, delivery::start_again),
        ::pages::post("/checkout/delivery", OptionalAuth, delivery::choose),
        Route::fragment("/fragments/shipments/{id}", OptionalAuth, demo::show),
        ::pages::get("/shipments/{id}/demo", OptionalAuth, demo::page),
        ::pages::post("/shipments/{id}/demo", OptionalAuth, demo::play),
        ::pages::dead_letters("/staff/shipping/dead-letters"),
        ::pages::assets("/assets/shipping/{file}"),
    ];
    of_visitors.into_iter().chain(staff::routes()).collect()
}
