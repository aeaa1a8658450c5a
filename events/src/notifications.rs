//! Messages from `notifications`: to itself, who is told of a SKU that is back, one by one; to others, that it has forgotten somebody, and
//! what it lacks. Refuses what it sent to whom, and addresses: an alert's item has one.

use crate::Sku;
use crate::ids::{OrderId, StockAlertId, UserId};
use crate::message::messages;

messages! {
    /// More people wait for a SKU that is back than one message tells: this one tells those that follow.
    StockAlertsDue = "notifications.stock_alerts_due.v1", Notifications => [Notifications] {
        pub sku: Sku,
        /// Number of the stock item's change.
        pub seq: u64,
        /// The last alert that was told.
        pub after: StockAlertId,
    }
    /// Somebody waits for a SKU that is back.
    StockAlertDue = "notifications.back_in_stock.v1", Notifications => [Notifications] {
        pub alert_id: StockAlertId,
        pub sku: Sku,
        /// Whose alert it is; none of a guest's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub user_id: Option<UserId>,
    }
    /// No mail to this person is kept, and no address. Said once for each time it was asked.
    MailsOfUserErased = "notifications.user_data_erased.v1", Notifications => [Users] {
        pub user_id: UserId,
    }
    /// No mail about this order says any more whose it was. Said once for each time it was asked.
    MailsOfOrderErased = "notifications.order_data_erased.v1", Notifications => [Orders] {
        pub order_id: OrderId,
    }
    /// An email to this user waits, and no address is known. Answered with `users.contact_changed.v1` of the user's present version, or with
    /// nothing if there is no such user.
    ContactRequested = "notifications.contact_requested.v1", Notifications => [Users] {
        pub user_id: UserId,
    }
}
