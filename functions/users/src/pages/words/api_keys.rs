//! The words of staff's pages about keys for machines, and of each permission that a key may have.

use ::pages::Phrase;
use events::users::Permission;
use serde::Deserialize;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct ApiKeyWords {
    pub title: Phrase,
    pub lead: Phrase,
    pub caption: Phrase,
    pub none: Phrase,
    pub none_hint: Phrase,
    pub name: Phrase,
    pub name_hint: Phrase,
    pub status: Phrase,
    pub active: Phrase,
    pub expired: Phrase,
    pub ended: Phrase,
    pub may: Phrase,
    pub maker: Phrase,
    pub made: Phrase,
    pub expires: Phrase,
    pub used: Phrase,
    pub never: Phrase,
    pub id: Phrase,
    pub secret_made: Phrase,
    pub previous: Phrase,
    pub make: Phrase,
    pub make_hint: Phrase,
    pub lasts: Phrase,
    /// With `{days}`.
    pub days: Phrase,
    pub none_chosen: Phrase,
    pub bad_time: Phrase,
    pub exceeded: Phrase,
    /// With `{most}`.
    pub full: Phrase,
    pub secret: Phrase,
    pub secret_hint: Phrase,
    pub secret_kept: Phrase,
    pub rotate: Phrase,
    pub rotate_hint: Phrase,
    pub over: Phrase,
    pub end: Phrase,
    pub end_hint: Phrase,
    /// With `{name}`.
    pub confirm: Phrase,
    pub not_confirmed: Phrase,
    pub done: Phrase,
    pub permissions: PermissionWords,
}

/// What each permission allows. Those that no key may have are not here.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct PermissionWords {
    pub orders_read: Phrase,
    pub orders_write: Phrase,
    pub payments_read: Phrase,
    pub refunds_write: Phrase,
    pub ledger_read: Phrase,
    pub catalog_write: Phrase,
    pub stock_read: Phrase,
    pub stock_write: Phrase,
    pub shipments_read: Phrase,
    pub shipments_write: Phrase,
    pub shipping_write: Phrase,
    pub users_read: Phrase,
    pub notifications_read: Phrase,
    pub notifications_write: Phrase,
    pub audit_read: Phrase,
    pub operations_read: Phrase,
}

impl PermissionWords {
    /// `None` of what no key may have.
    pub const fn of(&self, permission: Permission) -> Option<&Phrase> {
        Some(match permission {
            Permission::OrdersRead => &self.orders_read,
            Permission::OrdersWrite => &self.orders_write,
            Permission::PaymentsRead => &self.payments_read,
            Permission::RefundsWrite => &self.refunds_write,
            Permission::LedgerRead => &self.ledger_read,
            Permission::CatalogWrite => &self.catalog_write,
            Permission::StockRead => &self.stock_read,
            Permission::StockWrite => &self.stock_write,
            Permission::ShipmentsRead => &self.shipments_read,
            Permission::ShipmentsWrite => &self.shipments_write,
            Permission::ShippingWrite => &self.shipping_write,
            Permission::UsersRead => &self.users_read,
            Permission::NotificationsRead => &self.notifications_read,
            Permission::NotificationsWrite => &self.notifications_write,
            Permission::AuditRead => &self.audit_read,
            Permission::OperationsRead => &self.operations_read,
            Permission::UsersWrite | Permission::RolesWrite | Permission::ApiKeysWrite => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_key_may_have_has_words_and_nothing_else() {
        let words = PermissionWords::default();
        for permission in Permission::ALL {
            assert_eq!(words.of(*permission).is_some(), permission.is_for_machines(), "{permission}");
        }
    }
}
