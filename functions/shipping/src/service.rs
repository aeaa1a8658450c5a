//! The use cases of shipping: load, decide, one write. Refuses to call other capabilities: a price quote is verified offline.

pub mod quotes;
pub mod shipments;
pub mod zones;

use crate::config::Config;
use crate::domain::Rejection;
use crate::store::Store;
use chassis::http::Revocations;
use chassis::table::AuditLog;
use chassis::tokens::SecretParameter;
use chassis::{Table, Wiring};

pub type Error<R = Rejection> = chassis::Error<R>;

#[derive(Debug)]
pub struct Shipping {
    pub(crate) wiring: Wiring,
    pub(crate) store: Store,
    pub(crate) revocations: Revocations,
    pub(crate) config: Config,
    pub(crate) signing_key: SecretParameter,
}

impl Shipping {
    /// `signing_key` signs shipping quotes.
    pub fn new(table: Table, wiring: Wiring, config: Config, signing_key: SecretParameter) -> Self {
        Self { wiring, revocations: Revocations::new(table.clone()), store: Store::new(table), config, signing_key }
    }

    /// What staff and operators changed.
    pub(crate) fn audit_log(&self) -> AuditLog {
        self.store.audit_log()
    }
}
