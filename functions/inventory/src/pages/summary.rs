//! What the start page of staff says of the stock: how many SKUs are out or low, and the first of them. It costs the same however many
//! SKUs there are.

use super::list::address;
use super::words::{Counts, Words};
use crate::http::Shortage;
use crate::service::Inventory;
use ::pages::{Page, Phrase, fragment};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, NoQuery, Problem};
use events::Sku;
use events::inventory::StockLevel;
use futures_util::future::try_join;
use std::sync::Arc;

/// SKUs that are named.
const NAMED: usize = 5;

/// How many SKUs have a level.
struct Count {
    href: String,
    tone: &'static str,
    text: Phrase,
}

/// A SKU that is named.
struct Named {
    href: String,
    sku: Sku,
    level: &'static Phrase,
}

#[derive(Template)]
#[template(path = "summary.html")]
struct Summary {
    t: &'static Words,
    counts: Vec<Count>,
    named: Vec<Named>,
    list: String,
}

/// `GET /staff/inventory/summary`.
pub(super) async fn summary(app: Arc<Inventory>, call: Call<NoBody, NoQuery>) -> Result<Response, Problem> {
    let page = Page::new(&*app, &call, "");
    let t = Words::of(page.locale);
    let (out, low) = try_join(app.short_skus(StockLevel::Out), app.short_skus(StockLevel::Low)).await?;
    let (mut counts, mut named) = (Vec::new(), Vec::new());
    let lists =
        [(StockLevel::Out, Shortage::Out, out, &t.summary.out), (StockLevel::Low, Shortage::Low, low, &t.summary.low)];
    for (level, shortage, found, words) in lists {
        let (tone, name) = t.levels.of(level);
        let Counts { exactly, more } = words;
        let text = if found.next.is_some() { more } else { exactly }.with("count", found.items.len());
        if !found.items.is_empty() {
            counts.push(Count { href: page.href(address(Some(shortage))), tone, text });
        }
        let link = |sku: Sku| Named { href: page.href(&format!("/staff/inventory/{sku}")), sku, level: name };
        named.extend(found.items.into_iter().map(link));
    }
    named.truncate(NAMED);
    fragment(&Summary { t, counts, named, list: page.href(address(None)) })
}
