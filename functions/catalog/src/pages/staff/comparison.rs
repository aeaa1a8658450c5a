//! What somebody typed beside what a colleague saved meanwhile, field by field. Refuses to merge: whoever reads both decides.

use super::tree::name_of;
use super::words::{Field, StaffWords};
use crate::domain::catalogue::Catalogue;
use crate::domain::product::UpdateProduct;
use crate::domain::{Product, Variant};
use ::pages::Page;
use events::Sku;
use std::collections::BTreeSet;

/// A field that is not the same.
#[derive(Debug)]
pub(super) struct Difference {
    pub(super) what: String,
    pub(super) yours: String,
    pub(super) now: String,
}

impl Difference {
    /// `None` if it is the same.
    pub(super) fn of(field: &Field, yours: impl ToString, now: impl ToString) -> Option<Self> {
        let (yours, now) = (yours.to_string(), now.to_string());
        (yours != now).then(|| Self { what: field.label.to_string(), yours, now })
    }
}

/// An update that would have been made beside the product as it is.
pub(super) fn of_product(
    yours: &UpdateProduct,
    now: &Product,
    page: &Page,
    t: &StaffWords,
    catalogue: &Catalogue,
) -> Vec<Difference> {
    let category = |id: &str| name_of(catalogue, id);
    let class = yours.tax_class.unwrap_or(now.tax_class);
    let fields = [
        Difference::of(&t.fields.title, yours.title.as_deref().unwrap_or(&now.title), &now.title),
        Difference::of(
            &t.fields.description,
            yours.description.as_deref().unwrap_or(&now.description),
            &now.description,
        ),
        Difference::of(
            &t.fields.category,
            category(yours.category.as_deref().unwrap_or(now.category.as_str())),
            category(now.category.as_str()),
        ),
        Difference::of(&t.fields.tax_class, t.tax_classes.of(class), t.tax_classes.of(now.tax_class)),
    ];
    let variants = yours.variants.as_deref().unwrap_or(&now.variants);
    let skus: BTreeSet<&Sku> = variants.iter().chain(&now.variants).map(|variant| &variant.sku).collect();
    let of_variant = |sku: &Sku| {
        let text =
            |among: &[Variant]| among.iter().find(|variant| variant.sku == *sku).map(|variant| in_words(variant, page));
        let difference =
            Difference::of(&t.fields.sku, text(variants).unwrap_or_default(), text(&now.variants).unwrap_or_default());
        difference.map(|difference| Difference { what: sku.to_string(), ..difference })
    };
    fields.into_iter().flatten().chain(skus.into_iter().filter_map(of_variant)).collect()
}

fn in_words(variant: &Variant, page: &Page) -> String {
    let options = variant.options.iter().map(|(name, value)| format!("{name}: {value}"));
    let prices = variant.prices.iter().map(|price| page.money(*price));
    let parts = [variant.title.clone()].into_iter().chain(options).chain([format!("{} g", variant.weight_grams)]);
    parts.chain(prices).collect::<Vec<_>>().join(" · ")
}
