//! Counts declined cards, and refuses another card where too many were declined. The count is of the past hour; attempts that are
//! under way at the same time may exceed it, and open orders bound those.

use super::open_orders::seconds_until;
use super::{Error, Orders, own_name};
use crate::domain::Rejection;
use crate::domain::decision::Decision;
use crate::domain::input::Input;
use crate::domain::order::Order;
use crate::domain::saga;
use crate::domain::shopper::{Counter, Decline, counters, too_many_until};
use chassis::{Context, StoreError, decide_and_write};
use events::Timestamp;
use futures_util::future::try_join_all;
use std::ops::ControlFlow::{Break, Continue};

impl Orders {
    /// Tries another payment method for an order.
    ///
    /// # Errors
    /// `TooManyDeclines`, or any [`Error`].
    pub async fn pay_again(&self, order: Order, input: &Input, context: &Context) -> Result<Order, Error> {
        decide_and_write(order, |order| async {
            let decision = saga::decide(&order, input, &own_name(&order, input), context.now);
            let Decision::Moved(next) = decision.map_err(Error::Rejected)? else { return Ok(Break(order)) };
            // A repeat tries no other card, unless the bank declines the one that it repeats meanwhile.
            if next.attempt() > order.attempt() {
                self.may_try_a_card(&order, context.now).await?;
            }
            Ok(match self.write(&order, next.wanted_by(context.actor.as_ref()), context).await? {
                Break((written, _)) => Break(written),
                Continue(changed) => Continue(changed),
            })
        })
        .await
    }

    async fn may_try_a_card(&self, order: &Order, now: Timestamp) -> Result<(), Error> {
        let counters = counters(order);
        let ends = counters.iter().map(|counter| self.declined_too_often(counter, now));
        let Some(seconds) = try_join_all(ends).await?.into_iter().flatten().max() else { return Ok(()) };
        self.wiring.metrics.count("orders_refused", 1);
        self.wiring.metrics.count("cards_refused", 1);
        Err(Error::Rejected(Rejection::TooManyDeclines(seconds)))
    }

    /// Seconds until fewer declined cards count; `None` if there are few.
    pub(super) async fn declined_too_often(&self, of: &Counter, now: Timestamp) -> Result<Option<u32>, StoreError> {
        let count = self.store.count_of(of).await?;
        let end = too_many_until(&count.declines, self.config.limits.of(of).declines, now);
        Ok(end.map(|end| seconds_until(end, now)))
    }

    /// Counts a declined card against everybody against whom its order counts.
    pub(super) async fn count_decline(
        &self,
        order: &Order,
        attempt: u32,
        at: Timestamp,
        context: &Context,
    ) -> Result<(), StoreError> {
        let (decline, counters) = (Decline::new(order.id, attempt, at), counters(order));
        let cause = &context.cause(0).anonymous();
        let counted = counters.iter().map(|counter| self.store.add_decline(counter, &decline, context.now, cause));
        try_join_all(counted).await?;
        Ok(())
    }
}
