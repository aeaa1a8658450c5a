//! Index `open` of the version before, which had every order that was not settled and no time. What that version left there
//! is moved to the index `due`, to be looked at at once. Nothing is written into it any more: the version after this one drops
//! it, and this file.

use super::{SHARDS, Store};
use chassis::table::{DueIndex, Query, Update, Updated};
use chassis::{Cause, Key, StoreError};
use events::Timestamp;
use events::ids::OrderId;
use serde::Deserialize;

/// Orders of a shard that a tick moves.
const PAGE: u32 = 25;

#[derive(Deserialize)]
struct Entry {
    pk: String,
    sk: String,
}

/// The orders stay unread: one of another form must not keep the others.
#[derive(Deserialize)]
struct AnyItem {}

impl Store {
    /// Moves a page of every shard; returns how many orders it found.
    pub(crate) async fn adopt_former(&self, now: Timestamp, cause: &Cause) -> Result<usize, StoreError> {
        let mut moved = 0;
        for shard in 0..SHARDS {
            moved += self.adopt_shard(format!("open-{shard}"), now, cause).await?;
        }
        Ok(moved)
    }

    async fn adopt_shard(&self, shard: String, now: Timestamp, cause: &Cause) -> Result<usize, StoreError> {
        let query = Query { index: Some("open"), limit: PAGE, ..Query::partition(&shard) };
        let entries = self.table.query::<Entry>(query).await?.items;
        let found = entries.len();
        for Entry { pk, sk } in entries {
            let bits = pk.parse::<OrderId>().map_or(0, |id| id.bits());
            let update = Update::of(Key::new(pk, sk))
                .set("due = :due")
                .set("due_at = :now")
                .remove("#open")
                .when("attribute_exists(#open)")
                .name("#open", "open")
                .value(":due", DueIndex::shard(bits, SHARDS))
                .value(":now", now);
            let _: Updated<AnyItem> = self.table.update(update, cause).await?;
        }
        Ok(found)
    }
}
