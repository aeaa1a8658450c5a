//! The pages of notifications, all of them staff's: the emails of an order, those that wait for staff, an email as it was written, and what
//! the shop writes. Refuses rules of its own: each button is a request of the API.

mod act;
mod email;
mod list;
mod parts;
mod row;
mod templates;
mod words;

use crate::service::Notifications;
use chassis::Access::Staff;
use chassis::Route;

pub(crate) fn routes() -> Vec<Route<Notifications>> {
    vec![
        ::pages::get("/staff/notifications", Staff, list::list),
        Route::fragment("/staff/notifications/summary", Staff, parts::summary),
        Route::fragment("/staff/notifications/of/{id}", Staff, parts::of_order),
        ::pages::get("/staff/notifications/templates", READ, templates::list),
        ::pages::get("/staff/notifications/templates/{kind}", READ, templates::preview),
        ::pages::get("/staff/notifications/templates/{kind}/html", READ, templates::as_html),
        ::pages::post("/staff/notifications/templates/{kind}/test", WRITE, templates::test)
            .named("testNotificationTemplate")
            .rechecked(),
        ::pages::get("/staff/notifications/{id}", Staff, email::page),
        ::pages::post("/staff/notifications/{id}/resend", Staff, act::resend).named("resendNotification").rechecked(),
        ::pages::dead_letters("/staff/notifications/dead-letters"),
        ::pages::assets("/assets/notifications/{file}"),
    ]
}
