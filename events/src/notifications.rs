//! Messages of `notifications` to itself: whom a SKU that is back is told, one by one. Refuses people: an alert's item has the address.

use crate::Sku;
use crate::ids::{StockAlertId, UserId};
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
    BackInStock = "notifications.back_in_stock.v1", Notifications => [Notifications] {
        pub alert_id: StockAlertId,
        pub sku: Sku,
        /// Whose alert it is; none of a guest's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub user_id: Option<UserId>,
    }
}
