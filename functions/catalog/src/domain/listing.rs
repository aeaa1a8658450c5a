//! The list of products: filters, order, pages, and the counts beside them. Refuses page numbers: a page starts after a
//! product's place in the order, so products that come or go neither repeat nor hide others.

use super::catalogue::{Catalogue, Hit, Levels};
use super::category::lineage;
use super::ids::CategoryId;
use super::product::{Product, Variant};
use events::ids::ProductId;
use events::inventory::StockLevel;
use events::{Currency, Money};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A page ends early when its products take about this many bytes: Lambda answers at most 6 MB.
const PAGE_BYTES: usize = 2_000_000;

/// Which products are listed: those for which every part holds.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    pub query: Option<String>,
    /// The product is in this category or one below it.
    pub category: Option<CategoryId>,
    /// The product has a price in this currency.
    pub currency: Option<Currency>,
    /// A variant costs at least this, in minor units.
    pub min_price: Option<i64>,
    /// A variant costs at most this, in minor units.
    pub max_price: Option<i64>,
    /// A variant is known to be in stock.
    pub in_stock: bool,
}

impl Filter {
    /// The currency that prices are compared in.
    pub fn pricing_currency(&self) -> Currency {
        self.currency.unwrap_or(Currency::EUR)
    }

    fn by_price(&self, product: &Product) -> bool {
        let (from, to) = (self.min_price.unwrap_or(i64::MIN), self.max_price.unwrap_or(i64::MAX));
        let any = self.min_price.is_none() && self.max_price.is_none();
        any || prices(product, self.pricing_currency()).any(|amount| (from..=to).contains(&amount))
    }

    fn by_currency(&self, product: &Product) -> bool {
        self.currency.is_none_or(|currency| prices(product, currency).next().is_some())
    }
}

fn prices(product: &Product, currency: Currency) -> impl Iterator<Item = i64> {
    let priced = product.variants.iter().flat_map(|variant| &variant.prices);
    priced.filter(move |price| price.currency == currency).map(|price| price.amount)
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// Best match first; the default with a query.
    Relevance,
    /// By title; the default without a query.
    Title,
    /// Cheapest variant first.
    PriceAsc,
    /// Most expensive first, by the cheapest variant.
    PriceDesc,
    /// Last created first.
    Newest,
}

/// A product's place in an order: compared by number, then title, then id.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place(i64, String, ProductId);

impl Place {
    fn of(hit: &Hit<'_>, sort: Sort, currency: Currency) -> Self {
        let Hit { product, title, score } = *hit;
        let cheapest = prices(product, currency).min();
        let number = match sort {
            Sort::Relevance => -i64::from(score),
            Sort::Title => 0,
            // Products without a price in that currency come last in both orders.
            Sort::PriceAsc => cheapest.unwrap_or(i64::MAX),
            Sort::PriceDesc => cheapest.map_or(i64::MAX, i64::saturating_neg),
            Sort::Newest => product.created_at.millis().saturating_neg(),
        };
        Self(number, title.to_owned(), product.id)
    }
}

/// Counts beside a list, over all pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facets {
    pub total: usize,
    /// Number of products that the list would have with each category as its filter instead. Empty categories are left
    /// out.
    pub categories: BTreeMap<CategoryId, usize>,
    /// Lowest and highest price of a variant, without the price filter.
    pub prices: Option<(Money, Money)>,
    /// Products with a variant that is known to be in stock.
    pub in_stock: usize,
}

#[derive(Debug, Clone)]
pub struct Page<'a> {
    pub products: Vec<&'a Product>,
    /// The start of the next page, if there is one.
    pub next: Option<Place>,
    pub facets: Facets,
}

/// The page of at most `limit` products that follows the place `after`.
pub fn list<'a>(
    catalogue: &'a Catalogue,
    levels: &Levels,
    filter: &Filter,
    sort: Sort,
    after: Option<&Place>,
    limit: usize,
) -> Page<'a> {
    let currency = filter.pricing_currency();
    let mut hits = catalogue.search(filter.query.as_deref());
    hits.retain(|hit| filter.by_currency(hit.product));
    let in_category = |product: &Product| {
        let above = || lineage(&catalogue.categories, &product.category);
        filter.category.as_ref().is_none_or(|wanted| above().iter().any(|category| category.id == *wanted))
    };
    let mut facets = Facets { total: 0, categories: BTreeMap::new(), prices: None, in_stock: 0 };
    let mut places = BTreeMap::new();
    for hit in hits {
        let product = hit.product;
        let (category_fits, price_fits) = (in_category(product), filter.by_price(product));
        let is_available = is_available(product, levels);
        facets.in_stock += usize::from(category_fits && price_fits && is_available);
        if filter.in_stock && !is_available {
            continue;
        }
        if price_fits {
            count_categories(catalogue, product, &mut facets.categories);
        }
        if category_fits {
            facets.prices = widened(facets.prices, prices(product, currency), currency);
        }
        if category_fits && price_fits {
            facets.total += 1;
            places.insert(Place::of(&hit, sort, currency), product);
        }
    }
    let (products, next) = page(places, after, limit);
    Page { products, next, facets }
}

fn count_categories(catalogue: &Catalogue, product: &Product, counts: &mut BTreeMap<CategoryId, usize>) {
    let ids: BTreeSet<_> = lineage(&catalogue.categories, &product.category).iter().map(|c| &c.id).collect();
    for id in ids {
        *counts.entry(id.clone()).or_default() += 1;
    }
}

fn widened(
    range: Option<(Money, Money)>,
    amounts: impl Iterator<Item = i64>,
    currency: Currency,
) -> Option<(Money, Money)> {
    amounts.map(|amount| Money::new(amount, currency)).fold(range, |range, price| match range {
        None => Some((price, price)),
        Some((low, high)) => Some((
            if price.amount < low.amount { price } else { low },
            if price.amount > high.amount { price } else { high },
        )),
    })
}

fn is_available(product: &Product, levels: &Levels) -> bool {
    let level = |variant: &Variant| levels.get(&variant.sku).copied();
    product.variants.iter().filter_map(level).any(|level| level != StockLevel::Out)
}

fn page<'a>(
    places: BTreeMap<Place, &'a Product>,
    after: Option<&Place>,
    limit: usize,
) -> (Vec<&'a Product>, Option<Place>) {
    let mut rest = places.into_iter().filter(|(place, _)| after.is_none_or(|after| place > after)).peekable();
    let (mut products, mut last, mut bytes) = (Vec::new(), None, 0);
    while products.len() < limit && bytes < PAGE_BYTES {
        let Some((place, product)) = rest.next() else {
            break;
        };
        bytes += product.size();
        products.push(product);
        last = Some(place);
    }
    let more = rest.peek().is_some();
    (products, last.filter(|_| more))
}

#[cfg(test)]
#[path = "listing/tests.rs"]
mod tests;
