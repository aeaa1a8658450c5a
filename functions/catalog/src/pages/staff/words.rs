//! The words of staff's pages.

use crate::domain::tax::TaxClass;
use ::pages::Phrase;
use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct StaffWords {
    pub home: Phrase,
    pub title: Phrase,
    pub query: Phrase,
    pub any_category: Phrase,
    pub find: Phrase,
    pub reset: Phrase,
    pub product: Phrase,
    pub skus: Phrase,
    pub price: Phrase,
    pub none: Phrase,
    pub none_advice: Phrase,
    pub new_product: Phrase,
    pub archived: Phrase,
    pub choose: Phrase,
    pub save: Phrase,
    pub saved: Phrase,
    pub created: Phrase,
    pub tax_classes: TaxClassWords,
    pub fields: Fields,
    pub form: FormWords,
    pub comparison: ComparisonWords,
    pub refusals: RefusalWords,
    pub categories: CategoryWords,
    pub tax_rates: TaxRateWords,
    pub legal_pages: LegalPageWords,
    pub settings: SettingsWords,
    pub summary: SummaryWords,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct TaxClassWords {
    pub standard: Phrase,
    pub reduced: Phrase,
    pub zero: Phrase,
}

/// A field's label, and what it must be.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct Field {
    pub label: Phrase,
    pub fault: Phrase,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct Fields {
    pub title: Field,
    pub slug: Field,
    pub description: Field,
    pub category: Field,
    pub tax_class: Field,
    pub variants: Field,
    pub sku: Field,
    pub variant_title: Field,
    pub weight: Field,
    pub options: Field,
    pub prices: Field,
    pub amount: Field,
    pub currency: Field,
    pub id: Field,
    pub name: Field,
    pub parent: Field,
    pub country: Field,
    pub rate: Field,
    pub version: Field,
    pub text_en: Field,
    pub text_de: Field,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct FormWords {
    pub slug_hint: Phrase,
    pub no_categories: Phrase,
    pub variants: Phrase,
    pub variants_hint: Phrase,
    pub variant: Phrase,
    pub new_variant: Phrase,
    pub prices_hint: Phrase,
    pub option_name: Phrase,
    pub option_value: Phrase,
    pub remove: Phrase,
    pub more: Phrase,
    pub stock: Phrase,
    pub as_customers_see_it: Phrase,
    pub archive: Phrase,
    pub archive_explained: Phrase,
    pub confirm: Field,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct ComparisonWords {
    pub title: Phrase,
    pub explained: Phrase,
    pub what: Phrase,
    pub yours: Phrase,
    pub now: Phrase,
    pub overwrite: Phrase,
    pub discard: Phrase,
}

/// Refusals that are of no field, and those with a link to what is in the way.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct RefusalWords {
    pub slug_taken: Phrase,
    pub sku_taken: Phrase,
    pub other_product: Phrase,
    pub catalogue_full: Phrase,
    pub too_many_changes: Phrase,
    pub unknown_category: Phrase,
    pub category_cycle: Phrase,
    pub too_many_categories: Phrase,
    pub tax_rate_exists: Phrase,
    pub other_tax_rate: Phrase,
    pub exists: Phrase,
    pub exists_link: Phrase,
    pub overtaken: Phrase,
    pub other: Phrase,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct CategoryWords {
    pub title: Phrase,
    pub new: Phrase,
    pub id_hint: Phrase,
    pub products: Phrase,
    pub no_parent: Phrase,
    pub none: Phrase,
    pub none_advice: Phrase,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct TaxRateWords {
    pub title: Phrase,
    pub new: Phrase,
    pub explained: Phrase,
    pub one: Phrase,
    pub none: Phrase,
    pub none_advice: Phrase,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct LegalPageWords {
    pub title: Phrase,
    pub explained: Phrase,
    pub page: Phrase,
    pub languages: Phrase,
    pub preview: Phrase,
    pub missing: Phrase,
    pub form: Phrase,
    pub terms: Phrase,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct SettingsWords {
    pub title: Phrase,
    pub explained: Phrase,
    pub setting: Phrase,
    pub value: Phrase,
    pub purpose: Phrase,
    pub changed: Phrase,
    pub shop: Phrase,
    pub limits: Phrase,
    pub operation: Phrase,
    pub elsewhere: Phrase,
    /// With `{name}` and `{stacks}`.
    pub parameter: Phrase,
    pub option: Phrase,
    pub fixed: Phrase,
    pub none: Phrase,
    /// With `{count}` and `{most}`.
    pub of: Phrase,
    /// With `{count}`.
    pub minutes: Phrase,
    pub development: Phrase,
    pub production: Phrase,
    pub on: Phrase,
    pub rows: SettingRows,
}

/// A setting's name, and what it is for.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct SettingWords {
    pub name: Phrase,
    pub purpose: Phrase,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct SettingRows {
    pub shop_name: SettingWords,
    pub logo: SettingWords,
    pub address: SettingWords,
    pub languages: SettingWords,
    pub currencies: SettingWords,
    pub legal_pages: SettingWords,
    pub countries: SettingWords,
    pub categories: SettingWords,
    pub order_units: SettingWords,
    pub order_lines: SettingWords,
    pub line_units: SettingWords,
    pub quote_age: SettingWords,
    pub variants: SettingWords,
    pub all_categories: SettingWords,
    pub environment: SettingWords,
    pub stage: SettingWords,
    pub pages: SettingWords,
    pub zones: SettingWords,
    pub stock: SettingWords,
    pub users: SettingWords,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::pages) struct SummaryWords {
    pub products: Phrase,
    pub sold_out: Phrase,
    pub categories: Phrase,
    pub tax_rates: Phrase,
}

impl TaxClassWords {
    pub(super) const fn of(&self, class: TaxClass) -> &Phrase {
        match class {
            TaxClass::Standard => &self.standard,
            TaxClass::Reduced => &self.reduced,
            TaxClass::Zero => &self.zero,
        }
    }

    /// Value and text of each class, after an empty choice.
    pub(super) fn choices(&self, choose: &Phrase) -> Vec<(&'static str, String)> {
        let classes = [TaxClass::Standard, TaxClass::Reduced, TaxClass::Zero];
        let named = classes.into_iter().map(|class| (class.as_str(), self.of(class).to_string()));
        [("", choose.to_string())].into_iter().chain(named).collect()
    }
}
