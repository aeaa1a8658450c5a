//! Messages to and from `users`, and the roles. Refuses credentials.

use crate::address::Contact;
use crate::ids::UserId;
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

messages! {
    /// A user signed up.
    UserRegistered = "users.user_registered.v1", Users => [Notifications] {
        pub user_id: UserId,
        pub contact: Contact,
    }
    /// An operator gives a role to a user, such as the first admin. The operator needs the permission to write to the queue.
    GrantRole = "users.grant_role.v1", Users => [Users] {
        /// Email address of the user.
        pub email: String,
        pub role: Role,
    }
}
