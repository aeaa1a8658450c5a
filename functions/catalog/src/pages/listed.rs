//! A page of a list of products: its cards, and the cursor of the next one. Refuses the cursor of another list.

use super::shop::{Card, Shop};
use super::words::Words;
use crate::domain::Product;
use crate::domain::listing::{self, Facets, Filter, Place, Sort};
use ::pages::Page;
use chassis::{Problem, cursor};

/// Products of a page: a grid of two, three, four or six columns has no gaps.
pub(super) const PAGE: usize = 24;

pub(super) struct Listed {
    pub(super) cards: Vec<Card>,
    pub(super) facets: Facets,
    /// The cursor of the next page.
    pub(super) next: Option<String>,
}

/// A part of a list.
pub(super) struct Found<'a> {
    pub(super) products: Vec<&'a Product>,
    facets: Facets,
    /// The cursor of the next page.
    pub(super) next: Option<String>,
}

/// The products after the cursor.
///
/// # Errors
/// 400 if the cursor is not one of this list.
pub(super) fn listed(
    shop: &Shop,
    selected: (&Filter, Sort),
    cursor: Option<&str>,
    limit: usize,
    (page, t): (&Page, &Words),
) -> Result<Listed, Problem> {
    let Found { products, facets, next } = found(shop, selected, cursor, limit)?;
    Ok(Listed { cards: products.into_iter().map(|product| shop.card(product, page, t)).collect(), facets, next })
}

/// The same as products.
///
/// # Errors
/// 400 if the cursor is not one of this list.
pub(super) fn found<'a>(
    shop: &'a Shop,
    (filter, sort): (&Filter, Sort),
    cursor: Option<&str>,
    limit: usize,
) -> Result<Found<'a>, Problem> {
    // A place in one order, among what some filters let through, is none in another list.
    let selection = format!("pages {filter:?} {sort:?}");
    let place = |text: &str| -> Result<Place, Problem> {
        serde_json::from_str(&cursor::decode(&selection, text)?).map_err(|_| cursor::foreign())
    };
    let after = cursor.map(place).transpose()?;
    let page = listing::list(&shop.catalogue, &shop.levels, filter, sort, after.as_ref(), limit);
    let encoded = |place: &Place| serde_json::to_string(place).map(|text| cursor::encode(&selection, &text));
    let next = page.next.as_ref().map(encoded).transpose().map_err(Problem::internal)?;
    Ok(Found { products: page.products, facets: page.facets, next })
}

/// A path with those parameters that have a value.
pub(super) fn target(path: &str, parameters: &[(&str, &str)]) -> Result<String, Problem> {
    let said: Vec<_> = parameters.iter().filter(|(_, value)| !value.is_empty()).collect();
    let query = serde_urlencoded::to_string(said).map_err(Problem::internal)?;
    Ok(if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") })
}

/// A parameter that says something.
pub(super) fn said(parameter: Option<&String>) -> &str {
    parameter.map_or("", |text| text.trim())
}
