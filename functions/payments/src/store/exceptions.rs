//! The lists of payments with an exception, one for each kind, in index `index1`. A payment without one is in none of them, and
//! costs nothing there. Refuses to decide what an exception is.

use super::Store;
use crate::domain::{Exception, Payment};
use chassis::table::{Part, Shards};
use chassis::{Page, StoreError};
use events::ids::PaymentId;

const INDEX: &str = "index1";
const SORT: &str = "index1_sort";
/// Partitions of each list: a provider that refuses everything for an hour must not slow down what it still does.
const SHARDS: u32 = 4;

/// The partition of a payment in the list of an exception.
pub(super) fn partition(exception: Exception, payment: PaymentId) -> String {
    Shards::partition(exception.as_str(), payment.bits(), SHARDS)
}

/// The list of one kind of exception, or of all of them.
fn list(only: Option<Exception>) -> Shards<'static> {
    let kinds = Exception::ALL.into_iter().filter(|kind| only.is_none_or(|only| only == *kind));
    let partitions = kinds.flat_map(|kind| Shards::of(INDEX, SORT, kind.as_str(), SHARDS).partitions);
    Shards { index: INDEX, sort: SORT, partitions: partitions.collect() }
}

impl Store {
    /// A page of the payments with this exception, or with any, newest first.
    ///
    /// # Errors
    /// The table.
    pub(crate) async fn exceptions(
        &self,
        only: Option<Exception>,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<Payment>, StoreError> {
        let part = Part { after, descending: true, limit, ..Part::FIRST };
        self.table.list_items(&list(only), part).await
    }

    /// How many payments have an exception, as far as a page goes, and whether there are more.
    ///
    /// # Errors
    /// The table.
    pub(crate) async fn count_exceptions(&self) -> Result<(usize, bool), StoreError> {
        let keys = self.table.list_keys(&list(None), Part::FIRST).await?;
        Ok((keys.items.len(), keys.next.is_some()))
    }
}
