//! `GET /v1/products`: a page of products and the counts beside it.

use super::views::ProductView;
use crate::domain::CategoryId;
use crate::domain::listing::{self, Facets, Filter, Position, Sort};
use crate::service::Catalog;
use chassis::{Call, NoBody, Problem, cursor};
use events::{Currency, Money};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Characters of a search, at most.
const MAX_QUERY: usize = 200;

/// What is looked for.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// Words that must all be found, each as the beginning of a word; up to 200 characters.
    #[serde(default)]
    #[schemars(length(max = 200))]
    pub q: Option<String>,
    /// A category; those below it count in.
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
    /// Only what is priced in this currency. Prices are compared in it, else in EUR.
    #[serde(default)]
    pub currency: Option<Currency>,
    /// The order; `relevance` with `q`, else `title`, unless said otherwise.
    #[serde(default)]
    pub sort: Option<Sort>,
    /// Where the page before ended. Goes with the same filters and order.
    #[serde(default)]
    pub cursor: Option<String>,
    /// Products in a page, 1 to 100; a page of very large products may have fewer.
    #[serde(default)]
    #[schemars(range(min = 1, max = 100))]
    pub limit: Option<u32>,
}

/// A page of products.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ProductListing {
    /// The products.
    pub items: Vec<ProductView>,
    /// Counts beside the list.
    pub facets: FacetsView,
    /// Where the next page starts; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
}

/// How much there is, over all pages.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[schemars(rename = "Facets")]
pub struct FacetsView {
    /// Products found.
    pub total: usize,
    /// Products found of which a variant is known to be available.
    pub in_stock: usize,
    /// Products that would be found in each category instead, those below it counted in.
    pub categories: Vec<CategoryCount>,
    /// Lowest and highest price of what would be found without the price filter; absent if nothing is priced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<PriceRange>,
}

/// Products in a category.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CategoryCount {
    /// The category.
    pub id: CategoryId,
    /// How many.
    pub count: usize,
}

/// Prices from and to.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PriceRange {
    /// Lowest.
    pub min: Money,
    /// Highest.
    pub max: Money,
}

impl From<Facets> for FacetsView {
    fn from(facets: Facets) -> Self {
        Self {
            total: facets.total,
            in_stock: facets.in_stock,
            categories: facets.categories.into_iter().map(|(id, count)| CategoryCount { id, count }).collect(),
            price: facets.prices.map(|(min, max)| PriceRange { min, max }),
        }
    }
}

fn given(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}

fn filter(query: ListQuery) -> Result<Filter, Problem> {
    let words = given(query.q);
    if words.as_ref().is_some_and(|words| words.chars().count() > MAX_QUERY) {
        return Err(Problem::invalid("q", format!("q must be up to {MAX_QUERY} characters.")));
    }
    for (name, price) in [("min_price", query.min_price), ("max_price", query.max_price)] {
        if price.is_some_and(i64::is_negative) {
            return Err(Problem::invalid(name, format!("{name} must not be negative.")));
        }
    }
    let category = given(query.category).map(|id| id.parse::<CategoryId>()).transpose();
    let category =
        category.map_err(|_| Problem::invalid("category", "category must be 1 to 64 of a–z, 0–9 and hyphens."))?;
    Ok(Filter {
        query: words,
        category,
        currency: query.currency,
        min_price: query.min_price,
        max_price: query.max_price,
    })
}

fn position(cursor: &str, sort: Sort) -> Result<Position, Problem> {
    let foreign = || Problem::bad_request("invalid_cursor", "The cursor is not one of ours, or of another order.");
    let position: Position = serde_json::from_str(&cursor::decode(cursor)?).map_err(|_| foreign())?;
    if position.sort == sort { Ok(position) } else { Err(foreign()) }
}

/// `GET /v1/products`.
///
/// # Errors
/// 400 or 422 for a query that cannot be.
pub async fn list(app: Arc<Catalog>, call: Call<NoBody, ListQuery>) -> Result<ProductListing, Problem> {
    let query = call.query;
    let limit = usize::try_from(cursor::limit(query.limit)?).unwrap_or(usize::MAX);
    let (sort, cursor) = (query.sort, given(query.cursor.clone()));
    let filter = filter(query)?;
    let sort = sort.unwrap_or(if filter.query.is_some() { Sort::Relevance } else { Sort::Title });
    let after = cursor.map(|cursor| position(&cursor, sort)).transpose()?.map(|position| position.place);
    let (catalogue, levels) = app.shown(call.now).await?;
    let page = listing::list(&catalogue, &levels, &filter, sort, after.as_ref(), limit);
    let encoded = |position: &Position| serde_json::to_string(position).map(|text| cursor::encode(&text));
    Ok(ProductListing {
        items: page.products.into_iter().map(|product| ProductView::of(product, &levels)).collect(),
        facets: page.facets.into(),
        cursor: page.next.as_ref().map(encoded).transpose().map_err(|_| Problem::internal())?,
    })
}
