//! Counts orders against the shopper who places them. The domain decides which orders count.

use super::Orders;
use crate::domain::shopper::{Shopper, counts_until, unwritten_counts_until};
use crate::store::Counted;
use chassis::{Context, StoreError};
use events::Timestamp;
use events::ids::OrderId;

impl Orders {
    /// Counts an order that is about to be placed. If too many orders count already, the seconds until fewer do.
    ///
    /// The count is the condition of one write, so it holds also for orders that are placed at the same moment. Orders that
    /// no longer count are removed only when the count is full.
    pub(super) async fn count_against(
        &self,
        shopper: &Shopper,
        id: OrderId,
        context: &Context,
    ) -> Result<Option<u32>, StoreError> {
        let (now, cause) = (context.now, &context.cause(0).anonymous());
        let limit = self.config.limits.of(shopper);
        let counted = match self.store.add_open_order(shopper, id, limit, now, cause).await? {
            Counted::Added => return Ok(None),
            Counted::Full(counted) => counted,
        };
        let (ended, next_end) = self.sort_out(&counted, now).await?;
        if !ended.is_empty() {
            self.store.remove_open_orders(shopper, ended, cause).await?;
            if matches!(self.store.add_open_order(shopper, id, limit, now, cause).await?, Counted::Added) {
                return Ok(None);
            }
        }
        self.wiring.metrics.count("orders_refused", 1);
        let seconds = next_end.map_or(1, |end| end.seconds_since(now));
        Ok(Some(u32::try_from(seconds).unwrap_or(1).max(1)))
    }

    /// The orders that no longer count, and when the next of the others may no longer count.
    async fn sort_out(
        &self,
        counted: &[OrderId],
        now: Timestamp,
    ) -> Result<(Vec<OrderId>, Option<Timestamp>), StoreError> {
        let (mut ended, mut next_end) = (Vec::new(), None::<Timestamp>);
        for (id, order) in counted.iter().zip(self.store.find_many_now(counted).await?) {
            match order.map_or_else(|| unwritten_counts_until(*id, now), |order| counts_until(&order, now)) {
                Some(end) => next_end = Some(next_end.map_or(end, |next| next.min(end))),
                None => ended.push(*id),
            }
        }
        Ok((ended, next_end))
    }
}
