//! What the catalog does: reads its copy of the catalogue, changes products, keeps levels, signs quotes. Refuses to call
//! anyone: levels come as messages, quotes are verified offline.

pub mod products;
pub mod quotes;
pub mod settings;
pub mod shelf;

use crate::domain::catalogue::Levels;
use crate::domain::pricing::Unpriceable;
use crate::domain::{Catalogue, Rejection};
use crate::store::Store;
use chassis::tokens::{KeyError, SecretParameter};
use chassis::{Cause, StoreError, Table, Wiring};
use events::Timestamp;
use events::inventory::StockLevelChanged;
use shelf::Shelf;
use std::sync::Arc;

/// How often a write is decided anew because others changed the same thing.
const DECISIONS: usize = 4;

/// Why a use case did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// There is no such thing.
    #[error("not found")]
    NotFound,
    /// The catalog does not allow it.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// It cannot be priced.
    #[error(transparent)]
    Unpriceable(#[from] Unpriceable),
    /// The table did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The signing key cannot be had.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The signing key does not sign.
    #[error("the signing key is unusable")]
    Unsigned,
}

impl Refusal {
    fn busy() -> Self {
        Self::Store(StoreError::Unavailable("the same thing is changed by many".to_owned()))
    }
}

/// The catalog.
#[derive(Debug)]
pub struct Catalog {
    wiring: Wiring,
    store: Store,
    shelf: Shelf,
    signing_key: SecretParameter,
    most_units: u32,
}

impl Catalog {
    /// Over a table; quotes are signed with the key in `signing_key` and promise at most so many units each.
    pub fn new(table: Table, wiring: Wiring, signing_key: SecretParameter, most_units: u32) -> Self {
        let store = Store::new(table, wiring.world.clone());
        Self { wiring, shelf: Shelf::new(store.clone()), store, signing_key, most_units }
    }

    /// What the chassis uses.
    pub(crate) const fn parts(&self) -> &Wiring {
        &self.wiring
    }

    /// The catalogue and stock levels to show.
    ///
    /// # Errors
    /// If the table does not answer and nothing was seen yet.
    pub async fn shown(&self, now: Timestamp) -> Result<(Arc<Catalogue>, Arc<Levels>), StoreError> {
        self.shelf.shown(now).await
    }

    /// Stock levels to show; none if they cannot be had.
    pub async fn levels(&self, now: Timestamp) -> Arc<Levels> {
        self.shelf.levels(now).await
    }

    /// Remembers what `inventory` says of a SKU, unless something later is known. SKUs that are not on sale are remembered
    /// too: they may be tomorrow.
    ///
    /// # Errors
    /// If the table does not answer.
    pub async fn keep_level(&self, changed: &StockLevelChanged, cause: &Cause) -> Result<(), StoreError> {
        self.store.keep_level(&changed.sku, changed.level, changed.seq, cause).await
    }
}
