//! `/search`: products by words, category, price and stock, in an order. Every field keeps what was sent. A price that cannot be read is
//! said at its field.

use super::listed::{self, Listed, PAGE, listed, said};
use super::shop::{Card, Shop};
use super::staff::price::minor_units;
use super::words::Words;
use crate::domain::ids::CategoryId;
use crate::domain::listing::{Filter, Sort};
use crate::service::Catalog;
use ::pages::{Errors, Page};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, Problem};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// Characters of a search.
const MAX_QUERY: usize = 200;

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct SearchQuery {
    q: Option<String>,
    category: Option<String>,
    min_price: Option<String>,
    max_price: Option<String>,
    currency: Option<String>,
    in_stock: Option<String>,
    sort: Option<String>,
    cursor: Option<String>,
}

/// What the form was sent with, without the blanks around.
struct Sent {
    q: String,
    category: String,
    min_price: String,
    max_price: String,
    in_stock: bool,
    sort: String,
}

#[derive(Template)]
#[template(path = "search.html")]
struct SearchPage {
    page: Page,
    t: &'static Words,
    sent: Sent,
    errors: Errors,
    categories: Vec<(String, String)>,
    currencies: Vec<(&'static str, &'static str)>,
    currency: &'static str,
    sorts: Vec<(&'static str, String)>,
    cards: Vec<Card>,
    count: String,
    first: String,
    next: String,
    all: String,
}

fn sort(sent: &str, has_words: bool) -> Sort {
    match sent {
        "title" => Sort::Title,
        "price_asc" => Sort::PriceAsc,
        "price_desc" => Sort::PriceDesc,
        "newest" => Sort::Newest,
        _ if has_words => Sort::Relevance,
        _ => Sort::Title,
    }
}

impl Sent {
    fn of(query: &SearchQuery) -> Self {
        let text = |parameter: &Option<String>| said(parameter.as_ref()).to_owned();
        Self {
            q: said(query.q.as_ref()).chars().take(MAX_QUERY).collect(),
            category: text(&query.category),
            min_price: text(&query.min_price),
            max_price: text(&query.max_price),
            in_stock: !text(&query.in_stock).is_empty(),
            sort: text(&query.sort),
        }
    }

    /// The filter, and what cannot be read of it.
    fn filter(&self, shop: &Shop, t: &Words) -> (Filter, Errors) {
        let (t, mut errors) = (&t.search, Errors::default());
        let mut amount = |name, label, typed: &str| {
            let read = minor_units(typed, shop.currency);
            if read.is_none() && !typed.is_empty() {
                errors.add(name, label, &t.price_error);
            }
            read
        };
        let min_price = amount("min_price", &t.min_price, &self.min_price);
        let max_price = amount("max_price", &t.max_price, &self.max_price);
        let filter = Filter {
            query: Some(self.q.clone()).filter(|words| !words.is_empty()),
            category: self.category.parse::<CategoryId>().ok(),
            currency: shop.catalogue.currencies.first().map(|_| shop.currency),
            min_price,
            max_price,
            in_stock: self.in_stock,
        };
        (filter, errors)
    }

    /// A link to the same search.
    fn target(&self, page: &Page, currency: &str, cursor: &str) -> Result<String, Problem> {
        let parameters = [
            ("q", &*self.q),
            ("category", &self.category),
            ("min_price", &self.min_price),
            ("max_price", &self.max_price),
            ("currency", currency),
            ("in_stock", if self.in_stock { "yes" } else { "" }),
            ("sort", &self.sort),
            ("cursor", cursor),
        ];
        listed::target(&page.href("/search"), &parameters)
    }
}

/// Every category, with the number of products that it would list.
fn categories(shop: &Shop, found: &Listed, chosen: &str, t: &Words) -> Vec<(String, String)> {
    let counted = found.facets.categories.iter().filter_map(|(id, count)| {
        let category = shop.catalogue.categories.get(id)?;
        Some((id.to_string(), format!("{} ({count})", category.name)))
    });
    let mut options: Vec<_> = counted.collect();
    let is_missing = !chosen.is_empty() && !options.iter().any(|(id, _)| id == chosen);
    if let Some(category) = chosen.parse().ok().and_then(|id: CategoryId| shop.catalogue.categories.get(&id))
        && is_missing
    {
        options.push((category.id.to_string(), format!("{} (0)", category.name)));
    }
    options.sort_by_cached_key(|(_, name)| events::text::fold(name));
    options.insert(0, (String::new(), t.search.any_category.to_string()));
    options
}

fn sorts(t: &Words, has_words: bool) -> Vec<(&'static str, String)> {
    let by = &t.search;
    let options = [
        ("relevance", &by.by_relevance),
        ("title", &by.by_title),
        ("price_asc", &by.by_price_asc),
        ("price_desc", &by.by_price_desc),
        ("newest", &by.by_newest),
    ];
    let options = options.into_iter().skip(usize::from(!has_words));
    options.map(|(value, text)| (value, text.to_string())).collect()
}

/// `GET /search`.
pub(super) async fn read(app: Arc<Catalog>, call: Call<NoBody, SearchQuery>) -> Result<Response, Problem> {
    let shop = Shop::load(&app, call.now, call.query.currency.as_deref()).await?;
    let t = Words::of(Page::locale(&*app, &call));
    let mut page = Page::new(&*app, &call, t.search.title.to_string());
    let sent = Sent::of(&call.query);
    page.currency = shop.chosen();
    page.search.clone_from(&sent.q);
    let (filter, errors) = sent.filter(&shop, t);
    let has_words = filter.query.is_some();
    let cursor = said(call.query.cursor.as_ref());
    let place = Some(cursor).filter(|text| !text.is_empty());
    let found = listed(&shop, (&filter, sort(&sent.sort, has_words)), place, PAGE, (&page, t))?;
    let currency = said(call.query.currency.as_ref());
    let next = found.next.as_ref().map(|next| sent.target(&page, currency, next)).transpose()?;
    let first = if cursor.is_empty() { String::new() } else { sent.target(&page, currency, "")? };
    let codes = shop.catalogue.currencies.iter().map(|currency| (currency.as_str(), currency.as_str()));
    let shown = SearchPage {
        t,
        categories: categories(&shop, &found, &sent.category, t),
        currencies: codes.collect(),
        currency: shop.currency.as_str(),
        sorts: sorts(t, has_words),
        count: t.browse.count(found.facets.total),
        cards: found.cards,
        first,
        next: next.unwrap_or_default(),
        all: shop.link(&page, "/search"),
        errors,
        sent,
        page,
    };
    if shown.errors.is_empty() { ::pages::cacheable(&shown) } else { ::pages::html(422, &shown) }
}
