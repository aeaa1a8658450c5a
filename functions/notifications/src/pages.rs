//! What staff see of notifications: how many messages were given up, as a part of their start page. Refuses pages of its own.

use crate::service::Notifications;
use chassis::Route;

pub(crate) fn routes() -> Vec<Route<Notifications>> {
    vec![::pages::dead_letters("/staff/notifications/dead-letters"), ::pages::assets("/assets/notifications/{file}")]
}
