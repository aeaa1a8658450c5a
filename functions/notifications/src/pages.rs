//! The pages of notifications, all of them staff's: the emails of an order, those that wait for staff, an email as it was written. Refuses
//! rules of its own: each button is a request of the API.

mod act;
mod email;
mod list;
mod parts;
mod row;
mod words;

use crate::service::Notifications;
use chassis::Access::Staff;
use chassis::Route;

pub(crate) fn routes() -> Vec<Route<Notifications>> {
    vec![
        ::pages::get("/staff/notifications", Staff, list::list),
        Route::fragment("/staff/notifications/summary", Staff, parts::summary),
        Route::fragment("/staff/notifications/of/{id}", Staff, parts::of_order),
        Route::fragment("/staff/notifications/of-user/{id}", Staff, parts::of_user),
        ::pages::get("/staff/notifications/{id}", Staff, email::page),
        ::pages::post("/staff/notifications/{id}/resend", Staff, act::resend).named("resendNotification").rechecked(),
        ::pages::dead_letters("/staff/notifications/dead-letters"),
        ::pages::assets("/assets/notifications/{file}"),
    ]
}
