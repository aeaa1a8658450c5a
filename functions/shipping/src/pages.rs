//! The page of shipping: the third step of the checkout, where its visitor chooses how the goods come. Refuses to know who that is: the
//! signed quote says what is sent where. An expired session is renewed on the way all the same, or the page could not show its header.

mod delivery;
mod words;

use crate::service::Shipping;
use chassis::Access::{OptionalAuth, Unauthenticated};
use chassis::Route;

pub(crate) fn routes() -> Vec<Route<Shipping>> {
    vec![
        ::pages::get("/checkout/delivery", Unauthenticated, delivery::start_again),
        ::pages::post("/checkout/delivery", OptionalAuth, delivery::choose),
        ::pages::assets("/assets/shipping/{file}"),
    ]
}
