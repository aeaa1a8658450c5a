//! Counts orders against those who place them. The domain decides which orders count.

use super::Orders;
use crate::domain::order::Order;
use crate::domain::shopper::{Counter, Shopper, counters, counts_until, too_many_until, unwritten_counts_until};
use crate::store::Counted;
use chassis::tokens::KeyError;
use chassis::{Context, StoreError};
use events::Timestamp;
use events::ids::OrderId;
use futures_util::future::try_join_all;

/// Why an order may not be placed now. Each holds the seconds to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Full {
    Orders(u32),
    Declines(u32),
    /// Whoever places it was erased, and there is nothing to wait for.
    Erased,
}

impl Full {
    const fn seconds(&self) -> u32 {
        match self {
            Self::Orders(seconds) | Self::Declines(seconds) => *seconds,
            Self::Erased => u32::MAX,
        }
    }
}

/// Everybody against whom an order counts by now, and what speaks against it, if anything does.
pub(super) struct Standing {
    counted: Vec<Counter>,
    pub(super) full: Option<Full>,
}

impl Orders {
    /// The order with the pseudonyms of whom it counts against.
    pub(super) async fn with_pseudonyms(&self, order: Order, shopper: &Shopper) -> Result<Order, KeyError> {
        let network = self.pseudonyms.of("network", &shopper.network).await?;
        let guest = match order.guest_contact() {
            Some(contact) => Some(self.guest_pseudonym(&contact.email.mailbox()).await?),
            None => None,
        };
        Ok(Order { guest, network: Some(network), ..order })
    }

    /// The pseudonym of a guest's mailbox. `users` makes the same one of a verified address.
    pub(super) async fn guest_pseudonym(&self, mailbox: &str) -> Result<String, KeyError> {
        self.guests.of("guest", mailbox).await
    }

    /// Counts an order that is about to be placed, against everybody at once.
    ///
    /// The count is the condition of one write, so it holds also for orders that are placed at the same moment. What no longer
    /// counts is removed only when the count is full.
    pub(super) async fn count_against(
        &self,
        order: &Order,
        shopper: &Shopper,
        context: &Context,
    ) -> Result<Standing, StoreError> {
        let counters = counters(order);
        // A verified customer counts alone; only the network's declined cards are everybody's.
        let counts = |counter: &Counter| !(shopper.is_verified && matches!(counter, Counter::Network(_)));
        let full = try_join_all(counters.iter().map(|counter| async move {
            if counts(counter) {
                self.count_one(counter, order.id, !shopper.is_verified, context).await
            } else {
                Ok(self.declined_too_often(counter, context.now).await?.map(Full::Declines))
            }
        }))
        .await?;
        let counted = counters.into_iter().zip(&full).filter(|(counter, full)| full.is_none() && counts(counter));
        let counted = counted.map(|(counter, _)| counter);
        Ok(Standing { counted: counted.collect(), full: full.into_iter().flatten().max_by_key(Full::seconds) })
    }

    /// Takes back the counts of an order that is not placed after all.
    pub(super) async fn uncount(&self, standing: &Standing, id: OrderId, context: &Context) -> Result<(), StoreError> {
        let (cause, ids) = (&context.cause(0).anonymous(), &[id]);
        try_join_all(standing.counted.iter().map(|counter| self.store.take_out(counter, ids, &[], cause))).await?;
        Ok(())
    }

    async fn count_one(
        &self,
        counter: &Counter,
        id: OrderId,
        is_unverified: bool,
        context: &Context,
    ) -> Result<Option<Full>, StoreError> {
        let (now, cause) = (context.now, &context.cause(0).anonymous());
        let limit = self.config.limits.of(counter);
        let count = match self.store.add_open_order(counter, id, limit, now, cause).await? {
            Counted::Added => return Ok(None),
            Counted::Full(count) => count,
        };
        if count.erased_at.is_some() {
            return Ok(Some(Full::Erased));
        }
        if let Some(end) = too_many_until(&count.declines, limit.declines, now) {
            return Ok(Some(Full::Declines(seconds_until(end, now))));
        }
        // Mails go to somebody, not to a network.
        let mails = is_unverified && !matches!(counter, Counter::Network(_));
        let (ended, next_end) = self.sort_out(&count.orders, mails, now).await?;
        let old: Vec<_> = count.declines.into_iter().filter(|decline| !decline.counts(now)).collect();
        if !ended.is_empty() || !old.is_empty() {
            self.store.take_out(counter, &ended, &old, cause).await?;
            match self.store.add_open_order(counter, id, limit, now, cause).await? {
                Counted::Added => return Ok(None),
                Counted::Full(count) if count.erased_at.is_some() => return Ok(Some(Full::Erased)),
                Counted::Full(_) => {}
            }
        }
        Ok(Some(Full::Orders(next_end.map_or(1, |end| seconds_until(end, now)))))
    }

    /// The orders that no longer count, and when the next of the others may no longer count.
    async fn sort_out(
        &self,
        counted: &[OrderId],
        mails: bool,
        now: Timestamp,
    ) -> Result<(Vec<OrderId>, Option<Timestamp>), StoreError> {
        let (mut ended, mut next_end) = (Vec::new(), None::<Timestamp>);
        for (id, order) in counted.iter().zip(self.store.find_many_now(counted).await?) {
            match order.map_or_else(|| unwritten_counts_until(*id, now), |order| counts_until(&order, mails, now)) {
                Some(end) => next_end = Some(next_end.map_or(end, |next| next.min(end))),
                None => ended.push(*id),
            }
        }
        Ok((ended, next_end))
    }
}

/// Whole seconds after which `end` is not ahead any more; at least 1.
pub(super) fn seconds_until(end: Timestamp, now: Timestamp) -> u32 {
    // The seconds since a time ahead are negative, and rounded down.
    u32::try_from(now.seconds_since(end).saturating_neg()).unwrap_or(1).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_rounded_up_to_whole_seconds() {
        let now = Timestamp::from_millis(1_767_225_600_000);
        for (millis, seconds) in [(-5_000, 1), (0, 1), (1, 1), (1_000, 1), (1_001, 2), (3_600_000, 3_600)] {
            assert_eq!(seconds_until(Timestamp::from_millis(now.millis() + millis), now), seconds, "{millis} ms");
        }
    }
}
