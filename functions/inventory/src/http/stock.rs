//! Reading stock: the level of one SKU for anyone, units for staff. Refuses to tell shoppers how many units there are: with them,
//! anybody could count what the shop sells.

use crate::domain;
use crate::service::Inventory;
use chassis::http::Listing;
use chassis::{Call, NoBody, Problem, cursor};
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

#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ListStock {
    /// The only SKU to list.
    #[serde(default)]
    sku: Option<Sku>,
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
    let list = "stock";
    let (after, limit) =
        cursor::page(list, call.query.cursor.as_deref(), call.query.limit, |after| after.starts_with("stock#"))?;
    if let Some(sku) = &call.query.sku {
        return Ok(Listing::whole(app.stock_of(sku).await?.map(Stock::from).into_iter().collect()));
    }
    let page = app.stock_page(after.as_deref(), limit).await?;
    Ok(Listing::page(list, page, Stock::from))
}
