//! The pages of carts: the cart, what its forms are sent to, and the link in the header that counts. Refuses titles and prices:
//! catalog's part of the page shows them, and without it the page shows SKUs.

mod badge;
mod cart;
mod lines;
mod reminder;
mod visitor;
mod words;

use crate::service::Carts;
use chassis::Access::{Customer, OptionalAuth};
use chassis::Route;

pub(crate) fn routes() -> Vec<Route<Carts>> {
    vec![
        ::pages::get("/cart", OptionalAuth, cart::show),
        ::pages::post("/cart/lines", OptionalAuth, lines::add),
        ::pages::post("/cart/lines/{sku}", OptionalAuth, lines::set),
        ::pages::post("/cart/reminder", Customer, reminder::set),
        Route::fragment("/fragments/cart", OptionalAuth, badge::show),
        ::pages::dead_letters("/staff/carts/dead-letters"),
        ::pages::assets("/assets/carts/{file}"),
    ]
}
