//! `/products/{id}`: a product with its variants, and the form that puts one into the cart. Refuses to promise units: it shows levels.

use super::browsing::BrowseQuery;
use super::currencies::{self, Choice};
use super::shop::{Level, Shop, chosen};
use super::words::Words;
use crate::domain::category::lineage;
use crate::domain::pricing::MAX_QUANTITY;
use crate::domain::{Product, Variant};
use crate::service::Catalog;
use ::pages::Page;
use askama::Template;
use chassis::http::{Response, redirect};
use chassis::{Call, NoBody, Problem};
use events::ids::ProductId;
use events::text::cut;
use events::{Money, Sku};
use std::sync::Arc;

/// Characters of a description that search engines show.
const SUMMARY: usize = 160;

#[derive(Template)]
#[template(path = "product.html")]
struct ProductPage {
    page: Page,
    t: &'static Words,
    title: String,
    paragraphs: Vec<String>,
    trail: Vec<(String, String)>,
    offers: Vec<Offer>,
    can_buy: bool,
    most: u32,
    /// Of the prices that are shown, for the cart; empty for the one that everybody starts with.
    currency: &'static str,
    currencies: Vec<Choice>,
}

/// A variant as shoppers choose it.
struct Offer {
    sku: String,
    title: String,
    options: String,
    price: String,
    /// As programs read it; none if it is not sold in this currency.
    machine_price: Option<(String, &'static str)>,
    level: Option<Level>,
    can_buy: bool,
    /// Whether it is sold in this currency and out.
    is_out: bool,
    is_chosen: bool,
}

impl Offer {
    fn of(variant: &Variant, shop: &Shop, page: &Page, t: &Words) -> Self {
        let price: Option<Money> = variant.prices.iter().find(|price| price.currency == shop.currency).copied();
        let options = variant.options.iter().map(|(name, value)| format!("{name}: {value}"));
        Self {
            sku: variant.sku.to_string(),
            title: variant.title.clone(),
            options: options.collect::<Vec<_>>().join(" · "),
            price: price.map_or_else(
                || t.not_in_currency.with("currency", shop.currency).to_string(),
                |price| page.money(price),
            ),
            machine_price: price.map(|price| (price.to_decimal(), price.currency.as_str())),
            level: shop.level(&variant.sku, t),
            can_buy: price.is_some() && !shop.is_out(&variant.sku),
            is_out: price.is_some() && shop.is_out(&variant.sku),
            is_chosen: false,
        }
    }
}

fn offers(product: &Product, shop: &Shop, page: &Page, t: &Words) -> Vec<Offer> {
    let mut offers: Vec<_> = product.variants.iter().map(|variant| Offer::of(variant, shop, page, t)).collect();
    if let Some(first) = offers.iter_mut().find(|offer| offer.can_buy) {
        first.is_chosen = true;
    }
    offers
}

/// `GET /products/{id}`: `{id}` is a slug or an id; the canonical address has the slug, to which that of a SKU leads.
pub(super) async fn read(app: Arc<Catalog>, call: Call<NoBody, BrowseQuery>) -> Result<Response, Problem> {
    let mut shop = Shop::load(&app, call.now, call.query.currency.as_deref()).await?;
    let catalogue = Arc::clone(&shop.catalogue);
    let product = match call.param::<ProductId>("id") {
        Ok(id) => catalogue.product(id),
        Err(_) => call.param("id").ok().and_then(|slug| catalogue.product_by_slug(&slug)),
    };
    let Some(product) = product else {
        // Others know SKUs alone, as do links in emails.
        let sku: Sku = call.param("id")?;
        let (product, _) = catalogue.variant(&sku).ok_or_else(Problem::not_found)?;
        return Ok(redirect(302, &shop.product_link(&Page::new(&*app, &call, ""), product)));
    };
    let sold_in = |currency| product.variants.iter().flat_map(|v| &v.prices).any(|price| price.currency == currency);
    let offered: Vec<_> = catalogue.currencies.iter().copied().filter(|currency| sold_in(*currency)).collect();
    let t = Words::of(Page::locale(&*app, &call));
    let mut page = Page::new(&*app, &call, product.title.clone());
    page.currency = shop.chosen();
    page.path = format!("/products/{}", product.slug);
    page.is_indexed = true;
    page.description = cut(&product.description.replace('\n', " "), SUMMARY).to_owned();
    let above = lineage(&catalogue.categories, &product.category).into_iter().rev();
    let trail =
        above.map(|category| (shop.link(&page, &format!("/categories/{}", category.id)), category.name.clone()));
    let trail = trail.collect();
    // The links keep the visitor's currency, even if this product is sold in none but others.
    shop.currency = chosen(&offered, call.query.currency.as_deref());
    let offers = offers(product, &shop, &page, t);
    ::pages::cacheable(&ProductPage {
        t,
        title: product.title.clone(),
        paragraphs: product.description.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned).collect(),
        trail,
        can_buy: offers.iter().any(|offer| offer.can_buy),
        offers,
        most: MAX_QUANTITY,
        currency: shop.chosen(),
        currencies: currencies::choices(&shop, offered, &page),
        page,
    })
}
