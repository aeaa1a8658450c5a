//! The pages of notifications. Staff's: the emails of an order, those that wait for staff, an email as it was written, and what the shop
//! writes. Everybody's: to be told when a SKU is back. Of whoever got an email: where such emails are refused. Refuses rules of its own: each
//! button is a request of the API.

mod act;
mod email;
mod list;
mod mailbox;
mod own_alerts;
mod parts;
mod row;
mod stock_alerts;
mod templates;
mod unsubscribe;
mod words;

use crate::service::Notifications;
use chassis::Access::{Customer, OptionalAuth, Unauthenticated};
use chassis::{Access, Route};
use events::users::Permission;

/// Access of those who see emails.
const READ: Access = Access::Needs(Permission::NotificationsRead);
/// Access of those who send them again.
const WRITE: Access = Access::Needs(Permission::NotificationsWrite);

pub(crate) fn routes() -> Vec<Route<Notifications>> {
    vec![
        ::pages::get("/stock-alerts", OptionalAuth, stock_alerts::show),
        ::pages::post("/stock-alerts", OptionalAuth, stock_alerts::wait),
        ::pages::get("/stock-alerts/{token}", Unauthenticated, stock_alerts::show_link),
        ::pages::post("/stock-alerts/{token}", Unauthenticated, stock_alerts::confirm),
        ::pages::get("/account/notifications", Customer, own_alerts::show),
        ::pages::post("/account/notifications", Customer, own_alerts::change),
        ::pages::get("/staff/notifications", READ, list::list),
        Route::fragment("/staff/notifications/summary", READ, parts::summary),
        Route::fragment("/staff/notifications/of/{id}", READ, parts::of_order),
        Route::fragment("/staff/notifications/of-user/{id}", READ, parts::of_user),
        ::pages::get("/staff/notifications/templates", READ, templates::list),
        ::pages::get("/staff/notifications/templates/{kind}", READ, templates::preview),
        ::pages::get("/staff/notifications/templates/{kind}/html", READ, templates::as_html),
        ::pages::post("/staff/notifications/templates/{kind}/test", WRITE, templates::test)
            .named("testNotificationTemplate")
            .rechecked(),
        ::pages::get("/staff/notifications/mailboxes", READ, mailbox::page),
        ::pages::post("/staff/notifications/mailboxes", READ, mailbox::search).named("searchSuppressions").rechecked(),
        ::pages::post("/staff/notifications/mailboxes/lift", WRITE, mailbox::lift).named("liftSuppression").rechecked(),
        ::pages::get("/staff/notifications/{id}", READ, email::page),
        ::pages::post("/staff/notifications/{id}/resend", WRITE, act::resend).named("resendNotification").rechecked(),
        ::pages::get("/unsubscribe/{token}", Access::Unauthenticated, unsubscribe::show),
        ::pages::post("/unsubscribe/{token}", Access::Unauthenticated, unsubscribe::choose),
        ::pages::dead_letters("/staff/notifications/dead-letters"),
        ::pages::assets("/assets/notifications/{file}"),
    ]
}
