//! Recovers stuck orders: the sweep does it for all of them, an operator's redrive for one.

use super::{Error, Orders};
use crate::domain::input::Input;
use crate::domain::messages::{commands, events_of_requests, outgoing_of, republish};
use crate::domain::order::Order;
use crate::domain::overdue::{Overdue, failed_tries, next_look, overdue};
use crate::store::Item;
use chassis::runtime::sweep_due;
use chassis::{Context, Failure, StoreError, Written};
use events::{Outgoing, Timestamp};
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Name of the input by which an order forgets its buyer at its end.
const AT_ITS_END: &str = "erase_at_the_end";

impl Orders {
    /// Recovers every stuck order that is due. An order that cannot be recovered does not keep the others waiting. What time is left goes
    /// to the counting of finished days.
    ///
    /// # Errors
    /// If the index cannot be read; the next tick goes on.
    pub async fn sweep(&self, time_left: Duration) -> Result<(), Failure> {
        let context = Context::sweep(self.wiring.world.now());
        let recover = |Item { order, .. }: Item| self.recover(order, &context);
        let swept = sweep_due(&self.store.due(), &self.wiring.world, time_left, recover).await;
        if swept.recovered > 0 {
            self.wiring.metrics.count("orders_resent", swept.recovered);
        }
        let has_time = !swept.unfinished;
        swept.outcome(&self.wiring.metrics)?;
        self.adopt_former(&context).await?;
        if has_time {
            self.count_sales(&context).await;
        }
        Ok(())
    }

    /// Moves what the version before left in its index, until nothing is left there.
    async fn adopt_former(&self, context: &Context) -> Result<(), StoreError> {
        if !self.former_index_is_empty.load(Ordering::Relaxed) {
            let moved = self.store.adopt_former(context.now, &context.cause(0)).await?;
            self.former_index_is_empty.store(moved == 0, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Recovers an order if it is stuck; returns whether it was. Either way its look moves.
    async fn recover(&self, order: Order, context: &Context) -> Result<bool, Failure> {
        if order.due_at.is_none_or(|due| due > context.now) {
            // It has moved since the index was read.
            return Ok(false);
        }
        let input = match overdue(&order, context.now) {
            None => {
                let due_at = next_look(&order);
                self.look_at(Order { due_at, ..order }, context).await?;
                return Ok(false);
            }
            Some(Overdue::Resend(open)) => {
                // The events come first: the reply to a command moves the order on, and then nobody would publish them.
                self.send(&order, republish(&order, &open)).await?;
                self.send(&order, commands(&order, &open)).await?;
                self.look_at(resent(order, context.now), context).await?;
                return Ok(true);
            }
            Some(Overdue::Forget(seq)) => {
                self.send(&order, outgoing_of(&order, seq)).await?;
                self.look_at(resent(order, context.now), context).await?;
                return Ok(true);
            }
            Some(Overdue::Erase) => Input::Erase { by_guest: order.is_erased_by_guest() },
            Some(Overdue::Deadline) => Input::DeadlineDue,
            Some(Overdue::Lapse) => Input::AuthorizationLapses,
            Some(Overdue::Retry) => Input::Retry,
            Some(Overdue::Complete) => Input::DeliveryAssumed,
        };
        // As above: after this write the order has another last transition.
        self.send(&order, events_of_requests(&order, order.seq)).await?;
        let name = |order: &Order| match input {
            // It happens once, also if the answer to the write is lost: what is erased again has everybody asked again.
            Input::Erase { .. } => AT_ITS_END.to_owned(),
            _ => super::own_name(order, &input),
        };
        let (order, outgoing) = self.decide(order, &input, name, context).await?;
        self.send(&order, outgoing).await?;
        if order.due_at.is_some_and(|due| due <= context.now) {
            return Err(Failure::Transient("it is still due".to_owned()));
        }
        Ok(true)
    }

    async fn send(&self, order: &Order, messages: Vec<Outgoing>) -> Result<(), Failure> {
        Ok(self.wiring.queues.send(self.with_guest_tokens(order, messages).await?).await?)
    }

    /// Writes when the order is looked at next. If somebody else writes meanwhile, the order is not stuck.
    async fn look_at(&self, order: Order, context: &Context) -> Result<(), StoreError> {
        let seq = order.seq;
        let _: Written<Order> = self.store.replace(order, seq, &context.cause(seq)).await?;
        Ok(())
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
        let cause = context.audited(seq, resent.id, "pending commands sent again");
        match self.store.replace(resent.clone(), seq, &cause).await? {
            Written::Done => Ok(resent),
            // It moved by itself, so nothing else is to be done.
            Written::Refused(Some(current)) => Ok(*current),
            Written::Refused(None) => Err(StoreError::Unavailable("the order vanished".to_owned()).into()),
        }
    }
}

fn resent(order: Order, now: Timestamp) -> Order {
    let mut order = Order { resends: order.resends.saturating_add(1), resent_at: Some(now), ..order };
    order.due_at = next_look(&order);
    order
}
