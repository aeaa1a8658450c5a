//! Every key of the table, and the items that are not domain types. Refuses reading and writing.

use crate::domain::ids::{CategoryId, Slug, TaxRateId};
use crate::domain::legal::LegalPageName;
use crate::domain::tax::TaxRate;
use chassis::Key;
use events::Sku;
use events::ids::ProductId;
use events::inventory::StockLevel;
use serde::{Deserialize, Serialize};

/// The partition of products, categories, tax rates, legal pages and the revision. It is read as a whole.
pub(super) const CATALOG: &str = "catalog";
pub(super) const LEVELS: &str = "levels";
pub(super) const PRODUCT_PREFIX: &str = "product#";
pub(super) const CATEGORY_PREFIX: &str = "category#";
pub(super) const TAX_PREFIX: &str = "tax#";
pub(super) const LEGAL_PREFIX: &str = "legal#";

pub(super) fn product_key(id: ProductId) -> Key {
    Key::new(CATALOG, format!("{PRODUCT_PREFIX}{id}"))
}

pub(super) fn category_key(id: &CategoryId) -> Key {
    Key::new(CATALOG, format!("{CATEGORY_PREFIX}{id}"))
}

pub(super) fn tax_rate_key(id: &TaxRateId) -> Key {
    Key::new(CATALOG, format!("{TAX_PREFIX}{id}"))
}

pub(super) fn legal_page_key(name: LegalPageName) -> Key {
    Key::new(CATALOG, format!("{LEGAL_PREFIX}{name}"))
}

pub(super) fn revision_key() -> Key {
    Key::new(CATALOG, "revision")
}

pub(super) fn slug_key(slug: &Slug) -> Key {
    Key::new(format!("slug#{slug}"), "claim")
}

pub(super) fn sku_key(sku: &Sku) -> Key {
    Key::new(format!("sku#{sku}"), "claim")
}

pub(super) fn taxed_key(rate: &TaxRate) -> Key {
    Key::new(format!("taxed#{}#{}", rate.country, rate.tax_class.as_str()), "claim")
}

pub(super) fn level_key(sku: &Sku) -> Key {
    Key::new(LEVELS, format!("level#{sku}"))
}

/// A unique name is in use.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Claim<Owner> {
    pub(super) owner: Owner,
}

/// The number of writes to the catalogue, and of variants in it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Revision {
    pub(super) revision: u64,
    pub(super) variants: u64,
}

/// The stock level of a SKU as `inventory` last published it.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct LevelItem {
    pub(super) sku: Sku,
    pub(super) stock_level: StockLevel,
    pub(super) seq: u64,
}
