//! Counting orders against who places them. Which of them count is the domain's business.

use super::Orders;
use super::placing::Unplaced;
use crate::domain::shopper::{Shopper, counts_until, unwritten_counts_until};
use crate::store::Counted;
use chassis::{Cause, StoreError};
use events::Timestamp;
use events::ids::OrderId;

impl Orders {
    /// Counts an order that is about to be placed. The count is one condition, so that it holds whoever orders at the same
    /// moment; what counts no more leaves it only when it is full.
    ///
    /// # Errors
    /// `TooMany`, or `Store`.
    pub(super) async fn count_in(
        &self,
        shopper: &Shopper,
        id: OrderId,
        now: Timestamp,
        cause: &Cause,
    ) -> Result<(), Unplaced> {
        let most = self.limits.of(shopper);
        let counted = match self.store.count_in(shopper, id, most, now, cause).await? {
            Counted::In => return Ok(()),
            Counted::Full(counted) => counted,
        };
        let (ended, next_end) = self.sort_out(&counted, now).await?;
        if !ended.is_empty() {
            self.store.count_out(shopper, ended, cause).await?;
            if matches!(self.store.count_in(shopper, id, most, now, cause).await?, Counted::In) {
                return Ok(());
            }
        }
        self.wiring.metrics.count("orders_refused", 1);
        let seconds = next_end.map_or(1, |end| end.seconds_since(now));
        Err(Unplaced::TooMany(u32::try_from(seconds).unwrap_or(1).max(1)))
    }

    /// Which orders count no more, and when the next of the others may not.
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
