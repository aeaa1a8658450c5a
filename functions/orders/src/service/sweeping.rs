//! Healing orders that stand still: the sweep does it for all, an operator's redrive for one.

use super::{Orders, Refusal};
use crate::domain::messages::{questions, retold, told_by_requests};
use crate::domain::order::Order;
use crate::domain::overdue::{Overdue, failed_tries, overdue};
use crate::domain::step::Input;
use crate::store::{Found, Store};
use chassis::{Cause, Failure, StoreError, Via, Written};
use events::Timestamp;

fn swept(seq: u64) -> Cause {
    Cause { via: Via::Sweep, id: "sweep".to_owned(), seq }
}

impl Orders {
    /// Looks after every order that is not settled. One that cannot be helped does not keep the others waiting.
    ///
    /// # Errors
    /// If any could not be helped; they are looked after again on the next tick.
    pub async fn sweep(&self) -> Result<(), Failure> {
        let now = self.wiring.world.now();
        let (mut looked_at, mut helped, mut failed) = (0u64, 0u64, 0u64);
        for shard in Store::shards() {
            let mut after = None;
            loop {
                let page = self.store.open(&shard, after.as_deref()).await?;
                for found in page.items {
                    looked_at += 1;
                    match self.help_found(found, now).await {
                        Some(needed) => helped += u64::from(needed),
                        None => failed += 1,
                    }
                }
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
        }
        tracing::info!(looked_at, helped, failed, "sweep");
        if helped > 0 {
            self.wiring.metrics.count("orders_resent", helped);
        }
        if failed > 0 { Err(Failure::Transient(format!("{failed} orders could not be helped"))) } else { Ok(()) }
    }

    /// Whether an order that the sweep found needed anything; nothing if it could not be helped, which is logged here.
    async fn help_found(&self, found: Found, now: Timestamp) -> Option<bool> {
        let order = match found {
            Found::Order(item) => item.order,
            Found::Unreadable { pk } => {
                tracing::error!(order = pk, "cannot be read");
                return None;
            }
        };
        let id = order.id;
        let helped = self.help(order, now).await;
        helped.inspect_err(|error| tracing::warn!(order = %id, %error, "could not be helped")).ok()
    }

    /// Gives an order what it needs; whether it needed anything.
    async fn help(&self, order: Order, now: Timestamp) -> Result<bool, Failure> {
        let input = match overdue(&order, now) {
            None => return Ok(false),
            Some(Overdue::Ask(open)) => {
                // First: once its question is answered an order moves on, and nobody would tell this any more.
                self.wiring.queues.send(retold(&order, &open)).await?;
                self.wiring.queues.send(questions(&order, &open)).await?;
                let seq = order.seq;
                // Only for the next wait to be longer: if somebody else writes meanwhile, the order moves by itself.
                let _: Written<Order> = self.store.replace(resent(order, now), seq, &swept(seq)).await?;
                return Ok(true);
            }
            Some(Overdue::Deadline) => Input::DeadlineDue,
            Some(Overdue::Lapse) => Input::AuthorizationLapses,
            Some(Overdue::Retry) => Input::Retry,
        };
        // As above: after this write the order has another last transition.
        self.wiring.queues.send(told_by_requests(&order, order.seq)).await?;
        let decided = self.decide(order, &input, |order| super::own_name(order, &input), now, swept).await;
        let (_, follow) = decided.map_err(|error| Failure::Transient(error.to_string()))?;
        self.wiring.queues.send(follow).await?;
        Ok(true)
    }

    /// Has an order's open questions asked again, now: the write is noticed by the relay, which sends them.
    ///
    /// # Errors
    /// Any [`Refusal`].
    pub async fn redrive(&self, order: Order, now: Timestamp, cause: impl Fn(u64) -> Cause) -> Result<Order, Refusal> {
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
            // It moved by itself, which is all that was wanted.
            Written::Refused(Some(current)) => Ok(*current),
            Written::Refused(None) => Err(StoreError::Unavailable("the order vanished".to_owned()).into()),
        }
    }
}

fn resent(order: Order, now: Timestamp) -> Order {
    Order { resends: order.resends.saturating_add(1), resent_at: Some(now), ..order }
}
