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
    stock: Stock,
    #[serde(default)]
    index1: Option<String>,
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

    /// Puts a stock item where its level belongs, unless it is there. Continues with the item that another writer left.
    pub async fn relist(
        &self,
        item: ListedStock,
        context: &Context,
    ) -> Result<ControlFlow<Stock, ListedStock>, StoreError> {
        let ListedStock { stock, index1 } = item;
        if index1 == shard(&stock.sku, stock.level()) {
            return Ok(Break(stock));
        }
        let update = listed(Update::of(stock_key(&stock.sku)), &stock.sku, stock.level());
        let update = update.when("seq = :seq").value(":seq", stock.seq);
        Ok(match self.table.update::<ListedStock>(update, &context.cause(0)).await? {
            Updated::Done(item) => Break(item.stock),
            Updated::Refused(Some(item)) => Continue(*item),
            // No stock item is ever removed.
            Updated::Refused(None) => Break(stock),
        })
    }
}
