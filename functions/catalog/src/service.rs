//! The use cases of the catalog: show products, change them, keep stock levels, sign quotes. Refuses to call other
//! capabilities: stock levels come as messages, and quotes are verified offline.

pub mod catalogue_cache;
pub mod legal_pages;
pub mod products;
pub mod quotes;
pub mod settings;

use crate::config::Config;
use crate::domain::catalogue::{Catalogue, Levels};
use crate::domain::rejection::Rejection;
use crate::store::Store;
use catalogue_cache::CatalogueCache;
use chassis::http::Revocations;
use chassis::table::AuditLog;
use chassis::tokens::SecretParameter;
use chassis::{Context, Table, Wiring};
use events::Timestamp;
use events::inventory::StockLevelChanged;
use std::sync::Arc;

pub type Error<R = Rejection> = chassis::Error<R>;

#[derive(Debug)]
pub struct Catalog {
    pub(crate) wiring: Wiring,
    pub(crate) store: Store,
    pub(crate) revocations: Revocations,
    pub(crate) cache: CatalogueCache,
    pub(crate) config: Config,
    pub(crate) signing_key: SecretParameter,
}

impl Catalog {
    pub fn new(table: Table, wiring: Wiring, config: Config, signing_key: SecretParameter) -> Self {
        let revocations = Revocations::new(table.clone());
        let store = Store::new(table, wiring.world.clone());
        Self { wiring, cache: CatalogueCache::new(store.clone()), store, revocations, config, signing_key }
    }

    /// What staff and operators changed.
    pub(crate) fn audit_log(&self) -> AuditLog {
        self.store.audit_log()
    }

    /// The catalogue and stock levels to show.
    ///
    /// # Errors
    /// If the table fails and this function has no copy yet.
    pub async fn shown(&self, now: Timestamp) -> Result<(Arc<Catalogue>, Arc<Levels>), Error> {
        Ok(self.cache.shown(now).await?)
    }

    /// The stock levels to show; none if the table fails and this function has no copy yet.
    pub async fn levels(&self, now: Timestamp) -> Arc<Levels> {
        self.cache.levels(now).await
    }

    /// Keeps a stock level, unless a later one is known. The SKU need not be on sale: it may be tomorrow.
    pub async fn keep_level(&self, changed: &StockLevelChanged, context: &Context) -> Result<(), Error> {
        Ok(self.store.keep_level(&changed.sku, changed.level, changed.seq, &context.cause(changed.seq)).await?)
    }
}
