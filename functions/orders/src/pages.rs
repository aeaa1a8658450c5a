//! The pages of orders: the last step of the checkout, an order that moves by itself, a visitor's orders, and staff's. Refuses decisions: those
//! are the service's.

mod actions;
mod bill;
mod checkout;
mod list;
mod methods;
mod order;
mod personal_data;
mod saga;
mod shown;
mod staff;
mod visitor;
mod words;

use crate::service::Orders;
use ::pages::{assets, dead_letters, get, post};
use chassis::Route;
use events::users::Permission::{OrdersRead, OrdersWrite};

pub(crate) fn routes() -> Vec<Route<Orders>> {
    use chassis::Access::{Needs, OptionalAuth, Unauthenticated};
    vec![
        get("/checkout/payment", Unauthenticated, checkout::back_to_cart),
        post("/checkout/payment", OptionalAuth, checkout::review),
        post("/orders", OptionalAuth, checkout::place),
        get("/orders", OptionalAuth, list::list),
        get("/orders/{id}", OptionalAuth, order::page),
        post("/orders/{id}/payment", OptionalAuth, actions::pay).named("payOrder").rechecked(),
        post("/orders/{id}/cancellation", OptionalAuth, actions::cancel).named("cancelOrder").rechecked(),
        post("/orders/{id}/personal-data", OptionalAuth, personal_data::erase)
            .named("eraseOrderPersonalData")
            .rechecked(),
        Route::fragment("/fragments/orders/{id}", OptionalAuth, order::progress),
        Route::fragment("/fragments/orders/{id}/saga", OptionalAuth, saga::drawing),
        get("/staff/orders", Needs(OrdersRead), staff::list::list),
        Route::fragment("/staff/orders/summary", Needs(OrdersRead), staff::summary::part),
        get("/staff/orders/sales", Needs(OrdersRead), staff::sales::show),
        get("/staff/orders/sales.csv", Needs(OrdersRead), staff::sales::download),
        Route::fragment("/staff/orders/of/{id}", Needs(OrdersRead), staff::of_user::part),
        get("/staff/orders/{id}", Needs(OrdersRead), staff::order::page),
        post("/staff/orders/{id}/cancellation", Needs(OrdersWrite), staff::act::cancel)
            .named("cancelOrder")
            .rechecked(),
        post("/staff/orders/{id}/redrive", Needs(OrdersWrite), staff::act::redrive).named("redriveOrder").rechecked(),
        post("/staff/orders/{id}/notes", Needs(OrdersWrite), staff::notes::add)
            .named("addOrderNote")
            .rechecked()
            .multi_line(&["text"]),
        dead_letters("/staff/orders/dead-letters"),
        assets("/assets/orders/{file}"),
    ]
}
