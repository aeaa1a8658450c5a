//! Messages to and from `users`.

use crate::address::Contact;
use crate::ids::UserId;
use crate::message::messages;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Shops.
    Customer,
    /// Runs the shop.
    Staff,
    /// Says who is staff.
    Admin,
}

messages! {
    /// Somebody signed up.
    UserRegistered = "users.user_registered.v1", Users => [Notifications] {
        /// Who.
        pub user_id: UserId,
        /// How to reach them.
        pub contact: Contact,
    }
    /// An operator gives a role to an account; how the first admin comes to be. Only who may write to the queue can say it.
    GrantRole = "users.grant_role.v1", Users => [Users] {
        /// Whose.
        pub email: String,
        /// Which.
        pub role: Role,
    }
}
