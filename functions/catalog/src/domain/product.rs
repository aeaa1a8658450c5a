//! Products and their variants: what they may look like, how they change, when they are archived. Refuses stock and orders.

use super::text::{self, Fault, slugs};
use super::{CategoryId, Rejection, TaxClass};
use events::ids::ProductId;
use events::{Money, Sku, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Variants of one product, at most. Archiving writes the product, its slug, each SKU and the revision in one transaction
/// of DynamoDB's 100 writes.
pub const MAX_VARIANTS: usize = 97;
/// SKUs that may come or go in one change: a transaction of 100 less the product and the revision.
const MAX_SKU_CHANGES: usize = 98;
const MAX_TITLE: usize = 200;
const MAX_DESCRIPTION: usize = 5_000;
const MAX_OPTIONS: usize = 10;
const MAX_PRICE: i64 = 100_000_000;
const MAX_WEIGHT_GRAMS: u32 = 1_000_000;

slugs! {
    /// A product's name in URLs, unique among products that are not archived; never changes.
    Slug <= 100;
}

/// One of the forms in which a product is sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// Its stock-keeping unit, unique in the shop.
    pub sku: Sku,
    /// What sets it apart, in words.
    pub title: String,
    /// What sets it apart, by name: `size` → `250 g`.
    pub options: BTreeMap<String, String>,
    /// Weight of one unit.
    pub weight_grams: u32,
    /// Net price of one unit, at most one a currency.
    pub prices: Vec<Money>,
}

impl Variant {
    /// The same variant, if it is acceptable; `field` says where it stands in the request.
    fn checked(self, field: &str) -> Result<Self, Fault> {
        let at = |name: &str| format!("{field}.{name}");
        if self.weight_grams > MAX_WEIGHT_GRAMS {
            return Err(Fault::new(at("weight_grams"), format!("must be 0 to {MAX_WEIGHT_GRAMS}")));
        }
        if self.options.len() > MAX_OPTIONS {
            return Err(Fault::new(at("options"), format!("must be at most {MAX_OPTIONS}")));
        }
        let mut options = BTreeMap::new();
        for (name, value) in &self.options {
            options.insert(text::line(&at("options"), name, 50)?, text::line(&at("options"), value, 100)?);
        }
        if self.prices.is_empty() {
            return Err(Fault::new(at("prices"), "must name at least one price"));
        }
        let mut currencies = BTreeSet::new();
        for (index, price) in self.prices.iter().enumerate() {
            if !(1..=MAX_PRICE).contains(&price.amount) {
                let why = format!("must be 1 to {MAX_PRICE} minor units");
                return Err(Fault::new(at(&format!("prices[{index}].amount")), why));
            }
            if !currencies.insert(price.currency) {
                return Err(Fault::new(at(&format!("prices[{index}].currency")), "must be priced once"));
            }
        }
        Ok(Self { title: text::line(&at("title"), &self.title, MAX_TITLE)?, options, ..self })
    }
}

/// A product as staff described it, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Name.
    pub title: String,
    /// Name in URLs.
    pub slug: Slug,
    /// What there is to know.
    pub description: String,
    /// Where it is found.
    pub category: CategoryId,
    /// How it is taxed.
    pub tax_class: TaxClass,
    /// Its forms.
    pub variants: Vec<Variant>,
}

impl Draft {
    /// The same draft, if it is acceptable.
    ///
    /// # Errors
    /// The first field that is not.
    pub fn checked(self) -> Result<Self, Fault> {
        Ok(Self {
            title: text::line("title", &self.title, MAX_TITLE)?,
            description: text::prose("description", &self.description, MAX_DESCRIPTION)?,
            variants: checked_variants(self.variants)?,
            ..self
        })
    }
}

/// A change of a product; what is absent stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edit {
    /// New name.
    pub title: Option<String>,
    /// New description.
    pub description: Option<String>,
    /// New category.
    pub category: Option<CategoryId>,
    /// New tax class.
    pub tax_class: Option<TaxClass>,
    /// All variants anew.
    pub variants: Option<Vec<Variant>>,
}

