//! Executes forgotten staff refunds: a refund that HTTP granted is remembered by a stream record, which may be lost. For them it
//! writes nothing but the time of the next look, because executing a refund twice does it once. And looks
//! for what the provider did unheard for payments that have ended, and has it released.

use super::{Payments, failure};
use crate::domain::{Payment, replies};
use crate::store::PaymentItem;
use chassis::retry::LOST_RECORD;
use chassis::runtime::sweep_due;
use chassis::{Context, Failure, StoreError};
use events::{Outgoing, Timestamp};
use std::sync::atomic::Ordering;
use std::time::Duration;

impl Payments {
    /// Sends `execute_refund` again for every staff refund that is due and has no outcome, and releases stray authorizations.
    ///
    /// # Errors
    /// If the index cannot be read; the next tick goes on.
    pub async fn sweep(&self, time_left: Duration) -> Result<(), Failure> {
        let context = Context::sweep(self.wiring.world.now());
        let recover = |item: PaymentItem| self.recover(item, &context);
        let swept = sweep_due(&self.store.due(), &self.wiring.world, time_left, recover).await;
        swept.outcome(&self.wiring.metrics)?;
        Ok(self.adopt_former(&context).await?)
    }

    /// Executes what is forgotten of a payment's refunds, and releases what is stray; returns whether anything was. Either way its look
    /// moves.
    async fn recover(
        &self,
        PaymentItem { due_at, payment, .. }: PaymentItem,
        context: &Context,
    ) -> Result<bool, Failure> {
        let Some(seen) = due_at.filter(|due| *due <= context.now) else {
            // It has moved since the index was read.
            return Ok(false);
        };
        let release = payment.release_by(context.now);
        if let Some(release) = &release {
            // The order was answered when the payment ended.
            let _ = self.carry_out(payment.id, release, context).await.map_err(failure)?;
            // An older version would hide the last refusal, after which nobody looks again.
            if self.store.payment_now(payment.id).await?.is_some_and(|payment| payment.is_given_up()) {
                return Err(Failure::Permanent("the provider does not release what it holds: ask it".to_owned()));
            }
        }
        let messages = forgotten(&payment, context.now);
        let needed = release.is_some() || !messages.is_empty();
        self.wiring.queues.send(messages).await?;
        let later = context.now.plus_seconds(LOST_RECORD.wait_seconds(0));
        self.store.look_later(&payment, seen, later, context).await?;
        Ok(needed)
    }

    /// Moves what the version before left in its index, until nothing is left there.
    async fn adopt_former(&self, context: &Context) -> Result<(), StoreError> {
        if !self.former_index_is_empty.load(Ordering::Relaxed) {
            let moved = self.store.adopt_former(context).await?;
            self.former_index_is_empty.store(moved == 0, Ordering::Relaxed);
        }
        Ok(())
    }
}

/// The relay takes a second. A refund that stays open for far longer was forgotten.
fn forgotten(payment: &Payment, now: Timestamp) -> Vec<Outgoing> {
    let old = |at| now.seconds_since(at) >= LOST_RECORD.wait_seconds(0);
    let refunds = payment.open_staff_refunds().filter(|refund| old(refund.at));
    refunds.flat_map(|refund| replies::execution(payment, refund)).collect()
}
