//! Messages to and from `users`, the roles and the permissions. Refuses credentials.

use crate::address::Contact;
use crate::ids::{SessionId, UserId};
use crate::message::messages;
use crate::{Language, Timestamp};
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

/// What changed about the credentials of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CredentialChange {
    /// The password: it was changed, or reset by mail.
    Password,
    /// The email address; the notice goes to the former one.
    Email,
    /// An authenticator app was added.
    SecondFactorAdded,
    /// An authenticator app was removed.
    SecondFactorRemoved,
    /// A passkey was added.
    PasskeyAdded,
    /// A passkey was removed.
    PasskeyRemoved,
    /// Recovery codes were made; earlier ones count no more.
    RecoveryCodesMade,
}

messages! {
    /// A user signed up.
    UserRegistered = "users.user_registered.v1", Users => [Notifications] {
        pub user_id: UserId,
        pub contact: Contact,
        /// The language that the user chose.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub language: Option<Language>,
    }
    /// The address, name or language of a user changed. Of two, the one with the higher `user_version` counts; signing up is version 1.
    ContactChanged = "users.contact_changed.v1", Users => [Notifications] {
        pub user_id: UserId,
        pub user_version: u64,
        pub contact: Contact,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub language: Option<Language>,
    }
    /// Somebody who has this token reads the mailbox of the user's address.
    EmailVerificationRequested = "users.email_verification_requested.v1", Users => [Notifications] {
        pub user_id: UserId,
        pub contact: Contact,
        /// Opens once, until `expires_at`.
        pub token: String,
        pub expires_at: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub language: Option<Language>,
    }
    /// Whoever has this token may set a new password.
    PasswordResetRequested = "users.password_reset_requested.v1", Users => [Notifications] {
        pub user_id: UserId,
        pub contact: Contact,
        /// Opens once, until `expires_at`.
        pub token: String,
        pub expires_at: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub language: Option<Language>,
    }
    /// A user wants another email address. The present and the new one each get a token, and both must come back.
    EmailChangeRequested = "users.email_change_requested.v1", Users => [Notifications] {
        pub user_id: UserId,
        /// The address that this mail goes to.
        pub contact: Contact,
        /// Whether that is the new address.
        pub is_new: bool,
        /// Opens once, until `expires_at`.
        pub token: String,
        pub expires_at: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub language: Option<Language>,
    }
    /// The notice to a user whose credentials changed, so that somebody else's change does not stay unseen.
    CredentialsChanged = "users.credentials_changed.v1", Users => [Notifications] {
        pub user_id: UserId,
        /// Of a changed email address, the former one.
        pub contact: Contact,
        pub change: CredentialChange,
        pub at: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub language: Option<Language>,
    }
    /// A user has shown to read the mailbox of their address. The orders of that guest are the user's.
    EmailVerified = "users.email_verified.v1", Users => [Orders] {
        pub user_id: UserId,
        /// Pseudonym of the mailbox under the key that users and orders share.
        pub guest: String,
        /// Pseudonym of exactly the verified address under that key: a mailbox may have others, with something after a plus sign. Nobody's
        /// orders change hands without it; earlier versions do not say it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub address: Option<String>,
    }
    /// An operator gives a role to a user, such as the first admin. The operator needs the permission to write to the queue.
    /// It names a user and not an address, which whoever signs up first with it would have, and its user has shown to read that address.
    GrantRole = "users.grant_role.v2", Users => [Users] {
        pub user_id: UserId,
        pub role: Role,
    }
    /// A session of a privileged user ended: it was signed out, or a used refresh token came back. Its access tokens count no more. A
    /// machine's key has one session, which is its maker's and ends with the key.
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
    /// A person wants to be forgotten, and this capability has done so. Whoever keeps something by the person's id erases it, and answers
    /// each time. May come again at any time, such as after a table was restored.
    UserErased = "users.user_erased.v1", Users => [Carts, Notifications, Orders] {
        pub user_id: UserId,
        /// When the person asked for it.
        pub erased_at: Timestamp,
    }
    /// The last words to a person who was erased. Whoever sends them forgets the address.
    AccountErased = "users.account_erased.v1", Users => [Notifications] {
        pub user_id: UserId,
        /// The address that the account had.
        pub contact: Contact,
        pub at: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub language: Option<Language>,
    }
    /// An operator has a person erased once more, whose data came back with a restored table.
    EraseUser = "users.erase_user.v1", Users => [Users] {
        pub user_id: UserId,
    }
}
