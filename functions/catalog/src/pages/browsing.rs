//! `/` and `/categories/{id}`. Refuses filters: `/search` has them.

use super::currencies::{self, Choice};
use super::listed::{self, PAGE, listed, said};
use super::shop::{Card, Shop};
use super::words::Words;
use crate::domain::category::lineage;
use crate::domain::ids::CategoryId;
use crate::domain::listing::{Filter, Sort};
use crate::service::Catalog;
use ::pages::Page;
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, Problem};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// Products of the home page.
const NEWEST: usize = 12;

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct BrowseQuery {
    cursor: Option<String>,
    pub(super) currency: Option<String>,
}

/// A link with its text.
type Link = (String, String);

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    page: Page,
    t: &'static Words,
    welcome: String,
    categories: Vec<Link>,
    cards: Vec<Card>,
    all: String,
    currencies: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "category.html")]
struct CategoryPage {
    page: Page,
    t: &'static Words,
    name: String,
    trail: Vec<Link>,
    subcategories: Vec<Link>,
    cards: Vec<Card>,
    count: String,
    filter: String,
    first: String,
    next: String,
    currencies: Vec<Choice>,
}

/// The categories directly below one, or at the top of the tree, by name.
fn below(shop: &Shop, parent: Option<&CategoryId>, page: &Page) -> Vec<Link> {
    let categories = shop.catalogue.categories.values().filter(|category| category.parent.as_ref() == parent);
    let mut links: Vec<_> = categories
        .map(|category| (shop.link(page, &format!("/categories/{}", category.id)), category.name.clone()))
        .collect();
    links.sort_by_cached_key(|(_, name)| events::text::fold(name));
    links
}

/// `GET /`.
pub(super) async fn home(app: Arc<Catalog>, call: Call<NoBody, BrowseQuery>) -> Result<Response, Problem> {
    let shop = Shop::load(&app, call.now, call.query.currency.as_deref()).await?;
    let t = Words::of(Page::locale(&*app, &call));
    let mut page = Page::new(&*app, &call, t.browse.title.to_string());
    page.currency = shop.chosen();
    page.is_indexed = true;
    page.description = t.browse.description.with("shop", &page.shop).to_string();
    let newest = listed(&shop, (&Filter::default(), Sort::Newest), None, NEWEST, (&page, t))?;
    ::pages::cacheable(&Home {
        t,
        welcome: t.browse.welcome.with("shop", &page.shop).to_string(),
        categories: below(&shop, None, &page),
        cards: newest.cards,
        all: shop.link(&page, "/search"),
        currencies: currencies::choices(&shop, shop.catalogue.currencies.iter().copied(), &page),
        page,
    })
}

/// `GET /categories/{id}`.
pub(super) async fn category(app: Arc<Catalog>, call: Call<NoBody, BrowseQuery>) -> Result<Response, Problem> {
    let shop = Shop::load(&app, call.now, call.query.currency.as_deref()).await?;
    let id: CategoryId = call.param("id")?;
    let above = lineage(&shop.catalogue.categories, &id);
    let name = above.first().map(|category| category.name.clone()).ok_or_else(Problem::not_found)?;
    let t = Words::of(Page::locale(&*app, &call));
    let mut page = Page::new(&*app, &call, name.clone());
    let cursor = said(call.query.cursor.as_ref());
    page.currency = shop.chosen();
    page.path = format!("/categories/{id}");
    page.is_indexed = cursor.is_empty();
    page.description = t.browse.category_description.with("name", &name).with("shop", &page.shop).to_string();
    let filter = Filter { category: Some(id.clone()), ..Filter::default() };
    let found = listed(&shop, (&filter, Sort::Title), Some(cursor).filter(|text| !text.is_empty()), PAGE, (&page, t))?;
    let here = shop.link(&page, &page.path);
    let next = match &found.next {
        Some(next) => listed::target(&page.href(&page.path), &[("currency", shop.chosen()), ("cursor", next)])?,
        None => String::new(),
    };
    let trail = above.iter().skip(1).rev();
    ::pages::cacheable(&CategoryPage {
        t,
        trail: trail
            .map(|category| (shop.link(&page, &format!("/categories/{}", category.id)), category.name.clone()))
            .collect(),
        subcategories: below(&shop, Some(&id), &page),
        cards: found.cards,
        count: t.browse.count(found.facets.total),
        filter: listed::target(&page.href("/search"), &[("category", id.as_str()), ("currency", shop.chosen())])?,
        first: if cursor.is_empty() { String::new() } else { here },
        next,
        currencies: currencies::choices(&shop, shop.catalogue.currencies.iter().copied(), &page),
        name,
        page,
    })
}
