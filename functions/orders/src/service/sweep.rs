//! Recovers stuck orders: the sweep does it for all of them, an operator's redrive for one.

use super::{Error, Orders};
use crate::domain::input::Input;
use crate::domain::messages::{commands, events_of_requests, republish};
use crate::domain::order::Order;
use crate::domain::overdue::{Overdue, failed_tries, overdue};
use crate::store::{Item, Store};
use chassis::runtime::{Sweep, sweep};
use chassis::{Context, Failure, StoreError, Written};
use events::Timestamp;
use events::ids::OrderId;

impl Orders {
    /// Recovers every stuck order. An order that cannot be recovered does not keep the others waiting.
    ///
    /// # Errors
    /// If any order could not be recovered; the next tick tries again.
    pub async fn sweep(&self) -> Result<(), Failure> {
        let context = Context::sweep(self.wiring.world.now());
        let mut swept = Sweep::default();
        for shard in Store::shards() {
            let page = |after: Option<String>| self.store.open(&shard, after);
            let recover = |Item { order, .. }: Item| async {
                let id = order.id;
                self.recover(order, &context).await.map_err(|failure| about(id, failure))
            };
            swept = swept.and(sweep(page, recover).await?);
        }
        if swept.recovered > 0 {
            self.wiring.metrics.count("orders_resent", swept.recovered);
        }
        swept.outcome()
    }

    /// Recovers an order if it is stuck; returns whether it was.
    async fn recover(&self, order: Order, context: &Context) -> Result<bool, Failure> {
        let input = match overdue(&order, context.now) {
            None => return Ok(false),
            Some(Overdue::Resend(open)) => {
                // The events come first: the reply to a command moves the order on, and then nobody would publish them.
                self.wiring.queues.send(republish(&order, &open)).await?;
                self.wiring.queues.send(commands(&order, &open)).await?;
                let seq = order.seq;
                // This write only makes the next wait longer. If somebody else writes meanwhile, the order is not stuck.
                let resent = resent(order, context.now);
                let _: Written<Order> = self.store.replace(resent, seq, &context.cause(seq)).await?;
                return Ok(true);
            }
            Some(Overdue::Deadline) => Input::DeadlineDue,
            Some(Overdue::Lapse) => Input::AuthorizationLapses,
            Some(Overdue::Retry) => Input::Retry,
        };
        // As above: after this write the order has another last transition.
        self.wiring.queues.send(events_of_requests(&order, order.seq)).await?;
        let (_, outgoing) = self.decide(order, &input, |order| super::own_name(order, &input), context).await?;
        self.wiring.queues.send(outgoing).await?;
        Ok(true)
    }

    /// Has an order's pending commands sent again at once: the relay notices the write and sends them.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn redrive(&self, order: Order, context: &Context) -> Result<Order, Error> {
        if failed_tries(&order).is_some() {
            return self.act(order, &Input::Retry, context).await;
        }
        if order.is_settled() {
            return Ok(order);
        }
        let seq = order.seq;
        let resent = resent(order, context.now);
        match self.store.replace(resent.clone(), seq, &context.cause(seq)).await? {
            Written::Done => Ok(resent),
            // It moved by itself, so nothing else is to be done.
            Written::Refused(Some(current)) => Ok(*current),
            Written::Refused(None) => Err(StoreError::Unavailable("the order vanished".to_owned()).into()),
        }
    }
}

/// A failure that names its order, for the log.
fn about(id: OrderId, failure: Failure) -> Failure {
    match failure {
        Failure::Transient(why) => Failure::Transient(format!("{id}: {why}")),
        Failure::Permanent(why) => Failure::Permanent(format!("{id}: {why}")),
    }
}

fn resent(order: Order, now: Timestamp) -> Order {
    Order { resends: order.resends.saturating_add(1), resent_at: Some(now), ..order }
}
