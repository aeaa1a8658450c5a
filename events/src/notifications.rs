//! Messages from `notifications`: that it has forgotten somebody. Refuses what it sent to whom.

use crate::ids::{OrderId, UserId};
use crate::message::messages;

messages! {
    /// No mail to this person is kept, and no address. Said once for each time it was asked.
    MailsOfUserErased = "notifications.user_data_erased.v1", Notifications => [Users] {
        pub user_id: UserId,
    }
    /// No mail about this order says any more whose it was. Said once for each time it was asked.
    MailsOfOrderErased = "notifications.order_data_erased.v1", Notifications => [Orders] {
        pub order_id: OrderId,
    }
}
