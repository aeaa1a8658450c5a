//! The whole catalogue as one moment saw it, with everything that makes reading it quick. Refuses changes: a new moment
//! is a new catalogue.

use super::category::lineage;
use super::search::{self, DESCRIPTION, Index, OPTION, TITLE};
use super::{Category, CategoryId, Product, Slug, TaxClass, TaxRate, TaxRateId, Variant};
use events::ids::ProductId;
use events::inventory::StockLevel;
use events::{Country, Sku};
use std::collections::{BTreeMap, HashMap};

/// What `inventory` last said of each SKU.
pub type Levels = HashMap<Sku, StockLevel>;

/// Characters of a title that decide its place among others; the rest is decided by the id.
const TITLE_PLACE: usize = 100;

/// A product that was looked for.
#[derive(Debug, Clone, Copy)]
pub struct Found<'a> {
    /// The product.
    pub product: &'a Product,
    /// Its title as titles are compared.
    pub title: &'a str,
    /// How well it matches; 0 if nothing was searched.
    pub score: u32,
}

/// Products that are not archived, categories and tax rates.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    /// How many writes it has seen.
    pub revision: u64,
    /// All categories.
    pub categories: BTreeMap<CategoryId, Category>,
    /// All tax rates.
    pub tax_rates: BTreeMap<TaxRateId, TaxRate>,
    products: Vec<Product>,
    titles: Vec<String>,
    by_id: HashMap<ProductId, usize>,
    by_slug: HashMap<Slug, usize>,
    by_sku: HashMap<Sku, (usize, usize)>,
    rates: HashMap<(Country, TaxClass), u32>,
    index: Index,
}

impl Catalogue {
    /// The catalogue of a revision. Archived products are left out.
    pub fn new(revision: u64, products: Vec<Product>, categories: Vec<Category>, tax_rates: Vec<TaxRate>) -> Self {
        let mut catalogue = Self {
            revision,
            categories: categories.into_iter().map(|category| (category.id.clone(), category)).collect(),
            rates: tax_rates
                .iter()
                .map(|rate| ((rate.country.clone(), rate.tax_class), rate.rate_basis_points))
                .collect(),
            tax_rates: tax_rates.into_iter().map(|rate| (rate.id.clone(), rate)).collect(),
            products: products.into_iter().filter(|product| product.archived_at.is_none()).collect(),
            ..Self::default()
        };
        let mut index = Index::default();
        for (position, product) in catalogue.products.iter().enumerate() {
            catalogue.by_id.insert(product.id, position);
            catalogue.by_slug.insert(product.slug.clone(), position);
            for (place, variant) in product.variants.iter().enumerate() {
                catalogue.by_sku.insert(variant.sku.clone(), (position, place));
            }
            catalogue.titles.push(search::words(&product.title).join(" ").chars().take(TITLE_PLACE).collect());
            let entry = u32::try_from(position).unwrap_or(u32::MAX);
            index_product(&mut index, entry, product, &lineage(&catalogue.categories, &product.category));
        }
        catalogue.index = index;
        catalogue
    }

    /// The product of that id.
    pub fn product(&self, id: ProductId) -> Option<&Product> {
        self.by_id.get(&id).and_then(|&position| self.products.get(position))
    }

    /// The product of that slug.
    pub fn product_by_slug(&self, slug: &Slug) -> Option<&Product> {
        self.by_slug.get(slug).and_then(|&position| self.products.get(position))
    }

    /// The variant of that SKU and its product.
    pub fn variant(&self, sku: &Sku) -> Option<(&Product, &Variant)> {
        let &(position, place) = self.by_sku.get(sku)?;
        let product = self.products.get(position)?;
        Some((product, product.variants.get(place)?))
    }

    /// What a country takes of a class of goods, in basis points of the net price.
    pub fn rate(&self, country: &Country, class: TaxClass) -> Option<u32> {
        self.rates.get(&(country.clone(), class)).copied()
    }

    /// The products that match a query, in no order; without a query, every product.
    pub fn found(&self, query: Option<&str>) -> Vec<Found<'_>> {
        let at = |position: usize, score| {
            Some(Found { product: self.products.get(position)?, title: self.titles.get(position)?, score })
        };
        match query {
            None => (0..self.products.len()).filter_map(|position| at(position, 0)).collect(),
            Some(query) => {
                let hits = self.index.search(query).into_iter();
                hits.filter_map(|(entry, score)| at(usize::try_from(entry).ok()?, score)).collect()
            }
        }
    }
}

fn index_product(index: &mut Index, entry: u32, product: &Product, categories: &[&Category]) {
    index.add(entry, TITLE, &product.title);
    index.add(entry, DESCRIPTION, &product.description);
    for category in categories {
        index.add(entry, OPTION, &category.name);
    }
    for variant in &product.variants {
        index.add(entry, TITLE, variant.sku.as_str());
        index.add(entry, OPTION, &variant.title);
        for value in variant.options.values() {
            index.add(entry, OPTION, value);
        }
    }
}
