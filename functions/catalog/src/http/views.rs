//! Products as clients see them.

use crate::domain::catalogue::Levels;
use crate::domain::{CategoryId, Product, Slug, TaxClass, Variant};
use events::ids::ProductId;
use events::inventory::StockLevel;
use events::{Money, Sku, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// Whether a variant is in stock, as last heard; a few seconds late, and no promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Availability {
    /// Enough.
    InStock,
    /// A few.
    Low,
    /// None.
    Out,
    /// Nothing was heard of it.
    Unknown,
}

impl Availability {
    /// Of a SKU.
    pub fn of(sku: &Sku, levels: &Levels) -> Self {
        match levels.get(sku) {
            Some(StockLevel::InStock) => Self::InStock,
            Some(StockLevel::Low) => Self::Low,
            Some(StockLevel::Out) => Self::Out,
            None => Self::Unknown,
        }
    }
}

/// A form in which a product is sold.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Variant")]
pub struct VariantView {
    /// Its stock-keeping unit.
    pub sku: Sku,
    /// What sets it apart, in words.
    pub title: String,
    /// What sets it apart, by name.
    pub options: BTreeMap<String, String>,
    /// Weight of one unit in grams.
    pub weight_grams: u32,
    /// Net price of one unit in each currency.
    pub prices: Vec<Money>,
    /// Whether it is in stock.
    pub availability: Availability,
}

impl VariantView {
    /// Of a variant.
    pub fn of(variant: &Variant, levels: &Levels) -> Self {
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
#[schemars(rename = "Product")]
pub struct ProductView {
    /// Its id.
    pub id: ProductId,
    /// Its name in URLs.
    pub slug: Slug,
    /// Name.
    pub title: String,
    /// What there is to know.
    pub description: String,
    /// Where it is found.
    pub category: CategoryId,
    /// How it is taxed.
    pub tax_class: TaxClass,
    /// Its forms.
    pub variants: Vec<VariantView>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl ProductView {
    /// Of a product.
    pub fn of(product: &Product, levels: &Levels) -> Self {
        Self {
            id: product.id,
            slug: product.slug.clone(),
            title: product.title.clone(),
            description: product.description.clone(),
            category: product.category.clone(),
            tax_class: product.tax_class,
            variants: product.variants.iter().map(|variant| VariantView::of(variant, levels)).collect(),
            created_at: product.created_at,
            updated_at: product.updated_at,
        }
    }
}
