//! What a change did to a product, in the words of the audit log: the fields that changed, and old and new prices in minor units.
//! Refuses texts: a title or a description may say anything.

use super::{Product, Variant};
use events::Money;
use std::fmt::Write;

impl Product {
    /// What changes if this product becomes `after`.
    pub fn difference(&self, after: &Self) -> String {
        if after.archived_at.is_some() {
            return "archived".to_owned();
        }
        let fields = [
            ("title", self.title != after.title),
            ("description", self.description != after.description),
            ("category", self.category != after.category),
            ("tax class", self.tax_class != after.tax_class),
            ("variants", self.variants != after.variants),
        ];
        let changed: Vec<_> = fields.into_iter().filter(|(_, changed)| *changed).map(|(name, _)| name).collect();
        let mut words = changed.join(", ");
        for variant in &after.variants {
            let before = self.variants.iter().find(|before| before.sku == variant.sku);
            if before.map(|before| &before.prices) != Some(&variant.prices) {
                let before = before.map_or_else(|| "new".to_owned(), prices);
                // Writing to a String cannot fail.
                let _ = write!(words, "; {}: {before} -> {}", variant.sku, prices(variant));
            }
        }
        for gone in self.variants.iter().filter(|before| after.variants.iter().all(|kept| kept.sku != before.sku)) {
            let _ = write!(words, "; {}: removed", gone.sku);
        }
        words
    }
}

fn prices(variant: &Variant) -> String {
    variant.prices.iter().map(Money::to_string).collect::<Vec<_>>().join(", ")
}
