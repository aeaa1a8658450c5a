//! Recovers stuck orders: the sweep does it for all of them, an operator's redrive for one.

use super::{Error, Orders};
use crate::domain::input::Input;
use crate::domain::messages::{commands, events_of_requests, republish};
use crate::domain::order::Order;
use crate::domain::overdue::{Overdue, failed_tries, overdue};
use crate::store::{Found, Store};
use chassis::{Cause, Failure, StoreError, Via, Written};
use events::Timestamp;

fn swept(seq: u64) -> Cause {
    Cause { via: Via::Sweep, id: "sweep".to_owned(), seq }
}

impl Orders {
    /// Recovers every stuck order. An order that cannot be recovered does not keep the others waiting.
    ///
    /// # Errors
    /// If any order could not be recovered; the next tick tries again.
    pub async fn sweep(&self) -> Result<(), Failure> {
        let now = self.wiring.world.now();
        let (mut looked_at, mut recovered, mut failed) = (0u64, 0u64, 0u64);
        for shard in Store::shards() {
            let mut after = None;
            loop {
                let page = self.store.open(&shard, after.as_deref()).await?;
                for found in page.items {
                    looked_at += 1;
                    match self.recover_found(found, now).await {
                        Some(needed) => recovered += u64::from(needed),
                        None => failed += 1,
                    }
                }
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
        }
        tracing::info!(looked_at, recovered, failed, "sweep");
        if recovered > 0 {
            self.wiring.metrics.count("orders_resent", recovered);
        }
        if failed > 0 { Err(Failure::Transient(format!("{failed} orders could not be recovered"))) } else { Ok(()) }
    }

    /// Whether an order needed anything. `None` if it could not be recovered, which is logged here.
    async fn recover_found(&self, found: Found, now: Timestamp) -> Option<bool> {
        let order = match found {
            Found::Order(item) => item.order,
            Found::Unreadable { pk } => {
                tracing::error!(order = pk, "cannot be read");
                return None;
            }
        };
        let id = order.id;
        let recovered = self.recover(order, now).await;
        recovered.inspect_err(|error| tracing::warn!(order = %id, %error, "could not be recovered")).ok()
    }

    /// Gives an order what it needs, and says whether it needed anything.
    async fn recover(&self, order: Order, now: Timestamp) -> Result<bool, Failure> {
        let input = match overdue(&order, now) {
            None => return Ok(false),
            Some(Overdue::Resend(open)) => {
                // The events come first: the reply to a command moves the order on, and then nobody would publish them.
                self.wiring.queues.send(republish(&order, &open)).await?;
                self.wiring.queues.send(commands(&order, &open)).await?;
                let seq = order.seq;
                // This write only makes the next wait longer. If somebody else writes meanwhile, the order is not stuck.
                let _: Written<Order> = self.store.replace(resent(order, now), seq, &swept(seq)).await?;
                return Ok(true);
            }
            Some(Overdue::Deadline) => Input::DeadlineDue,
            Some(Overdue::Lapse) => Input::AuthorizationLapses,
            Some(Overdue::Retry) => Input::Retry,
        };
        // As above: after this write the order has another last transition.
        self.wiring.queues.send(events_of_requests(&order, order.seq)).await?;
        let decided = self.decide(order, &input, |order| super::own_name(order, &input), now, swept).await;
        let (_, outgoing) = decided.map_err(|error| Failure::Transient(error.to_string()))?;
        self.wiring.queues.send(outgoing).await?;
        Ok(true)
    }

    /// Has an order's pending commands sent again, now: the relay notices the write and sends them.
    ///
    /// # Errors
    /// As the store, or if a failed operation cannot be tried again.
    pub async fn redrive(&self, order: Order, now: Timestamp, cause: impl Fn(u64) -> Cause) -> Result<Order, Error> {
        if failed_tries(&order).is_some() {
            return self.act(order, &Input::Retry, now, cause).await;
        }
        if order.is_settled() {
            return Ok(order);
        }
        let seq = order.seq;
        let resent = resent(order, now);
        match self.store.replace(resent.clone(), seq, &cause(seq)).await? {
            Written::Done => Ok(resent),
            // It moved by itself: nothing else was wanted.
            Written::Refused(Some(current)) => Ok(*current),
            Written::Refused(None) => Err(StoreError::Unavailable("the order vanished".to_owned()).into()),
        }
    }
}

fn resent(order: Order, now: Timestamp) -> Order {
    Order { resends: order.resends.saturating_add(1), resent_at: Some(now), ..order }
}
