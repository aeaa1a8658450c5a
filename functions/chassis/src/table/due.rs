//! Index `due`: items sorted by the time at which a schedule looks at them next. Owns its keys, the query of what is due, and
//! moving an entry without reading its item. Refuses to decide when an item is looked at.

use super::cause::Cause;
use super::error::StoreError;
use super::gateway::Table;
use super::item::{Attributes, Found, Key, decode};
use super::shards::Shards;
use super::update::{Update, Updated};
use aws_sdk_dynamodb::types::AttributeValue;
use events::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;

/// The index, and its partition key attribute, which names a shard. Its sort key is `due_at`.
const INDEX: &str = "due";
/// Most items of a batch read, by BatchGetItem's limit.
const BATCH: u32 = 100;

/// The index `due` of a table, spread over shards: a partition of an index takes 1,000 writes a second.
#[derive(Debug, Clone)]
pub struct DueIndex {
    table: Table,
    shards: u32,
}

/// An item that is due. Only its keys are known; nothing is parsed, so that no item can hide another.
#[derive(Debug, Clone, Deserialize)]
pub struct DueEntry {
    pk: String,
    sk: String,
    /// The time of the look, as text: RFC 3339 of fixed width, whose order is time order.
    due_at: String,
}

/// Where the reading of a shard goes on.
#[derive(Debug, Clone)]
pub struct DueCursor {
    shard: u32,
    after: Option<Attributes>,
}

/// A page of a shard, oldest first.
#[derive(Debug)]
pub struct DuePage {
    /// The entries that are due.
    pub entries: Vec<DueEntry>,
    /// Where the next page begins; `None` after the last.
    pub next: Option<DueCursor>,
}

/// The update of an entry returns the item, which may have any form.
#[derive(Deserialize)]
struct AnyItem {}

impl DueEntry {
    /// Partition key of the item.
    pub fn pk(&self) -> &str {
        &self.pk
    }

    /// The time of the look, as text in time order.
    pub fn due_at(&self) -> &str {
        &self.due_at
    }

    fn key(&self) -> Key {
        Key::new(self.pk.as_str(), self.sk.as_str())
    }
}

impl DueIndex {
    /// The index of a table, with this number of shards.
    pub const fn new(table: Table, shards: u32) -> Self {
        Self { table, shards }
    }

    /// The attribute `due` of an item whose random bits these are.
    pub fn shard(bits: u128, shards: u32) -> String {
        (bits % u128::from(shards.max(1))).to_string()
    }

    /// The beginning of every shard.
    pub fn starts(&self) -> Vec<DueCursor> {
        (0..self.shards).map(|shard| DueCursor { shard, after: None }).collect()
    }

    /// A page of what is due at `now`. A page of every shard together is one batch of items.
    pub async fn page(&self, cursor: DueCursor, now: Timestamp) -> Result<DuePage, StoreError> {
        let text = |value: String| AttributeValue::S(value);
        let names = HashMap::from([("#shard".to_owned(), INDEX.to_owned()), ("#at".to_owned(), "due_at".to_owned())]);
        let values = [(":shard", text(cursor.shard.to_string())), (":now", text(now.to_string()))];
        let answer = self
            .table
            .client
            .query()
            .table_name(&self.table.name)
            .index_name(INDEX)
            .key_condition_expression("#shard = :shard AND #at <= :now")
            .set_expression_attribute_names(Some(names))
            .set_expression_attribute_values(Some(values.map(|(name, value)| (name.to_owned(), value)).into()))
            .set_exclusive_start_key(cursor.after)
            .limit(i32::try_from((BATCH / self.shards.max(1)).max(1)).unwrap_or(1))
            .send()
            .await
            .map_err(StoreError::of_call)?;
        let next = answer.last_evaluated_key.map(|after| DueCursor { shard: cursor.shard, after: Some(after) });
        let entries = answer.items.unwrap_or_default().into_iter().map(decode).collect::<Result<_, _>>()?;
        Ok(DuePage { entries, next })
    }

    /// All entries as one list, the next look first. Read it with [`Table::list_keys`].
    pub fn list(&self) -> Shards<'static> {
        Shards { index: INDEX, sort: "due_at", partitions: (0..self.shards).map(|shard| shard.to_string()).collect() }
    }

    /// The items of entries, in their order; `None` for one that has gone.
    pub async fn items<T: DeserializeOwned>(&self, entries: &[DueEntry]) -> Result<Vec<Option<Found<T>>>, StoreError> {
        let mut items = Vec::with_capacity(entries.len());
        for batch in entries.chunks(BATCH as usize) {
            let keys: Vec<Key> = batch.iter().map(DueEntry::key).collect();
            items.extend(self.table.get_many::<Found<T>>(&keys).await?);
        }
        Ok(items)
    }

    /// Has an item looked at later, whatever its form, unless somebody has moved it since.
    pub async fn look_later(&self, entry: &DueEntry, until: Timestamp, cause: &Cause) -> Result<(), StoreError> {
        let update = Update::of(entry.key()).set("due_at = :until").when("due_at = :seen");
        let update = update.value(":until", until).value(":seen", &entry.due_at);
        let _: Updated<AnyItem> = self.table.update(update, cause).await?;
        Ok(())
    }
}
