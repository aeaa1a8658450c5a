//! A product as it is typed: its fields by the names that the API has for them, with points between. Refuses to judge what was typed; what
//! was left empty is left out.

use super::form::{Draft, number_or_text};
use super::price;
use crate::domain::{Product, Variant};
use ::pages::Locale;
use events::{Currency, Money};
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// Rows by their numbers in the form.
type Rows<T> = BTreeMap<u16, T>;

/// Rows of a form have lower numbers.
const MAX_ROWS: u16 = 1_000;

#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct ProductDraft {
    pub(super) title: String,
    /// Only a new product's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) slug: Option<String>,
    pub(super) description: String,
    pub(super) category: String,
    pub(super) tax_class: String,
    #[serde(serialize_with = "as_list")]
    pub(super) variants: Rows<VariantDraft>,
}

#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct VariantDraft {
    pub(super) sku: String,
    pub(super) title: String,
    #[serde(serialize_with = "as_object")]
    pub(super) options: Rows<OptionDraft>,
    #[serde(serialize_with = "as_whole_number")]
    pub(super) weight_grams: String,
    #[serde(serialize_with = "as_list")]
    pub(super) prices: Rows<PriceDraft>,
    #[serde(skip)]
    pub(super) is_removed: bool,
}

#[derive(Debug, Clone, Default)]
pub(super) struct OptionDraft {
    pub(super) name: String,
    pub(super) value: String,
}

/// A price in units of its currency.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(into = "SentPrice")]
pub(super) struct PriceDraft {
    pub(super) currency: String,
    pub(super) amount: String,
}

/// A price as the API takes it.
#[derive(Serialize)]
struct SentPrice {
    #[serde(serialize_with = "as_minor_units")]
    amount: PriceDraft,
    currency: String,
}

impl From<PriceDraft> for SentPrice {
    fn from(price: PriceDraft) -> Self {
        Self { currency: price.currency.clone(), amount: price }
    }
}

impl Draft for ProductDraft {
    fn of(fields: &[(String, String)]) -> Self {
        let mut draft = Self::default();
        for (name, value) in fields {
            draft.set(name, value);
        }
        draft
    }

    fn without_blanks(self) -> Self {
        let kept = self.variants.into_values().filter(|variant| !variant.is_removed).map(VariantDraft::without_blanks);
        Self { variants: numbered(kept.filter(|variant| !variant.is_blank())), ..self }
    }
}

impl ProductDraft {
    /// A product as it is.
    pub(super) fn showing(product: &Product, locale: Locale) -> Self {
        Self {
            title: product.title.clone(),
            slug: None,
            description: product.description.clone(),
            category: product.category.to_string(),
            tax_class: product.tax_class.as_str().to_owned(),
            variants: numbered(product.variants.iter().map(|variant| VariantDraft::showing(variant, locale))),
        }
    }

    fn set(&mut self, name: &str, value: &str) {
        let names: Vec<_> = name.split('.').collect();
        match *names.as_slice() {
            ["title"] => value.clone_into(&mut self.title),
            ["slug"] => self.slug = Some(value.to_owned()),
            // Browsers send line breaks as two characters.
            ["description"] => self.description = value.replace("\r\n", "\n"),
            ["category"] => value.clone_into(&mut self.category),
            ["tax_class"] => value.clone_into(&mut self.tax_class),
            ["variants", row, ref within @ ..] => {
                if let Some(row) = row_of(row) {
                    self.variants.entry(row).or_default().set(within, value);
                }
            }
            _ => {}
        }
    }
}

impl VariantDraft {
    fn showing(variant: &Variant, locale: Locale) -> Self {
        let option = |(name, value): (&String, &String)| OptionDraft { name: name.clone(), value: value.clone() };
        let price =
            |price: &Money| PriceDraft { currency: price.currency.to_string(), amount: price::written(*price, locale) };
        Self {
            sku: variant.sku.to_string(),
            title: variant.title.clone(),
            options: numbered(variant.options.iter().map(option)),
            weight_grams: variant.weight_grams.to_string(),
            prices: numbered(variant.prices.iter().map(price)),
            is_removed: false,
        }
    }

    fn set(&mut self, names: &[&str], value: &str) {
        let field = match *names {
            ["sku"] => &mut self.sku,
            ["title"] => &mut self.title,
            ["weight_grams"] => &mut self.weight_grams,
            ["removed"] => {
                self.is_removed = !value.is_empty();
                return;
            }
            [list, row, part] => {
                let Some(row) = row_of(row) else { return };
                match (list, part) {
                    ("options", "name") => &mut self.options.entry(row).or_default().name,
                    ("options", "value") => &mut self.options.entry(row).or_default().value,
                    ("prices", "currency") => &mut self.prices.entry(row).or_default().currency,
                    ("prices", "amount") => &mut self.prices.entry(row).or_default().amount,
                    _ => return,
                }
            }
            _ => return,
        };
        value.clone_into(field);
    }

    fn without_blanks(self) -> Self {
        let is_named = |option: &OptionDraft| !option.name.is_empty() || !option.value.is_empty();
        Self {
            options: numbered(self.options.into_values().filter(is_named)),
            // The form names currencies beforehand.
            prices: numbered(self.prices.into_values().filter(|price| !price.amount.is_empty())),
            ..self
        }
    }

    /// Whether a row of the form was left empty; it has no blanks within.
    fn is_blank(&self) -> bool {
        let texts = [&self.sku, &self.title, &self.weight_grams];
        texts.iter().all(|text| text.is_empty()) && self.options.is_empty() && self.prices.is_empty()
    }
}

/// The number of a row; `None` if no form has it.
fn row_of(name: &str) -> Option<u16> {
    name.parse().ok().filter(|row| *row < MAX_ROWS)
}

/// Rows numbered from 0.
fn numbered<T>(rows: impl IntoIterator<Item = T>) -> Rows<T> {
    (0..).zip(rows).collect()
}

fn as_list<T: Serialize, S: Serializer>(rows: &Rows<T>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(rows.values())
}

/// A name that is there twice stays there twice, for the API to refuse.
fn as_object<S: Serializer>(options: &Rows<OptionDraft>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(options.values().map(|option| (&option.name, &option.value)))
}

fn as_whole_number<S: Serializer>(typed: &str, serializer: S) -> Result<S::Ok, S::Error> {
    number_or_text(typed.parse().ok(), typed, serializer)
}

fn as_minor_units<S: Serializer>(price: &PriceDraft, serializer: S) -> Result<S::Ok, S::Error> {
    let currency = price.currency.parse().ok();
    let amount = currency.and_then(|currency: Currency| price::minor_units(&price.amount, currency));
    // What cannot be read is refused for its currency before its amount.
    let amount = if currency.is_none() { Some(0) } else { amount };
    number_or_text(amount, &price.amount, serializer)
}

#[cfg(test)]
mod tests;
