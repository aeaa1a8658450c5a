//! Use cases: load, decide, one write, send.

mod adjustments;
mod reservations;

pub use crate::store::Moment;
pub use adjustments::AdjustError;

use crate::domain::{Movement, Stock};
use crate::store::Store;
use chassis::{Cause, Page, Received, StoreError, Table, Wiring};
use events::Sku;

/// The inventory capability.
#[derive(Debug)]
pub struct Inventory {
    store: Store,
    wiring: Wiring,
}

impl Inventory {
    /// Over that table, with these parts.
    pub fn new(table: Table, wiring: Wiring) -> Self {
        Self { store: Store::new(table, wiring.world.clone()), wiring }
    }

    pub(crate) const fn parts(&self) -> &Wiring {
        &self.wiring
    }

    /// The stock of a SKU, if there ever was any.
    ///
    /// # Errors
    /// If the table cannot be read.
    pub async fn stock(&self, sku: &Sku) -> Result<Option<Stock>, StoreError> {
        self.store.stock(sku).await
    }

    /// A page of all stock.
    ///
    /// # Errors
    /// If the table cannot be read.
    pub async fn stock_page(&self, after: Option<&str>, limit: u32) -> Result<Page<Stock>, StoreError> {
        self.store.stock_page(after, limit).await
    }

    /// A page of a SKU's movements, newest first.
    ///
    /// # Errors
    /// If the table cannot be read.
    pub async fn movements(&self, sku: &Sku, after: Option<&str>, limit: u32) -> Result<Page<Movement>, StoreError> {
        self.store.movements(sku, after, limit).await
    }
}

fn moment(message: &Received, seq: u64) -> Moment {
    let cause: Cause = message.cause(seq);
    Moment { cause, at: message.now, traceparent: message.traceparent().map(str::to_owned) }
}
