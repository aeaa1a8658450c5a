//! The page of shipping: the third step of the checkout, where its visitor chooses how the goods come. Refuses to know who that is: the
//! signed quote says what is sent where.

mod delivery;
mod words;

use crate::service::Shipping;
use chassis::Access::Unauthenticated;
use chassis::Route;

pub(crate) fn routes() -> Vec<Route<Shipping>> {
    vec![
        ::pages::get("/checkout/delivery", Unauthenticated, delivery::start_again),
        ::pages::post("/checkout/delivery", Unauthenticated, delivery::choose),
        ::pages::assets("/assets/shipping/{file}"),
    ]
}
