//! Reading stock: the level of one SKU for anyone, units for staff. Refuses to tell shoppers how many units there are: with them,
//! anybody could count what the shop sells.

use crate::domain;
use crate::service::Inventory;
use chassis::http::Listing;
use chassis::table::is_place;
use chassis::{Call, NoBody, Page, Problem, cursor};
use events::inventory::StockLevel;
use events::{Sku, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Whether a SKU can be ordered.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct StockAvailability {
    sku: Sku,
    level: StockLevel,
}

/// What is short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Shortage {
    /// SKUs that are low or out.
    Low,
    /// SKUs that are out.
    Out,
}

impl Shortage {
    const fn levels(self) -> &'static [StockLevel] {
        match self {
            Self::Low => &[StockLevel::Low, StockLevel::Out],
            Self::Out => &[StockLevel::Out],
        }
    }
}

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListStock {
    /// The only SKU to list. Not together with `level`.
    #[serde(default)]
    sku: Option<Sku>,
    /// Only what is short: `low` lists SKUs that are low or out, `out` those that are out.
    #[serde(default)]
    level: Option<Shortage>,
    /// The cursor of the previous page.
    #[serde(default)]
    cursor: Option<String>,
    /// Items in a page, 1 to 100. Default 20.
    #[serde(default)]
    #[schemars(range(min = 1, max = 100))]
    limit: Option<u32>,
}

/// The stock of a SKU: `available` + `allocated` = `received`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Stock {
    sku: Sku,
    /// Units that an order may still take.
    available: u32,
    /// Units held by orders or sold.
    allocated: u32,
    /// Units received in total, less units written off.
    received: u32,
    level: StockLevel,
    /// The level is low at or below this many available units.
    threshold: u32,
    changed_at: Timestamp,
}

impl From<domain::Stock> for StockAvailability {
    fn from(stock: domain::Stock) -> Self {
        Self { level: stock.level(), sku: stock.sku }
    }
}

impl From<domain::Stock> for Stock {
    fn from(stock: domain::Stock) -> Self {
        Self {
            available: stock.available,
            allocated: stock.allocated(),
            received: stock.received,
            level: stock.level(),
            threshold: stock.threshold,
            changed_at: stock.changed_at,
            sku: stock.sku,
        }
    }
}

pub(super) async fn get(app: Arc<Inventory>, call: Call) -> Result<StockAvailability, Problem> {
    let sku: Sku = call.param("sku")?;
    Ok(app.stock(&sku).await?.into())
}

pub(super) async fn list(app: Arc<Inventory>, call: Call<NoBody, ListStock>) -> Result<Listing<Stock>, Problem> {
    let ListStock { sku, level, cursor, limit } = &call.query;
    if let Some(sku) = sku {
        if level.is_some() {
            return Err(Problem::parameter("level", "must not be sent together with sku"));
        }
        all_stock(cursor.as_deref(), *limit)?;
        return Ok(Listing::whole(app.stock_of(sku).await?.map(Stock::from).into_iter().collect()));
    }
    let page = page_of(&app, *level, cursor.as_deref(), *limit).await?;
    Ok(Listing::page(list_of(*level), page, Stock::from))
}

/// A page of all stock, or of what is short.
pub(crate) async fn page_of(
    app: &Inventory,
    level: Option<Shortage>,
    cursor: Option<&str>,
    limit: Option<u32>,
) -> Result<Page<domain::Stock>, Problem> {
    let Some(shortage) = level else {
        let (after, limit) = all_stock(cursor, limit)?;
        return Ok(app.stock_page(after.as_deref(), limit).await?);
    };
    let (after, limit) = cursor::page(list_of(level), cursor, limit, is_place)?;
    Ok(app.short_stock(shortage.levels(), after.as_deref(), limit).await?)
}

/// The list that a cursor is of.
pub(crate) const fn list_of(level: Option<Shortage>) -> &'static str {
    match level {
        None => "stock",
        Some(Shortage::Low) => "stock low",
        Some(Shortage::Out) => "stock out",
    }
}

fn all_stock(cursor: Option<&str>, limit: Option<u32>) -> Result<(Option<String>, u32), Problem> {
    cursor::page(list_of(None), cursor, limit, |after| after.starts_with("stock#"))
}
