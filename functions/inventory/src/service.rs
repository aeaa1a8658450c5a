//! The use cases of inventory: load, decide, one write. Refuses to read other capabilities: a message brings all that
//! its order needs.

mod adjustments;
mod reservations;

use crate::domain::{Movement, Rejection, Stock};
use crate::store::Store;
use chassis::http::Revocations;
use chassis::table::AuditLog;
use chassis::{Page, Table, Wiring};
use events::Sku;
use events::inventory::StockLevel;

/// The most SKUs of a level that are counted.
const MAX_COUNTED: u32 = 100;

pub type Error<R = Rejection> = chassis::Error<R>;

#[derive(Debug)]
pub struct Inventory {
    pub(crate) wiring: Wiring,
    pub(crate) store: Store,
    pub(crate) revocations: Revocations,
}

impl Inventory {
    pub fn new(table: Table, wiring: Wiring) -> Self {
        let revocations = Revocations::new(table.clone());
        Self { store: Store::new(table, wiring.world.clone()), revocations, wiring }
    }

    /// What staff and operators changed.
    pub(crate) fn audit_log(&self) -> AuditLog {
        self.store.audit_log()
    }

    /// The stock of a SKU.
    ///
    /// # Errors
    /// `NotFound` for a SKU that was never stocked.
    pub async fn stock(&self, sku: &Sku) -> Result<Stock, Error> {
        self.stock_of(sku).await?.ok_or(Error::NotFound)
    }

    /// The stock of a SKU; `None` if it was never stocked.
    pub async fn stock_of(&self, sku: &Sku) -> Result<Option<Stock>, Error> {
        Ok(self.store.stock(sku).await?)
    }

    /// The stock of a SKU as it is now, whoever wrote it a moment ago.
    pub async fn stock_now(&self, sku: &Sku) -> Result<Option<Stock>, Error> {
        Ok(self.store.stock_now(std::iter::once(sku)).await?.pop())
    }

    /// A page of the stock with these levels, low or out, in the order of SKUs.
    pub async fn short_stock(
        &self,
        levels: &[StockLevel],
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<Stock>, Error> {
        Ok(self.store.short_stock(levels, after, limit).await?)
    }

    /// The first SKUs with this level, low or out, as many as are counted.
    pub async fn short_skus(&self, level: StockLevel) -> Result<Page<Sku>, Error> {
        Ok(self.store.short_skus(level, MAX_COUNTED).await?)
    }

    /// A page of all stock, in the order of SKUs.
    pub async fn stock_page(&self, after: Option<&str>, limit: u32) -> Result<Page<Stock>, Error> {
        Ok(self.store.stock_page(after, limit).await?)
    }

    /// A page of a SKU's movements, newest first.
    pub async fn movements(&self, sku: &Sku, after: Option<&str>, limit: u32) -> Result<Page<Movement>, Error> {
        Ok(self.store.movements(sku, after, limit).await?)
    }
}
