//! Messages to and from `users`, the roles and the permissions. Refuses credentials.

use crate::address::Contact;
use crate::ids::{SessionId, UserId};
use crate::message::messages;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

mod permission;

pub use permission::{Permission, Permissions, UnknownPermission};

/// Roles that a user can have. What each one allows is data of `users`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Buys, and sees their own orders.
    Customer,
    /// Helps buyers: orders, emails.
    Support,
    /// Packs and sends: shipments, stock.
    Fulfillment,
    /// Runs the catalogue: products, prices, taxes, shipping rates.
    Catalog,
    /// Looks after money: payments, refunds, the ledger.
    Finance,
    /// May do everything, also give roles to others.
    Admin,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Customer, Self::Support, Self::Fulfillment, Self::Catalog, Self::Finance, Self::Admin];

    /// The name, as in messages and the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Support => "support",
            Self::Fulfillment => "fulfillment",
            Self::Catalog => "catalog",
            Self::Finance => "finance",
            Self::Admin => "admin",
        }
    }

    /// The role of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

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
    GrantRole = "users.grant_role.v1", Users => [Users] {
        /// Email address of the user.
        pub email: String,
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
