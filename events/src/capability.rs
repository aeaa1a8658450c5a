//! The closed list of business capabilities. A capability's name is also the name of its crate, binary, template and queue,
//! and the prefix of its message types. Refuses the shared libraries, which are no capabilities.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A business capability: one function crate, one table, one inbox queue, one stack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum Capability {
    Users,
    Catalog,
    Inventory,
    Carts,
    Orders,
    Payments,
    Shipping,
    Notifications,
}

impl Capability {
    /// Every capability, in the order in which a shopper meets them.
    pub const ALL: [Self; 8] = [
        Self::Users,
        Self::Catalog,
        Self::Inventory,
        Self::Carts,
        Self::Orders,
        Self::Payments,
        Self::Shipping,
        Self::Notifications,
    ];

    /// The one name used for the crate, the binary, the template and the queue.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Catalog => "catalog",
            Self::Inventory => "inventory",
            Self::Carts => "carts",
            Self::Orders => "orders",
            Self::Payments => "payments",
            Self::Shipping => "shipping",
            Self::Notifications => "notifications",
        }
    }

    /// The capability of that name, if there is one.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|c| c.name() == name)
    }
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
