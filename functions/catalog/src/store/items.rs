//! Every key of the table, and every item that is not a domain type as it is. Refuses reading and writing.

use crate::domain::product::Slug;
use crate::domain::{CategoryId, TaxRate, TaxRateId};
use chassis::Key;
use events::Sku;
use events::ids::ProductId;
use events::inventory::StockLevel;
use serde::{Deserialize, Serialize};

/// The partition that is read as a whole.
pub(super) const CATALOG: &str = "catalog";
/// The partition of stock levels.
pub(super) const LEVELS: &str = "levels";
/// Products among `CATALOG`'s sort keys.
pub(super) const PRODUCT_PREFIX: &str = "product#";
/// Categories among `CATALOG`'s sort keys.
pub(super) const CATEGORY_PREFIX: &str = "category#";
/// Tax rates among `CATALOG`'s sort keys.
pub(super) const TAX_PREFIX: &str = "tax#";

pub(super) fn product_key(id: ProductId) -> Key {
    Key::new(CATALOG, format!("{PRODUCT_PREFIX}{id}"))
}

pub(super) fn category_key(id: &CategoryId) -> Key {
    Key::new(CATALOG, format!("{CATEGORY_PREFIX}{id}"))
}

pub(super) fn tax_rate_key(id: &TaxRateId) -> Key {
    Key::new(CATALOG, format!("{TAX_PREFIX}{id}"))
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

/// Who has a unique name.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Claim<Owner> {
    pub(super) owner: Owner,
}

/// How often the catalogue changed and how large it is.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Revision {
    pub(super) revision: u64,
    pub(super) variants: u64,
}

/// What `inventory` last said of a SKU.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct LevelItem {
    pub(super) sku: Sku,
    pub(super) stock_level: StockLevel,
    pub(super) seq: u64,
}
