//! What a member of staff may do, one permission for each kind of work, and sets of them as access tokens carry them. Refuses to know
//! which role has which: that is data of `users`.

use schemars::JsonSchema;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

macro_rules! permissions {
    ($($(#[doc = $doc:literal])+ $name:ident = $text:literal,)+) => {
        /// A kind of work that only those may do who have the permission for it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        pub enum Permission {
            $($(#[doc = $doc])+ #[serde(rename = $text)] $name,)+
        }

        impl Permission {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The text form, as in a token's `scope`.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)+
                }
            }
        }
    };
}

permissions! {
    /// Sees all orders with their notes, and the sales.
    OrdersRead = "orders.read",
    /// Cancels, redrives and annotates orders, and makes new links for guests.
    OrdersWrite = "orders.write",
    /// Sees all payments.
    PaymentsRead = "payments.read",
    /// Gives money back.
    RefundsWrite = "refunds.write",
    /// Sees the ledger and the money of each day.
    LedgerRead = "ledger.read",
    /// Changes products, categories, tax rates and legal pages.
    CatalogWrite = "catalog.write",
    /// Sees units in stock and their movements.
    StockRead = "stock.read",
    /// Receives and writes off units.
    StockWrite = "stock.write",
    /// Sees what is to pack, and what was sent.
    ShipmentsRead = "shipments.read",
    /// Records what left and what arrived, and corrects it.
    ShipmentsWrite = "shipments.write",
    /// Changes zones, services and rates of shipping.
    ShippingWrite = "shipping.write",
    /// Sees all users and their sessions.
    UsersRead = "users.read",
    /// Ends sessions of others, and disables accounts.
    UsersWrite = "users.write",
    /// Gives and takes roles.
    RolesWrite = "roles.write",
    /// Makes and ends keys for machines.
    ApiKeysWrite = "api_keys.write",
    /// Sees the emails that were sent or refused.
    NotificationsRead = "notifications.read",
    /// Sends emails again.
    NotificationsWrite = "notifications.write",
    /// Sees who changed what.
    AuditRead = "audit.read",
    /// Sees alarms, and how many messages were set aside.
    OperationsRead = "operations.read",
}

impl Permission {
    /// Whether a machine's key may have it. What makes others mightier, or takes their accounts, is for people alone: they show a second
    /// factor, and answer for it.
    pub const fn is_for_machines(self) -> bool {
        !matches!(self, Self::UsersWrite | Self::RolesWrite | Self::ApiKeysWrite)
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// There is no permission of this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be a permission, such as orders.read")]
pub struct UnknownPermission;

impl FromStr for Permission {
    type Err = UnknownPermission;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.iter().copied().find(|permission| permission.name() == text).ok_or(UnknownPermission)
    }
}

/// A set of permissions. Its text form is a scope (RFC 9068): the names in their order, parted by spaces.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Permissions(u32);

impl Permissions {
    /// Nothing: what a customer has.
    pub const NONE: Self = Self(0);

    /// Every permission there is.
    pub fn all() -> Self {
        Permission::ALL.iter().copied().collect()
    }

    /// What a machine's key may have at most.
    pub fn of_machines() -> Self {
        Permission::ALL.iter().copied().filter(|permission| permission.is_for_machines()).collect()
    }

    /// Whether this one is among them.
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & bit(permission) != 0
    }

    /// Whether all of the others are among them.
    pub const fn covers(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }

    /// Whether there are none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// These and the others.
    #[must_use]
    pub const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Those that are also among the others.
    #[must_use]
    pub const fn shared(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    /// Each of them, in the order of their declaration.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |permission| self.contains(*permission))
    }
}

const fn bit(permission: Permission) -> u32 {
    1 << permission as u32
}

impl From<Permission> for Permissions {
    fn from(permission: Permission) -> Self {
        Self(bit(permission))
    }
}

impl FromIterator<Permission> for Permissions {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        permissions.into_iter().fold(Self::NONE, |set, permission| set.and(permission.into()))
    }
}

impl fmt::Display for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.iter().map(Permission::name).collect();
        f.write_str(&names.join(" "))
    }
}

impl FromStr for Permissions {
    type Err = Infallible;

    /// A name that is not known here allows nothing here: the token may come from a later version.
    fn from_str(scope: &str) -> Result<Self, Self::Err> {
        Ok(scope.split(' ').filter_map(|name| name.parse::<Permission>().ok()).collect())
    }
}

impl Serialize for Permissions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Permissions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_is_read_from_the_name_that_it_is_written_by() {
        for permission in Permission::ALL {
            assert_eq!(permission.name().parse(), Ok(*permission));
            assert_eq!(serde_json::to_value(permission).unwrap(), permission.name());
        }
        assert_eq!("orders.reads".parse::<Permission>(), Err(UnknownPermission));
    }

    #[test]
    fn a_scope_is_the_names_and_what_it_names_besides_allows_nothing() {
        let two = Permissions::from_iter([Permission::RefundsWrite, Permission::OrdersRead]);
        assert_eq!(two.to_string(), "orders.read refunds.write");
        assert_eq!("orders.read orders.fly refunds.write".parse(), Ok(two));
        assert_eq!("".parse(), Ok(Permissions::NONE));
        assert_eq!(serde_json::from_str::<Permissions>("\"orders.read refunds.write\"").unwrap(), two);
        assert_eq!(serde_json::to_value(Permissions::all()).unwrap().as_str().unwrap().split(' ').count(), 19);
    }

    #[test]
    fn a_set_covers_what_is_in_it_and_nothing_else() {
        let two = Permissions::from_iter([Permission::RefundsWrite, Permission::OrdersRead]);
        assert!(two.contains(Permission::OrdersRead) && !two.contains(Permission::OrdersWrite));
        assert!(two.covers(Permission::OrdersRead.into()) && two.covers(Permissions::NONE) && two.covers(two));
        assert!(!two.covers(Permissions::all()) && Permissions::all().covers(two));
        assert!(Permissions::NONE.is_empty() && !two.is_empty());
        assert_eq!(two.shared(Permission::OrdersRead.into()), Permission::OrdersRead.into());
        assert!(two.shared(Permission::OrdersWrite.into()).is_empty());
    }

    #[test]
    fn no_machine_may_give_rights_or_take_accounts() {
        let people: Permissions =
            [Permission::UsersWrite, Permission::RolesWrite, Permission::ApiKeysWrite].into_iter().collect();
        assert!(Permissions::of_machines().shared(people).is_empty());
        assert_eq!(Permissions::of_machines().and(people), Permissions::all());
    }
}
