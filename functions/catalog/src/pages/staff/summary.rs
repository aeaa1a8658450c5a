//! The start page's part about the catalogue: how much is in it, and which products are sold out by the levels that `inventory` published.

use super::words::StaffWords;
use super::{Link, PRODUCTS, path_of};
use crate::pages::shop::Shop;
use crate::pages::words::Words;
use crate::service::Catalog;
use ::pages::{Page, fragment};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, NoQuery, Problem};
use std::sync::Arc;

/// Products that are named.
const NAMED: usize = 5;

#[derive(Template)]
#[template(path = "staff_catalog_summary.html")]
struct SummaryPart {
    page: Page,
    t: &'static StaffWords,
    products: usize,
    categories: usize,
    tax_rates: usize,
    sold_out: usize,
    first_sold_out: Vec<Link>,
}

/// `GET /staff/catalog/summary`.
pub(super) async fn part(app: Arc<Catalog>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    let page = Page::new(&*app, &call, "");
    let shop = Shop::load(&app, call.now, None).await?;
    let products = shop.catalogue.products();
    let is_out = |variants: &[crate::domain::Variant]| variants.iter().all(|variant| shop.is_out(&variant.sku));
    let mut sold_out: Vec<_> = products.iter().filter(|product| is_out(&product.variants)).collect();
    sold_out.sort_by(|one, other| one.title.cmp(&other.title));
    let first = sold_out.iter().take(NAMED);
    fragment(&SummaryPart {
        t: &Words::of(page.locale).staff,
        products: products.len(),
        categories: shop.catalogue.categories.len(),
        tax_rates: shop.catalogue.tax_rates.len(),
        sold_out: sold_out.len(),
        first_sold_out: first
            .map(|product| (page.href(&path_of(PRODUCTS, product.id)), product.title.clone()))
            .collect(),
        page,
    })
}
