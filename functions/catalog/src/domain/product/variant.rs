//! A variant: one of the forms in which a product is sold. Refuses stock.

use events::text::{self, FieldError};
use events::{Money, Sku};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Variants of one product, at most. Archiving writes the product, its slug, each SKU, the revision and the entry of the
/// audit log in one transaction of DynamoDB's 100 writes.
pub const MAX_VARIANTS: usize = 96;
const MAX_TITLE: usize = 200;
const MAX_OPTIONS: usize = 10;
/// In minor units: 100 million rupiah (IDR), which are some thousands of euros. The total of the largest quote, tax included,
/// stays below 2^53, so that every JSON reader can hold it.
const MAX_PRICE: i64 = 10_000_000_000;
const MAX_WEIGHT_GRAMS: u32 = 1_000_000;

/// A variant as staff describe it.
// It is stored as it is described, so one type does for both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "CreateVariant", deny_unknown_fields)]
pub struct Variant {
    /// Its stock-keeping unit, unique in the shop.
    pub sku: Sku,
    /// Name that tells it from the product's other variants.
    #[schemars(length(min = 1, max = 200))]
    pub title: String,
    /// Its options by name, e.g. `size`: `250 g`. At most 10; names up to 50 and values up to 100 characters.
    #[serde(default)]
    pub options: BTreeMap<String, String>,
    /// Weight of one unit in grams.
    #[schemars(range(min = 0, max = 1_000_000))]
    pub weight_grams: u32,
    /// Net price of one unit, at most one for each currency; 0 to 10,000,000,000 minor units. A sample or a
    /// gift may cost nothing.
    #[schemars(length(min = 1))]
    pub prices: Vec<Money>,
}

impl Variant {
    /// Checks the variant; `field` is its path in the request.
    fn checked(self, field: &str) -> Result<Self, FieldError> {
        let at = |name: &str| format!("{field}.{name}");
        if self.weight_grams > MAX_WEIGHT_GRAMS {
            return Err(FieldError::new(at("weight_grams"), format!("must be 0 to {MAX_WEIGHT_GRAMS}")));
        }
        if self.options.len() > MAX_OPTIONS {
            return Err(FieldError::new(at("options"), format!("must have at most {MAX_OPTIONS} options")));
        }
        let (mut options, mut names) = (BTreeMap::new(), BTreeSet::new());
        for (name, value) in &self.options {
            let (name, value) = (text::line(&at("options"), name, 50)?, text::line(&at("options"), value, 100)?);
            // Marks stay: in many scripts they make another letter.
            if !names.insert(name.chars().flat_map(text::folded).collect::<String>()) {
                return Err(FieldError::new(at("options"), "must not name an option twice"));
            }
            options.insert(name, value);
        }
        check_prices(&at("prices"), &self.prices)?;
        Ok(Self { title: text::line(&at("title"), &self.title, MAX_TITLE)?, options, ..self })
    }
}

fn check_prices(field: &str, prices: &[Money]) -> Result<(), FieldError> {
    if prices.is_empty() {
        return Err(FieldError::new(field, "must name at least one price"));
    }
    let mut currencies = BTreeSet::new();
    for (index, price) in prices.iter().enumerate() {
        if !(0..=MAX_PRICE).contains(&price.amount) {
            let requirement = format!("must be 0 to {MAX_PRICE} minor units");
            return Err(FieldError::new(format!("{field}[{index}].amount"), requirement));
        }
        if !currencies.insert(price.currency) {
            return Err(FieldError::new(
                format!("{field}[{index}].currency"),
                "must not repeat the currency of another price",
            ));
        }
    }
    Ok(())
}

/// Checks all variants of a product: their number, that no SKU is used twice, and each by itself.
///
/// # Errors
/// The first field that is not allowed.
pub fn checked(variants: Vec<Variant>) -> Result<Vec<Variant>, FieldError> {
    if !(1..=MAX_VARIANTS).contains(&variants.len()) {
        return Err(FieldError::new("variants", format!("must have 1 to {MAX_VARIANTS} variants")));
    }
    let mut skus = BTreeSet::new();
    for (index, variant) in variants.iter().enumerate() {
        if !skus.insert(&variant.sku) {
            return Err(FieldError::new(
                format!("variants[{index}].sku"),
                "must not repeat the SKU of another variant",
            ));
        }
    }
    let checked = |(index, variant): (usize, Variant)| variant.checked(&format!("variants[{index}]"));
    variants.into_iter().enumerate().map(checked).collect()
}
