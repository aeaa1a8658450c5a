//! The list of products for staff, by words and category. The page's address keeps what was looked for. Refuses archived products: the
//! catalogue has none.

use super::words::StaffWords;
use super::{Link, PRODUCTS, path_of, trail, tree};
use crate::domain::listing::{Filter, Sort};
use crate::domain::{CategoryId, Product};
use crate::pages::listed::{self, found};
use crate::pages::shop::Shop;
use crate::pages::words::Words;
use crate::service::Catalog;
use ::pages::{Page, Phrase, html};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, Problem};
use events::Sku;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// Products of a page.
const PER_PAGE: usize = 25;
/// Characters of a search.
const MAX_QUERY: usize = 200;

/// What is looked for; what is empty is no condition.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default)]
pub(super) struct Look {
    q: String,
    category: String,
    cursor: String,
    /// What was just done.
    done: String,
}

/// A product in the list.
struct Listed {
    href: String,
    title: String,
    skus: Vec<Sku>,
    category: String,
    price: String,
    is_sold_out: bool,
}

#[derive(Template)]
#[template(path = "staff_products.html")]
struct ProductsPage<'a> {
    page: Page,
    t: &'static StaffWords,
    /// Of the shop's pages.
    words: &'static Words,
    trail: Vec<Link>,
    look: &'a Look,
    categories: Vec<Link>,
    products: Vec<Listed>,
    next: String,
    notice: Option<&'static Phrase>,
}

impl Look {
    fn filter(&self) -> Filter {
        Filter {
            query: Some(self.q.chars().take(MAX_QUERY).collect()).filter(|words: &String| !words.trim().is_empty()),
            category: self.category.parse::<CategoryId>().ok(),
            ..Filter::default()
        }
    }

    fn is_set(&self) -> bool {
        [&self.q, &self.category, &self.cursor].iter().any(|text| !text.is_empty())
    }
}

/// `GET /staff/catalog`.
pub(super) async fn list(app: Arc<Catalog>, call: Call<NoBody, Look>) -> Result<Response, Problem> {
    let words = Words::of(Page::locale(&*app, &call));
    let (t, look) = (&words.staff, &call.query);
    let page = Page::new(&*app, &call, t.title.to_string());
    let shop = Shop::load(&app, call.now, None).await?;
    let filter = look.filter();
    let sort = if filter.query.is_some() { Sort::Relevance } else { Sort::Title };
    let cursor = Some(&*look.cursor).filter(|cursor| !cursor.is_empty());
    let found = found(&shop, (&filter, sort), cursor, PER_PAGE)?;
    let next = match &found.next {
        Some(next) => listed::target(
            &page.href(PRODUCTS),
            &[("q", &*look.q), ("category", &*look.category), ("cursor", &**next)],
        )?,
        None => String::new(),
    };
    let view = ProductsPage {
        t,
        words,
        trail: trail(&page, t, &[]),
        look,
        categories: tree::choices(&shop.catalogue, &t.any_category),
        products: found.products.iter().map(|product| listed_product(&shop, product, &page, words)).collect(),
        next,
        notice: (look.done == "archived").then_some(&t.archived),
        page,
    };
    html(200, &view)
}

fn listed_product(shop: &Shop, product: &Product, page: &Page, words: &Words) -> Listed {
    let category = shop.catalogue.categories.get(&product.category);
    Listed {
        href: page.href(&path_of(PRODUCTS, product.id)),
        title: product.title.clone(),
        skus: product.variants.iter().map(|variant| variant.sku.clone()).collect(),
        category: category.map_or_else(|| product.category.to_string(), |category| category.name.clone()),
        price: shop.card(product, page, words).price,
        is_sold_out: product.variants.iter().all(|variant| shop.is_out(&variant.sku)),
    }
}
