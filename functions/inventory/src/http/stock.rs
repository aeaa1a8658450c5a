//! Reading stock: one SKU for anyone, all of it for staff.

use crate::domain::Stock;
use crate::service::Inventory;
use chassis::http::{Listing, PageQuery};
use chassis::{Call, NoBody, Problem, cursor};
use events::inventory::StockLevel;
use events::{Sku, Timestamp};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// How much of a SKU an order may still take.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StockView {
    /// Which SKU.
    pub sku: Sku,
    /// Units available now.
    pub available: u32,
    /// The same in a word.
    pub level: StockLevel,
}

/// The stock of a SKU as staff see it: `available` + `allocated` = `received`.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StockItem {
    /// Which SKU.
    pub sku: Sku,
    /// Units available now.
    pub available: u32,
    /// Units held by orders or sold.
    pub allocated: u32,
    /// Units that ever came in, net of adjustments.
    pub received: u32,
    /// The level in a word.
    pub level: StockLevel,
    /// At or below so many available units the level is low.
    pub threshold: u32,
    /// When it changed last.
    pub changed_at: Timestamp,
}

impl From<Stock> for StockView {
    fn from(stock: Stock) -> Self {
        Self { available: stock.available, level: stock.level(), sku: stock.sku }
    }
}

impl From<Stock> for StockItem {
    fn from(stock: Stock) -> Self {
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

pub(crate) async fn get(app: Arc<Inventory>, call: Call) -> Result<StockView, Problem> {
    let sku: Sku = call.param("sku")?;
    app.stock(&sku).await?.map(StockView::from).ok_or_else(Problem::not_found)
}

pub(crate) async fn list(app: Arc<Inventory>, call: Call<NoBody, PageQuery>) -> Result<Listing<StockItem>, Problem> {
    let limit = cursor::limit(call.query.limit)?;
    let after = call.query.cursor.as_deref().map(cursor::decode).transpose()?;
    let page = app.stock_page(after.as_deref(), limit).await?;
    Ok(Listing {
        items: page.items.into_iter().map(StockItem::from).collect(),
        cursor: page.next.as_deref().map(cursor::encode),
    })
}
