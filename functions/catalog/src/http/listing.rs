//! `GET /v1/products`: a page of products and the counts beside it.

use super::resources::Product;
use crate::domain::ids::CategoryId;
use crate::domain::listing::{self, Filter, Place, Sort};
use crate::service::Catalog;
use chassis::{Call, NoBody, Problem, cursor};
use events::{Currency, Money};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Characters of a search.
const MAX_QUERY: usize = 200;

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListQuery {
    /// Search words, up to 200 characters. A product matches if each word begins one of its words.
    #[serde(default)]
    #[schemars(length(max = 200))]
    pub q: Option<String>,
    /// A category id. Products in the categories below it are listed too.
    #[serde(default)]
    pub category: Option<String>,
    /// Lowest price in minor units.
    #[serde(default)]
    #[schemars(range(min = 0))]
    pub min_price: Option<i64>,
    /// Highest price in minor units.
    #[serde(default)]
    #[schemars(range(min = 0))]
    pub max_price: Option<i64>,
    /// Only products with a price in this currency are listed. Prices are compared in it, and in EUR if it is absent.
    #[serde(default)]
    pub currency: Option<Currency>,
    /// Defaults to `relevance` with `q`, and to `title` without.
    #[serde(default)]
    pub sort: Option<Sort>,
    /// The cursor of the previous page. It is valid with the same filters and order.
    #[serde(default)]
    pub cursor: Option<String>,
    /// Products of a page, 1 to 100. Default 20. A page of very large products may have fewer.
    #[serde(default)]
    #[schemars(range(min = 1, max = 100))]
    pub limit: Option<u32>,
}

/// A page of products.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct ProductListing {
    items: Vec<Product>,
    facets: Facets,
    /// The cursor of the next page; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    cursor: Option<String>,
}

/// Counts of products, over all pages.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct Facets {
    total: usize,
    /// Products with a variant that is known to be in stock.
    in_stock: usize,
    /// For each category, the number of products in the list if it were filtered by that category.
    categories: Vec<CategoryCount>,
    /// Lowest and highest price in the list without the price filter; absent if nothing is priced.
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<PriceRange>,
}

/// The number of products in a category and those below it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct CategoryCount {
    id: CategoryId,
    count: usize,
}

/// A range of prices.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct PriceRange {
    min: Money,
    max: Money,
}

impl From<listing::Facets> for Facets {
    fn from(facets: listing::Facets) -> Self {
        Self {
            total: facets.total,
            in_stock: facets.in_stock,
            categories: facets.categories.into_iter().map(|(id, count)| CategoryCount { id, count }).collect(),
            price: facets.prices.map(|(min, max)| PriceRange { min, max }),
        }
    }
}

fn non_blank(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

fn filter(query: ListQuery) -> Result<Filter, Problem> {
    let words = non_blank(query.q);
    if words.as_ref().is_some_and(|words| words.chars().count() > MAX_QUERY) {
        return Err(Problem::parameter("q", &format!("must be a text of up to {MAX_QUERY} characters")));
    }
    for (name, price) in [("min_price", query.min_price), ("max_price", query.max_price)] {
        if price.is_some_and(i64::is_negative) {
            return Err(Problem::parameter(name, "must be 0 or more"));
        }
    }
    let category = non_blank(query.category).map(|id| id.parse::<CategoryId>()).transpose();
    let category = category.map_err(|error| Problem::parameter("category", &error.requirement))?;
    Ok(Filter {
        query: words,
        category,
        currency: query.currency,
        min_price: query.min_price,
        max_price: query.max_price,
        in_stock: false,
    })
}

fn place(list: &str, cursor: &str) -> Result<Place, Problem> {
    serde_json::from_str(&cursor::decode(list, cursor)?).map_err(|_| cursor::foreign())
}

/// `GET /v1/products`.
pub(super) async fn list(app: Arc<Catalog>, call: Call<NoBody, ListQuery>) -> Result<ProductListing, Problem> {
    let query = call.query;
    let limit = usize::try_from(cursor::limit(query.limit)?).unwrap_or(usize::MAX);
    let (sort, cursor) = (query.sort, non_blank(query.cursor.clone()));
    let filter = filter(query)?;
    let sort = sort.unwrap_or(if filter.query.is_some() { Sort::Relevance } else { Sort::Title });
    // A place in one order, among what some filters let through, is none in another list.
    let selection = format!("products {filter:?} {sort:?}");
    let after = cursor.map(|cursor| place(&selection, &cursor)).transpose()?;
    let (catalogue, levels) = app.shown(call.now).await?;
    let page = listing::list(&catalogue, &levels, &filter, sort, after.as_ref(), limit);
    let encoded = |place: &Place| serde_json::to_string(place).map(|text| cursor::encode(&selection, &text));
    Ok(ProductListing {
        items: page.products.into_iter().map(|product| Product::of(product, &levels)).collect(),
        facets: page.facets.into(),
        cursor: page.next.as_ref().map(encoded).transpose().map_err(Problem::internal)?,
    })
}
