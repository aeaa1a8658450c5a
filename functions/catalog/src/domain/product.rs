//! Products: how they are created, updated and archived. Refuses stock and orders.

mod difference;
mod requests;
mod variant;

use super::ids::{CategoryId, Slug};
use super::rejection::Rejection;
use super::tax::TaxClass;
use events::ids::ProductId;
use events::text::FieldError;
use events::{Sku, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

pub use requests::{CreateProduct, UpdateProduct};
pub use variant::{MAX_VARIANTS, Variant};

/// SKUs that can be added and removed in one change: a transaction of 100 writes less the product, the revision and the
/// entry of the audit log.
const MAX_SKU_CHANGES: usize = 97;

/// A product as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    pub id: ProductId,
    pub slug: Slug,
    pub title: String,
    pub description: String,
    pub category: CategoryId,
    pub tax_class: TaxClass,
    pub variants: Vec<Variant>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// From then on it is neither listed nor sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<Timestamp>,
    /// Number of changes so far, from 1.
    pub seq: u64,
}

/// The SKUs that a change adds to a product and removes from it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SkuChanges {
    pub added: Vec<Sku>,
    pub removed: Vec<Sku>,
}

impl Product {
    /// A new product.
    ///
    /// # Errors
    /// The first field that is not allowed.
    pub fn create(id: ProductId, request: CreateProduct, now: Timestamp) -> Result<Self, FieldError> {
        let (slug, category) = (request.slug()?, request.category()?);
        let CreateProduct { title, description, tax_class, variants, .. } = request.checked()?;
        Ok(Self {
            id,
            slug,
            title,
            description,
            category,
            tax_class,
            variants,
            created_at: now,
            updated_at: now,
            archived_at: None,
            seq: 1,
        })
    }

    /// The product after an update that was checked; `None` if the update changes nothing.
    ///
    /// # Errors
    /// If it adds and removes too many SKUs.
    pub fn update(&self, request: &UpdateProduct, now: Timestamp) -> Result<Option<Self>, Rejection> {
        let mut product = self.clone();
        product.category = request.category()?.unwrap_or(product.category);
        let UpdateProduct { title, description, category: _, tax_class, variants } = request.clone();
        product.title = title.unwrap_or(product.title);
        product.description = description.unwrap_or(product.description);
        product.tax_class = tax_class.unwrap_or(product.tax_class);
        product.variants = variants.unwrap_or(product.variants);
        if product == *self {
            return Ok(None);
        }
        let changes = self.sku_changes(&product);
        if changes.added.len() + changes.removed.len() > MAX_SKU_CHANGES {
            return Err(Rejection::TooManyChanges);
        }
        Ok(Some(Self { seq: self.seq + 1, updated_at: now, ..product }))
    }

    /// The product after it was archived: it is neither listed nor sold.
    #[must_use]
    pub fn archive(&self, now: Timestamp) -> Self {
        Self { seq: self.seq + 1, updated_at: now, archived_at: Some(now), ..self.clone() }
    }

    /// The SKUs that change if this product becomes `next`. An archived product has none.
    pub fn sku_changes(&self, next: &Self) -> SkuChanges {
        let (before, after) = (self.live_skus(), next.live_skus());
        SkuChanges {
            added: after.difference(&before).map(|&sku| sku.clone()).collect(),
            removed: before.difference(&after).map(|&sku| sku.clone()).collect(),
        }
    }

    fn live_skus(&self) -> BTreeSet<&Sku> {
        let variants: &[Variant] = if self.archived_at.is_none() { &self.variants } else { &[] };
        variants.iter().map(|variant| &variant.sku).collect()
    }

    /// The product's size in an answer in bytes, about.
    pub fn size(&self) -> usize {
        let variant = |variant: &Variant| {
            let options: usize = variant.options.iter().map(|(name, value)| name.len() + value.len() + 8).sum();
            variant.sku.as_str().len() + variant.title.len() + options + 40 * variant.prices.len() + 120
        };
        self.title.len() + self.description.len() + self.variants.iter().map(variant).sum::<usize>() + 400
    }
}

#[cfg(test)]
#[path = "product/tests.rs"]
mod tests;
