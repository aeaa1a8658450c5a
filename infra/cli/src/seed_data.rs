//! The demo catalogue in `infra/seed/`: data that anyone can edit without touching code.
//! Owns reading it. Refuses to interpret it: each entry is sent to the shop unchanged.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::fingerprint::Fingerprint;
use crate::workspace::Workspace;

/// Request bodies by the id that the client chooses.
pub type Named = BTreeMap<String, Value>;

#[derive(Clone, Debug)]
pub struct Catalogue {
    /// Category bodies by id.
    pub categories: Named,
    /// Product bodies.
    pub products: Vec<Map<String, Value>>,
    /// Tax-rate bodies by id.
    pub tax_rates: Named,
    /// Bodies of legal pages by name.
    pub legal_pages: Named,
    /// Shipping-zone bodies by id.
    pub shipping_zones: Named,
    /// Units in stock by SKU.
    pub stock: BTreeMap<String, u32>,
}

impl Catalogue {
    /// # Errors
    /// If a file is missing or malformed; the message names it.
    pub fn read(workspace: &Workspace) -> Result<Self> {
        Ok(Self {
            categories: file(workspace, "categories.json")?,
            products: file(workspace, "products.json")?,
            tax_rates: file(workspace, "tax-rates.json")?,
            legal_pages: file(workspace, "legal-pages.json")?,
            shipping_zones: file(workspace, "shipping-zones.json")?,
            stock: file(workspace, "stock.json")?,
        })
    }

    /// A SKU for an example; empty if there is no product.
    pub fn any_sku(&self) -> String {
        let sku = self.products.iter().find_map(|product| product.get("variants")?.get(0)?.get("sku")?.as_str());
        sku.unwrap_or_default().to_owned()
    }

    pub fn variants(&self) -> usize {
        self.products.iter().filter_map(|product| product.get("variants")?.as_array()).map(Vec::len).sum()
    }
}

/// Fingerprint of all files: tells whether a shop has this catalogue.
///
/// # Errors
/// If the folder cannot be read.
pub fn fingerprint(workspace: &Workspace) -> Result<String> {
    Ok(Fingerprint::default().folder(&workspace.seed(""))?.finish())
}

fn file<T: DeserializeOwned>(workspace: &Workspace, name: &str) -> Result<T> {
    let path = workspace.seed(name);
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not as expected", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::Sku;
    use std::collections::BTreeSet;

    fn catalogue() -> Catalogue {
        Catalogue::read(&Workspace::find().unwrap()).unwrap()
    }

    fn variants(catalogue: &Catalogue) -> Vec<Value> {
        let lists = catalogue.products.iter().map(|product| product["variants"].as_array().unwrap().clone());
        lists.flatten().collect()
    }

    fn strings(value: &Value) -> BTreeSet<String> {
        value.as_array().unwrap().iter().map(|item| item.as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn there_are_enough_products_with_one_to_four_variants_each() {
        let catalogue = catalogue();
        assert!(catalogue.products.len() >= 30);
        for product in &catalogue.products {
            let count = product["variants"].as_array().unwrap().len();
            assert!((1..=4).contains(&count), "{} has {count} variants", product["slug"]);
        }
        assert!(catalogue.variants() > catalogue.products.len());
    }

    #[test]
    fn every_sku_is_well_formed_and_used_once() {
        let mut seen = BTreeSet::new();
        for variant in variants(&catalogue()) {
            let sku = variant["sku"].as_str().unwrap();
            assert!(sku.parse::<Sku>().is_ok(), "{sku}");
            assert!(seen.insert(sku.to_owned()), "{sku} is used twice");
        }
    }

    #[test]
    fn every_slug_is_used_once() {
        let catalogue = catalogue();
        let slugs: BTreeSet<_> = catalogue.products.iter().map(|product| product["slug"].as_str().unwrap()).collect();
        assert_eq!(slugs.len(), catalogue.products.len());
    }

    #[test]
    fn every_product_is_in_a_category_that_exists_and_so_is_every_parent() {
        let catalogue = catalogue();
        for product in &catalogue.products {
            let category = product["category"].as_str().unwrap();
            assert!(catalogue.categories.contains_key(category), "{category}");
        }
        for category in catalogue.categories.values() {
            if let Some(parent) = category.get("parent") {
                assert!(catalogue.categories.contains_key(parent.as_str().unwrap()));
            }
        }
    }

    #[test]
    fn every_variant_has_a_weight_and_a_price_in_both_currencies() {
        for variant in variants(&catalogue()) {
            assert!(variant["weight_grams"].as_u64().unwrap() > 0);
            let prices = variant["prices"].as_array().unwrap();
            let currencies: Vec<_> = prices.iter().map(|price| price["currency"].as_str().unwrap()).collect();
            assert_eq!(currencies, ["EUR", "USD"], "{}", variant["sku"]);
            assert!(prices.iter().all(|price| price["amount"].as_i64().unwrap() > 0));
        }
    }

    #[test]
    fn every_tax_class_in_use_has_a_rate_in_every_country_goods_are_sent_to() {
        let catalogue = catalogue();
        let rates: BTreeSet<_> = catalogue
            .tax_rates
            .values()
            .map(|rate| (rate["country"].as_str().unwrap(), rate["tax_class"].as_str().unwrap()))
            .collect();
        assert_eq!(rates.len(), catalogue.tax_rates.len());
        for zone in catalogue.shipping_zones.values() {
            for country in strings(&zone["countries"]) {
                for product in &catalogue.products {
                    let class = product["tax_class"].as_str().unwrap();
                    assert!(rates.contains(&(country.as_str(), class)), "no {class} rate for {country}");
                }
            }
        }
    }

    #[test]
    fn every_legal_page_is_there_in_both_languages_and_says_that_the_shop_is_a_demonstration() {
        let pages = catalogue().legal_pages;
        assert_eq!(pages.keys().collect::<Vec<_>>(), ["imprint", "privacy", "terms"]);
        for page in pages.values() {
            assert!(!page["version"].as_str().unwrap().is_empty());
            for (language, word) in [("en", "demonstration"), ("de", "Vorführung")] {
                assert!(page["texts"][language].as_str().unwrap().contains(word), "{page}");
            }
        }
    }

    #[test]
    fn no_country_is_in_two_zones_and_every_service_costs_in_both_currencies() {
        let mut seen = BTreeSet::new();
        for zone in catalogue().shipping_zones.values() {
            for country in strings(&zone["countries"]) {
                assert!(seen.insert(country.clone()), "{country} is in two zones");
            }
            for service in zone["services"].as_array().unwrap() {
                let rates = service["rates"].as_array().unwrap();
                let currencies: Vec<_> = rates.iter().map(|rate| rate["currency"].as_str().unwrap()).collect();
                assert_eq!(currencies, ["EUR", "USD"]);
                assert!(service["min_days"].as_u64().unwrap() <= service["max_days"].as_u64().unwrap());
            }
        }
        assert!(seen.len() >= 6);
    }

    #[test]
    fn stock_names_exactly_the_variants_there_are() {
        let catalogue = catalogue();
        let skus: BTreeSet<_> =
            variants(&catalogue).iter().map(|variant| variant["sku"].as_str().unwrap().to_owned()).collect();
        assert_eq!(skus, catalogue.stock.keys().cloned().collect());
    }
}
