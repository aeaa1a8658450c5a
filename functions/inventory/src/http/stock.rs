//! Reading stock: the availability of one SKU for anyone, all stock for staff.

use crate::domain;
use crate::service::Inventory;
use chassis::http::{Listing, PageQuery};
use chassis::{Call, NoBody, Problem, cursor};
use events::inventory::StockLevel;
use events::{Sku, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// The units of a SKU that an order may still take.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct StockAvailability {
    sku: Sku,
    available: u32,
    level: StockLevel,
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
        Self { available: stock.available, level: stock.level(), sku: stock.sku }
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

pub(super) async fn list(app: Arc<Inventory>, call: Call<NoBody, PageQuery>) -> Result<Listing<Stock>, Problem> {
    let (after, limit) = cursor::page(call.query.cursor.as_deref(), call.query.limit)?;
    let page = app.stock_page(after.as_deref(), limit).await?;
    Ok(Listing::page(page, Stock::from))
}
