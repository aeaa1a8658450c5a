//! `/staff/inventory`: all stock in the order of SKUs, or what is short, and a field that leads to the page of a SKU.

use super::words::Words;
use crate::domain::Stock;
use crate::http::{Shortage, stock_list, stock_page};
use crate::service::Inventory;
use ::pages::{Errors, Page, Phrase, html};
use askama::Template;
use chassis::http::{Response, redirect};
use chassis::{Call, NoBody, Problem, cursor};
use events::Sku;
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// SKUs of a page.
const PER_PAGE: u32 = 50;

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub(super) struct ListQuery {
    /// Only what is short.
    #[serde(default)]
    level: Option<Shortage>,
    /// The SKU whose page is wanted, as typed.
    #[serde(default)]
    sku: Option<String>,
    /// Where the page before ended.
    #[serde(default)]
    cursor: Option<String>,
}

/// A SKU of the list.
struct Row {
    href: String,
    stock: Stock,
    tone: &'static str,
    level: &'static Phrase,
}

/// A way to look at the list.
struct Filter {
    href: String,
    text: &'static Phrase,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "stock_list.html")]
struct ListPage {
    page: Page,
    t: &'static Words,
    filters: Vec<Filter>,
    rows: Vec<Row>,
    is_short: bool,
    typed: String,
    errors: Errors,
    next: String,
}

/// `GET /staff/inventory`.
pub(super) async fn list(app: Arc<Inventory>, call: Call<NoBody, ListQuery>) -> Result<Response, Problem> {
    let t = Words::of(Page::locale(&*app, &call));
    let page = Page::new(&*app, &call, t.list.title.to_string());
    let ListQuery { level, sku, cursor } = call.query;
    let typed = sku.unwrap_or_default();
    let mut errors = Errors::default();
    if !typed.is_empty() {
        match typed.parse::<Sku>() {
            Ok(sku) => return Ok(redirect(303, &page.href(&format!("/staff/inventory/{sku}")))),
            Err(_) => errors.add("sku", &t.list.sku, &t.errors.sku),
        }
    }
    let found = stock_page(&app, level, cursor.as_deref(), Some(PER_PAGE)).await?;
    let next = found.next.map(|next| {
        let sign = if level.is_some() { '&' } else { '?' };
        page.href(&format!("{}{sign}cursor={}", address(level), cursor::encode(stock_list(level), &next)))
    });
    let row = |stock: Stock| {
        let (tone, level) = t.levels.of(stock.level());
        Row { href: page.href(&format!("/staff/inventory/{}", stock.sku)), stock, tone, level }
    };
    let filter = |of, text| Filter { href: page.href(address(of)), text, is_chosen: of == level };
    let filters = vec![
        filter(None, &t.list.all),
        filter(Some(Shortage::Low), &t.list.low_or_out),
        filter(Some(Shortage::Out), &t.list.out),
    ];
    let rows = found.items.into_iter().map(row).collect();
    let status = if errors.is_empty() { 200 } else { 422 };
    let next = next.unwrap_or_default();
    html(status, &ListPage { t, filters, rows, is_short: level.is_some(), typed, errors, next, page })
}

/// Where a list is.
pub(super) const fn address(level: Option<Shortage>) -> &'static str {
    match level {
        None => "/staff/inventory",
        Some(Shortage::Low) => "/staff/inventory?level=low",
        Some(Shortage::Out) => "/staff/inventory?level=out",
    }
}
