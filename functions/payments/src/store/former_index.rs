//! Index `refunding` of the version before, which had every payment with an open staff refund and no time. What that
//! version left there is moved to index `due`, to be looked at at once. Nothing is written into it any more: the version
//! after this one drops it, and this file.

use super::{AnyItem, DUE_SHARDS, Store};
use chassis::table::{DueIndex, Query, Update, Updated};
use chassis::{Context, Key, StoreError};
use serde::Deserialize;

/// Its only partition.
const REFUNDING: &str = "staff";

#[derive(Deserialize)]
struct Entry {
    pk: String,
    sk: String,
}

impl Store {
    /// Moves a page; returns how many payments it found.
    ///
    /// # Errors
    /// The table.
    pub(crate) async fn adopt_former(&self, context: &Context) -> Result<usize, StoreError> {
        let query = Query { index: Some("refunding"), limit: 25, ..Query::partition(REFUNDING) };
        let entries = self.table.query::<Entry>(query).await?.items;
        let found = entries.len();
        for Entry { pk, sk } in entries {
            let update = Update::of(Key::new(pk, sk))
                .set("due = :due")
                .set("due_at = :now")
                .remove("refunding")
                .when("attribute_exists(refunding)")
                .value(":due", DueIndex::shard(0, DUE_SHARDS))
                .value(":now", context.now);
            let _: Updated<AnyItem> = self.table.update(update, &context.cause(0)).await?;
        }
        Ok(found)
    }
}
