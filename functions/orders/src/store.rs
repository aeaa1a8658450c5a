//! Orders in their table: the only place where keys and index attributes are made. Each order is one item, and each note on it another.
//! Guests' orders that are erased are listed in a second table.
//! Refuses to decide when an order is looked at.

use crate::domain::order::Order;
use chassis::table::{AuditLog, DueIndex, Found};
use chassis::{Cause, Key, StoreError, Table, Written};
use events::ids::OrderId;
use serde::{Deserialize, Serialize};

/// Shards of the index `due`: a partition of an index takes 1,000 writes a second, and an order writes its key eight times at
/// most while nothing goes wrong. An empty sweep reads each shard once.
const SHARDS: u32 = 8;
/// Most orders of a batch read, by BatchGetItem's limit.
const BATCH: usize = 100;
/// Sort key of an order.
const ORDER: &str = "order";

mod counters;
mod erased_guests;
mod erasures;
mod former_index;
mod lists;
mod notes;
mod sales;

pub(crate) use counters::Counted;
pub(crate) use erasures::{Progress, Walk};
use lists::Listed;
pub(crate) use lists::{Referred, ReferredOrder, placed_at};
pub(crate) use notes::NoteWritten;

#[derive(Debug, Clone)]
pub(crate) struct Store {
    table: Table,
    /// Guests' orders that were erased, in another table: a restore of this one takes none of them back.
    erasures: Table,
}

/// An order's item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Shard of the index `due`. An order that nobody needs to look at has none, which takes it out of the index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    due: Option<String>,
    #[serde(flatten)]
    listed: Listed,
    /// Its attribute `customer` is the key of the index of that name, and `due_at` the sort key of the index `due`.
    #[serde(flatten)]
    pub order: Order,
}

fn key(id: OrderId) -> Key {
    Key::new(id.to_string(), ORDER)
}

impl Item {
    fn of(order: Order) -> Self {
        // The low bits of an id are random, so the shards fill evenly.
        let due = order.due_at.map(|_| DueIndex::shard(order.id.bits(), SHARDS));
        Self { due, listed: Listed::of(&order), order }
    }
}

impl Store {
    pub(crate) fn new(table: Table) -> Self {
        Self { erasures: table.beside("erasures"), table }
    }

    pub(crate) fn audit_log(&self) -> AuditLog {
        AuditLog::new(self.table.clone())
    }

    /// An order, possibly a moment old.
    pub(crate) async fn find(&self, id: OrderId) -> Result<Option<Order>, StoreError> {
        Ok(self.table.get::<Item>(&key(id)).await?.map(|item| item.order))
    }

    /// An order as it is now.
    pub(crate) async fn find_now(&self, id: OrderId) -> Result<Option<Order>, StoreError> {
        Ok(self.table.get_consistent::<Item>(&key(id)).await?.map(|item| item.order))
    }

    /// Writes an order that does not exist yet.
    pub(crate) async fn create(&self, order: Order, cause: &Cause) -> Result<Written<Order>, StoreError> {
        self.table.create(&key(order.id), &Item::of(order), cause).await.map(|written| written.map(|item| item.order))
    }

    /// Writes an order whose last transition was number `expected_seq`.
    pub(crate) async fn replace(
        &self,
        order: Order,
        expected_seq: u64,
        cause: &Cause,
    ) -> Result<Written<Order>, StoreError> {
        self.table
            .replace(&key(order.id), &Item::of(order), expected_seq, cause)
            .await
            .map(|written| written.map(|item| item.order))
    }

    /// The orders by the time of their next look.
    pub(crate) fn due(&self) -> DueIndex {
        DueIndex::new(self.table.clone(), SHARDS)
    }

    /// Orders as they are now, in the order of their ids. One that cannot be read is none: it holds up nobody else.
    pub(crate) async fn find_many_now(&self, ids: &[OrderId]) -> Result<Vec<Option<Order>>, StoreError> {
        let mut orders = Vec::with_capacity(ids.len());
        for batch in ids.chunks(BATCH) {
            let keys: Vec<_> = batch.iter().copied().map(key).collect();
            let items = self.table.get_many_consistent::<Found<Item>>(&keys).await?;
            orders.extend(items.into_iter().map(|item| item.and_then(readable)));
        }
        Ok(orders)
    }
}

fn readable(found: Found<Item>) -> Option<Order> {
    match found {
        Found::Readable(item) => Some(item.order),
        Found::Corrupt { .. } => None,
    }
}