impl Edit {
    /// The same change, if it is acceptable.
    ///
    /// # Errors
    /// The first field that is not.
    pub fn checked(self) -> Result<Self, Fault> {
        Ok(Self {
            title: self.title.map(|title| text::line("title", &title, MAX_TITLE)).transpose()?,
            description: self
                .description
                .map(|description| text::prose("description", &description, MAX_DESCRIPTION))
                .transpose()?,
            variants: self.variants.map(checked_variants).transpose()?,
            ..self
        })
    }
}

fn checked_variants(variants: Vec<Variant>) -> Result<Vec<Variant>, Fault> {
    if !(1..=MAX_VARIANTS).contains(&variants.len()) {
        return Err(Fault::new("variants", format!("must be 1 to {MAX_VARIANTS}")));
    }
    let mut skus = BTreeSet::new();
    for (index, variant) in variants.iter().enumerate() {
        if !skus.insert(&variant.sku) {
            return Err(Fault::new(format!("variants[{index}].sku"), "must be used once"));
        }
    }
    let checked = |(index, variant): (usize, Variant)| variant.checked(&format!("variants[{index}]"));
    variants.into_iter().enumerate().map(checked).collect()
}

/// A product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Product {
    /// Its id.
    pub id: ProductId,
    /// Name in URLs.
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
    pub variants: Vec<Variant>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Since when it is neither listed nor sold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<Timestamp>,
    /// Number of changes so far, from 1.
    pub seq: u64,
}

/// SKUs that a change takes and gives back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SkuChanges {
    /// New ones.
    pub taken: Vec<Sku>,
    /// Those no longer used.
    pub freed: Vec<Sku>,
}

impl Product {
    /// A new product.
    pub fn new(id: ProductId, draft: Draft, now: Timestamp) -> Self {
        Self {
            id,
            slug: draft.slug,
            title: draft.title,
            description: draft.description,
            category: draft.category,
            tax_class: draft.tax_class,
            variants: draft.variants,
            created_at: now,
            updated_at: now,
            archived_at: None,
            seq: 1,
        }
    }

    /// The product after a change; `None` if the change changes nothing.
    ///
    /// # Errors
    /// `TooManyChanges`.
    pub fn edited(&self, edit: &Edit, now: Timestamp) -> Result<Option<Self>, Rejection> {
        let mut product = self.clone();
        let Edit { title, description, category, tax_class, variants } = edit.clone();
        product.title = title.unwrap_or(product.title);
        product.description = description.unwrap_or(product.description);
        product.category = category.unwrap_or(product.category);
        product.tax_class = tax_class.unwrap_or(product.tax_class);
        product.variants = variants.unwrap_or(product.variants);
        if product == *self {
            return Ok(None);
        }
        let changes = self.sku_changes(&product);
        if changes.taken.len() + changes.freed.len() > MAX_SKU_CHANGES {
            return Err(Rejection::TooManyChanges);
        }
        Ok(Some(Self { seq: self.seq + 1, updated_at: now, ..product }))
    }

    /// The product, no longer listed nor sold.
    #[must_use]
    pub fn archived(&self, now: Timestamp) -> Self {
        Self { seq: self.seq + 1, updated_at: now, archived_at: Some(now), ..self.clone() }
    }

    /// The SKUs that must be taken and given back for this product to become `next`.
    pub fn sku_changes(&self, next: &Self) -> SkuChanges {
        let (before, after) = (self.live_skus(), next.live_skus());
        SkuChanges {
            taken: after.difference(&before).map(|&sku| sku.clone()).collect(),
            freed: before.difference(&after).map(|&sku| sku.clone()).collect(),
        }
    }

    fn live_skus(&self) -> BTreeSet<&Sku> {
        let variants: &[Variant] = if self.archived_at.is_none() { &self.variants } else { &[] };
        variants.iter().map(|variant| &variant.sku).collect()
    }

    /// About how many bytes the product takes in an answer.
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
