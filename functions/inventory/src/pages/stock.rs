//! `/staff/inventory/{sku}`: the stock of a SKU, its movements, and the form that receives or writes off units. A SKU that was never
//! stocked has a page too, on which it is received. Refuses to tell a SKU that is sold from one that nobody knows: catalog knows them.

use super::form::AdjustmentForm;
use super::words::Words;
use crate::domain::{Movement, MovementKind, Stock};
use crate::http::movements_page;
use crate::service::Inventory;
use ::pages::{Errors, Page, Phrase, html};
use askama::Template;
use chassis::http::Response;
use chassis::{Call, NoBody, Problem, cursor, digest};
use events::ids::OrderId;
use events::users::Permission;
use events::{Actor, Sku, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;
use std::sync::Arc;

/// Movements of a page.
const PER_PAGE: u32 = 20;

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
pub(super) struct StockQuery {
    /// Where the page of movements before ended.
    #[serde(default)]
    cursor: Option<String>,
    /// Units of the adjustment that was made a moment ago.
    #[serde(default)]
    adjusted: Option<String>,
}

/// The stock, in words.
struct Facts {
    stock: Stock,
    tone: &'static str,
    level: &'static Phrase,
}

/// A movement, in words.
struct Entry {
    at: Timestamp,
    units: String,
    /// What staff said; `None` of a return.
    reason: Option<String>,
    by: Option<Actor>,
    order: Option<OrderId>,
}

#[derive(Template)]
#[template(path = "stock.html")]
struct StockPage {
    page: Page,
    t: &'static Words,
    trail: [(String, &'static Phrase); 1],
    sku: Sku,
    facts: Option<Facts>,
    entries: Vec<Entry>,
    next: String,
    said: Said,
}

/// What the page says besides the stock: the form as it was typed, what is wrong with it, what became of it.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) form: AdjustmentForm,
    pub(super) errors: Errors,
    pub(super) success: Option<Phrase>,
    pub(super) warning: Option<&'static Phrase>,
}

/// `GET /staff/inventory/{sku}`.
pub(super) async fn show(app: Arc<Inventory>, call: Call<NoBody, StockQuery>) -> Result<Response, Problem> {
    let t = Words::of(Page::locale(&*app, &call));
    let adjusted = call.query.adjusted.as_ref().and_then(|units| units.parse().ok());
    let success = adjusted.map(|units| t.adjustment.made.with("units", signed(units)));
    let said = Said { success, ..Said::default() };
    page(&app, &call, 200, said, call.query.cursor.as_deref()).await
}

/// The page with its form as it was sent, and why nothing was done.
pub(super) async fn again<B, Q>(app: &Inventory, call: &Call<B, Q>, said: Said) -> Result<Response, Problem> {
    page(app, call, 422, said, None).await
}

async fn page<B, Q>(
    app: &Inventory,
    call: &Call<B, Q>,
    status: u16,
    mut said: Said,
    cursor: Option<&str>,
) -> Result<Response, Problem> {
    if !said.form.has_key() {
        // It names the adjustment, so that a second click makes no other.
        said.form.key = digest::base64url(&app.wiring.world.random::<16>());
    }
    let sku: Sku = call.param("sku")?;
    let t = Words::of(Page::locale(app, call));
    let mut page = Page::new(app, call, sku.to_string());
    // The form was sent elsewhere, where nothing can be opened.
    page.path = format!("/staff/inventory/{sku}");
    let facts = app.stock_now(&sku).await?.map(|stock| {
        let (tone, level) = t.levels.of(stock.level());
        Facts { stock, tone, level }
    });
    let (list, found) = movements_page(app, &sku, cursor, Some(PER_PAGE)).await?;
    let link = |next: String| page.href(&format!("{}?cursor={}", page.path, cursor::encode(&list, &next)));
    let next = found.next.map(link).unwrap_or_default();
    let trail = [(page.href("/staff/inventory"), &t.list.title)];
    let entries = found.items.into_iter().map(entry).collect();
    html(status, &StockPage { t, trail, sku, facts, entries, next, said, page })
}

fn entry(movement: Movement) -> Entry {
    let Movement { at, delta, kind, reason, by, order_id: order, .. } = movement;
    let reason = reason.filter(|_| kind == MovementKind::Adjustment);
    Entry { at, units: signed(delta), reason, by, order }
}

/// Units with their sign. The minus is the one that screen readers say.
fn signed(units: i64) -> String {
    format!("{units:+}").replace('-', "\u{2212}")
}

#[cfg(test)]
mod tests {
    use super::signed;

    #[test]
    fn units_that_came_have_a_plus_and_those_that_went_a_minus() {
        assert_eq!([7, -7].map(signed), ["+7", "\u{2212}7"]);
    }
}
