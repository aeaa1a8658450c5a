//! The whole catalogue at one revision, with the maps and the index that make reading it quick. Refuses changes: another
//! revision is another catalogue.

use super::category::{Category, lineage};
use super::ids::{CategoryId, Slug, TaxRateId};
use super::legal::{LegalPage, LegalPageName};
use super::product::{Product, Variant};
use super::search::{self, DESCRIPTION, Index, OPTION, TITLE};
use super::tax::{TaxClass, TaxRate};
use events::ids::ProductId;
use events::inventory::StockLevel;
use events::{Country, Currency, Sku};
use std::collections::{BTreeMap, HashMap};

/// Variants on sale, at most: every function holds them all in memory.
pub const MAX_VARIANTS: u64 = 10_000;

/// The stock level of each SKU as `inventory` last published it.
pub type Levels = HashMap<Sku, StockLevel>;

/// Characters of a title by which products are sorted; the id decides between equal ones.
const SORTED_TITLE: usize = 100;

/// A product that a search found.
#[derive(Debug, Clone, Copy)]
pub struct Hit<'a> {
    pub product: &'a Product,
    /// The title as it is sorted: folded and cut.
    pub title: &'a str,
    /// Greater for a better match; 0 without a query.
    pub score: u32,
}

/// Products that are not archived, categories, tax rates and legal pages.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    /// The number of writes that it holds.
    pub revision: u64,
    pub categories: BTreeMap<CategoryId, Category>,
    pub tax_rates: BTreeMap<TaxRateId, TaxRate>,
    pub legal_pages: BTreeMap<LegalPageName, LegalPage>,
    /// What prices are in: before others the currency that most variants name first, then the one that most name at all.
    pub currencies: Vec<Currency>,
    products: Vec<Product>,
    titles: Vec<String>,
    by_id: HashMap<ProductId, usize>,
    by_slug: HashMap<Slug, usize>,
    by_sku: HashMap<Sku, (usize, usize)>,
    rates: HashMap<(Country, TaxClass), u32>,
    index: Index,
}

impl Catalogue {
    /// The catalogue at a revision. Archived products are left out.
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
            catalogue.titles.push(search::words(&product.title).join(" ").chars().take(SORTED_TITLE).collect());
            let entry = u32::try_from(position).unwrap_or(u32::MAX);
            index_product(&mut index, entry, product, &lineage(&catalogue.categories, &product.category));
        }
        catalogue.index = index;
        catalogue.currencies = currencies(&catalogue.products);
        catalogue
    }

    /// The same catalogue with the legal pages of the shop.
    #[must_use]
    pub fn with_legal_pages(self, pages: Vec<LegalPage>) -> Self {
        Self { legal_pages: pages.into_iter().map(|page| (page.name, page)).collect(), ..self }
    }

    /// The version of the terms that a buyer accepts now, if the shop has any.
    pub fn terms_version(&self) -> Option<&str> {
        self.legal_pages.get(&LegalPageName::Terms).map(|page| page.version.as_str())
    }

    /// Every product, in no order that means anything.
    pub fn products(&self) -> &[Product] {
        &self.products
    }

    pub fn product(&self, id: ProductId) -> Option<&Product> {
        self.by_id.get(&id).and_then(|&position| self.products.get(position))
    }

    pub fn product_by_slug(&self, slug: &Slug) -> Option<&Product> {
        self.by_slug.get(slug).and_then(|&position| self.products.get(position))
    }

    /// The variant with that SKU, and its product.
    pub fn variant(&self, sku: &Sku) -> Option<(&Product, &Variant)> {
        let &(position, place) = self.by_sku.get(sku)?;
        let product = self.products.get(position)?;
        Some((product, product.variants.get(place)?))
    }

    /// The tax rate in basis points of the net price, if one is set for that country and class.
    pub fn rate(&self, country: &Country, class: TaxClass) -> Option<u32> {
        self.rates.get(&(country.clone(), class)).copied()
    }

    /// The products that match a query, unsorted; without a query, every product.
    pub fn search(&self, query: Option<&str>) -> Vec<Hit<'_>> {
        let at = |position: usize, score| {
            Some(Hit { product: self.products.get(position)?, title: self.titles.get(position)?, score })
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

/// Every currency that a variant has a price in.
fn currencies(products: &[Product]) -> Vec<Currency> {
    let mut counts: Vec<(Currency, (usize, usize))> = Vec::new();
    for variant in products.iter().flat_map(|product| &product.variants) {
        for (place, price) in variant.prices.iter().enumerate() {
            let first = usize::from(place == 0);
            match counts.iter_mut().find(|(currency, _)| *currency == price.currency) {
                Some((_, (firsts, all))) => (*firsts, *all) = (*firsts + first, *all + 1),
                None => counts.push((price.currency, (first, 1))),
            }
        }
    }
    counts.sort_by_key(|(_, counts)| std::cmp::Reverse(*counts));
    counts.into_iter().map(|(currency, _)| currency).collect()
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
