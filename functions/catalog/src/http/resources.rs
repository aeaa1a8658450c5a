//! Products and variants as clients see them. Refuses internal fields.

use crate::domain::catalogue::Levels;
use crate::domain::ids::{CategoryId, Slug};
use crate::domain::product;
use crate::domain::tax::TaxClass;
use chassis::http::ETag;
use events::ids::ProductId;
use events::inventory::StockLevel;
use events::{Money, Sku, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// Whether a variant is in stock. May be some seconds old, and does not guarantee that an order succeeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Availability {
    /// Enough units are there.
    InStock,
    /// Few units are left.
    Low,
    /// No unit is left.
    Out,
    /// `inventory` has not published a level.
    Unknown,
}

impl Availability {
    const fn letter(self) -> char {
        match self {
            Self::InStock => 'i',
            Self::Low => 'l',
            Self::Out => 'o',
            Self::Unknown => 'u',
        }
    }

    fn of(sku: &Sku, levels: &Levels) -> Self {
        match levels.get(sku) {
            Some(StockLevel::InStock) => Self::InStock,
            Some(StockLevel::Low) => Self::Low,
            Some(StockLevel::Out) => Self::Out,
            None => Self::Unknown,
        }
    }
}

/// One of the forms in which a product is sold.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Variant {
    /// Its stock-keeping unit.
    sku: Sku,
    /// Name that tells it from the product's other variants.
    title: String,
    /// Its options by name, e.g. `size`: `250 g`.
    options: BTreeMap<String, String>,
    /// Weight of one unit in grams.
    weight_grams: u32,
    /// Net price of one unit in each currency.
    prices: Vec<Money>,
    /// Of the units of this SKU, whichever product had it before.
    availability: Availability,
}

impl Variant {
    pub(super) fn of(variant: &product::Variant, levels: &Levels) -> Self {
        Self {
            sku: variant.sku.clone(),
            title: variant.title.clone(),
            options: variant.options.clone(),
            weight_grams: variant.weight_grams,
            prices: variant.prices.clone(),
            availability: Availability::of(&variant.sku, levels),
        }
    }
}

/// A product.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Product {
    id: ProductId,
    /// The product's name in URLs.
    slug: Slug,
    title: String,
    description: String,
    category: CategoryId,
    tax_class: TaxClass,
    variants: Vec<Variant>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl Product {
    /// Availability changes without the product, so the tag tells both.
    pub(super) fn etag(&self, version: u64) -> ETag {
        let letters: String = self.variants.iter().map(|variant| variant.availability.letter()).collect();
        ETag::of(version).showing(&letters)
    }

    pub(super) fn of(product: &product::Product, levels: &Levels) -> Self {
        Self {
            id: product.id,
            slug: product.slug.clone(),
            title: product.title.clone(),
            description: product.description.clone(),
            category: product.category.clone(),
            tax_class: product.tax_class,
            variants: product.variants.iter().map(|variant| Variant::of(variant, levels)).collect(),
            created_at: product.created_at,
            updated_at: product.updated_at,
        }
    }
}
