//! Messages to and from `users`, and the roles. Refuses credentials.

use crate::address::Contact;
use crate::ids::{SessionId, UserId};
use crate::message::messages;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Roles that a user can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Buys, and sees their own orders.
    Customer,
    /// Runs the shop: products, stock, orders, refunds.
    Staff,
    /// Gives roles to others, and may do what staff may.
    Admin,
}

impl Role {
    /// Whether it allows more than a customer may.
    pub const fn is_privileged(self) -> bool {
        !matches!(self, Self::Customer)
    }
}

messages! {
    /// A user signed up.
    UserRegistered = "users.user_registered.v1", Users => [Notifications] {
        pub user_id: UserId,
        pub contact: Contact,
    }
    /// An operator gives a role to a user, such as the first admin. The operator needs the permission to write to the queue.
    /// It names a user and not an address, which whoever signs up first with it would have, and its user has shown to read that address.
    GrantRole = "users.grant_role.v2", Users => [Users] {
        pub user_id: UserId,
        pub role: Role,
    }
    /// A session of a privileged user ended: it was signed out, or a used refresh token came back. Its access tokens count no more.
    SessionEnded = "users.session_ended.v1", Users => [Catalog, Inventory, Notifications, Orders, Payments, Shipping] {
        pub user_id: UserId,
        pub session_id: SessionId,
    }
    /// A privileged user lost a role, or signed out everywhere. The user's access tokens of earlier versions count no more.
    AccessChanged = "users.access_changed.v1", Users => [Catalog, Inventory, Notifications, Orders, Payments, Shipping] {
        pub user_id: UserId,
        /// The lowest `user_version` of an access token that counts.
        pub user_version: u64,
    }
}
