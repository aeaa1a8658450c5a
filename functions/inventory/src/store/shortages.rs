//! Staff's list of what is short: the stock items whose level is low or out, over the shards of a sparse index. A write that knows the
//! level that it leaves says it; after units came back, which no read precedes, the item is put where it belongs. Refuses a write that
//! would change nothing.

use super::{Store, stock_key};
use crate::domain::Stock;
use crate::domain::stock::LevelLeft;
use chassis::table::{Part, Shards, Update, Updated};
use chassis::{Context, Page, StoreError, digest};
use events::Sku;
use events::inventory::StockLevel;
use serde::Deserialize;
use std::ops::ControlFlow::{self, Break, Continue};

/// The index, whose partition key has its name.
const INDEX: &str = "index1";
/// Its sort key: the SKU.
const SORT: &str = "index1_sort";
/// Shards of each level's list.
const SHARDS: u32 = 4;

/// A stock item, and the shard of the list that holds it.
#[derive(Debug, Deserialize)]
pub(crate) struct ListedStock {
    #[serde(flatten)]
    pub stock: Stock,
    #[serde(default)]
    index1: Option<String>,
    /// The message whose return ended the latest shortage, so that its repeat says so again.
    #[serde(default)]
    back_by: Option<String>,
}

impl ListedStock {
    /// Whether there is none of it, or there was none until units came back a moment ago, of which nobody has told yet.
    pub fn was_out(&self) -> bool {
        self.stock.available == 0 || self.is_listed_as(StockLevel::Out)
    }

    fn is_listed_as(&self, level: StockLevel) -> bool {
        self.index1.is_some() && self.index1 == shard(&self.stock.sku, level)
    }
}

/// A stock item after units came back to it.
#[derive(Debug, Clone)]
pub(crate) struct ReturnedStock {
    pub stock: Stock,
    /// Whether this return ended a shortage: nothing was available before it.
    pub is_back: bool,
}

/// The name of a level's list. Most stock is in none.
const fn name(level: StockLevel) -> Option<&'static str> {
    match level {
        StockLevel::InStock => None,
        StockLevel::Low => Some("low"),
        StockLevel::Out => Some("out"),
    }
}

/// The shard that holds a SKU of this level.
fn shard(sku: &Sku, level: StockLevel) -> Option<String> {
    name(level).map(|name| Shards::partition(name, digest::bits128(sku.as_str().as_bytes()), SHARDS))
}

/// The lists of these levels, as one.
fn list(levels: &[StockLevel]) -> Shards<'static> {
    let names = levels.iter().filter_map(|level| name(*level));
    let partitions = names.flat_map(|name| Shards::of(INDEX, SORT, name, SHARDS).partitions).collect();
    Shards { index: INDEX, sort: SORT, partitions }
}

/// The same update of a stock item, which puts it into the list of this level.
fn listed(update: Update, sku: &Sku, level: StockLevel) -> Update {
    match shard(sku, level) {
        Some(shard) => {
            let update = update.set("index1 = :shard").set("index1_sort = :listed");
            update.value(":shard", shard).value(":listed", sku)
        }
        None => update.remove(INDEX).remove(SORT),
    }
}

/// The same update of a stock item, which leaves this level or is refused.
pub(super) fn leaving(update: Update, sku: &Sku, left: &LevelLeft) -> Update {
    let (least, most) = (left.before.start(), left.before.end());
    let update = listed(update, sku, left.level).when("available >= :fewest").when("available <= :most");
    update.value(":fewest", least).value(":most", most)
}

/// The same update of a stock item that there is not yet, which makes it with this level or is refused.
pub(super) fn making(update: Update, sku: &Sku, level: StockLevel) -> Update {
    listed(update, sku, level).when("attribute_not_exists(pk)")
}

impl Store {
    /// A page of the stock with these levels, in the order of SKUs; the cursor is a place of the list.
    pub async fn short_stock(
        &self,
        levels: &[StockLevel],
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<Stock>, StoreError> {
        let part = Part { after, limit, ..Part::FIRST };
        let mut page: Page<Stock> = self.table.list_items(&list(levels), part).await?;
        // The index follows the table a moment later.
        page.items.retain(|stock| levels.contains(&stock.level()));
        Ok(page)
    }

    /// The first SKUs with this level, in their order.
    pub async fn short_skus(&self, level: StockLevel, limit: u32) -> Result<Page<Sku>, StoreError> {
        let Page { items, next } = self.table.list_keys(&list(&[level]), Part { limit, ..Part::FIRST }).await?;
        let sku = |pk: &str| pk.strip_prefix("stock#")?.parse().ok();
        Ok(Page { items: items.iter().filter_map(|key| sku(&key.pk)).collect(), next })
    }

    /// The stock items of these SKUs that exist, read consistently, and where the list holds them.
    pub async fn listed_stock_now(&self, skus: impl Iterator<Item = &Sku>) -> Result<Vec<ListedStock>, StoreError> {
        let keys: Vec<_> = skus.map(stock_key).collect();
        Ok(self.table.get_many_consistent(&keys).await?.into_iter().flatten().collect())
    }

    /// Puts a stock item where its level belongs, unless it is there. Who moves it off the list of what is out, ended the shortage. Continues
    /// with the item that another writer left.
    pub async fn relist(
        &self,
        item: ListedStock,
        context: &Context,
    ) -> Result<ControlFlow<ReturnedStock, ListedStock>, StoreError> {
        let is_back = item.is_listed_as(StockLevel::Out);
        let ListedStock { stock, index1, back_by } = item;
        if index1 == shard(&stock.sku, stock.level()) {
            let is_back = back_by.as_deref() == Some(context.input_id());
            return Ok(Break(ReturnedStock { stock, is_back }));
        }
        let update = listed(Update::of(stock_key(&stock.sku)), &stock.sku, stock.level());
        let update = update.when("seq = :seq").value(":seq", stock.seq);
        let update = if is_back { update.set("back_by = :by").value(":by", context.input_id()) } else { update };
        Ok(match self.table.update::<ListedStock>(update, &context.cause(0)).await? {
            Updated::Done(item) => Break(ReturnedStock { stock: item.stock, is_back }),
            Updated::Refused(Some(item)) => Continue(*item),
            // No stock item is ever removed.
            Updated::Refused(None) => Break(ReturnedStock { stock, is_back: false }),
        })
    }
}
