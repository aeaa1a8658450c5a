//! The counted days: partition `sales`, an item a day. Refuses to count, and a write by whoever read an older version.

use super::Store;
use crate::domain::sales::DaySales;
use chassis::table::Query;
use chassis::{Cause, Key, StoreError, Written};
use events::Day;

const SALES: &str = "sales";

impl Store {
    /// The last day that is counted, or being counted.
    pub(crate) async fn last_sales(&self) -> Result<Option<DaySales>, StoreError> {
        let query = Query { descending: true, limit: 1, ..Query::partition(SALES) };
        Ok(self.table.query(query).await?.items.pop())
    }

    /// Those of these days, oldest first, that are counted; possibly a moment old.
    pub(crate) async fn sales(&self, days: &[Day]) -> Result<Vec<DaySales>, StoreError> {
        let (Some(from), Some(to)) = (days.first(), days.last()) else { return Ok(Vec::new()) };
        let limit = u32::try_from(days.len()).unwrap_or(u32::MAX);
        let (mut found, mut after) = (Vec::new(), from.plus_days(-1).map(|day| day.to_string()));
        loop {
            let query = Query { after: after.as_deref(), limit, ..Query::partition(SALES) };
            let page = self.table.query::<DaySales>(query).await?;
            let is_last = page.next.is_none() || page.items.last().is_none_or(|last| last.day >= *to);
            found.extend(page.items.into_iter().filter(|sales| sales.is_complete && sales.day <= *to));
            if is_last {
                return Ok(found);
            }
            after = page.next;
        }
    }

    /// Writes a day of which `expected_seq` was the last write, 0 for none.
    pub(crate) async fn put_sales(
        &self,
        sales: &DaySales,
        expected_seq: u64,
        cause: &Cause,
    ) -> Result<Written<DaySales>, StoreError> {
        let key = Key::new(SALES, sales.day.as_str());
        match expected_seq {
            0 => self.table.create(&key, sales, cause).await,
            _ => self.table.replace(&key, sales, expected_seq, cause).await,
        }
    }
}
