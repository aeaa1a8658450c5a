//! Messages from `notifications`: what it lacks. Refuses what it sent to whom.

use crate::ids::UserId;
use crate::message::messages;

messages! {
    /// An email to this user waits, and no address is known. Answered with `users.contact_changed.v1` of the user's present version, or with
    /// nothing if there is no such user.
    ContactRequested = "notifications.contact_requested.v1", Notifications => [Users] {
        pub user_id: UserId,
    }
}
