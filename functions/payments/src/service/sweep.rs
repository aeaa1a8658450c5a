//! Executes forgotten staff refunds: a refund that HTTP granted is remembered by a stream record, which may be lost.
//! Writes nothing, because executing a refund twice does it once.

use super::Payments;
use crate::domain::{Payment, replies};
use chassis::Failure;
use chassis::retry::LOST_RECORD;
use chassis::runtime::sweep;
use events::{Outgoing, Timestamp};

impl Payments {
    /// Sends `execute_refund` again for every staff refund that is forgotten.
    ///
    /// # Errors
    /// If a payment failed; the next tick tries again.
    pub async fn sweep(&self) -> Result<(), Failure> {
        let now = self.wiring.world.now();
        let swept = sweep(
            move |after: Option<String>| async move { self.store.refunding(after.as_deref()).await },
            move |payment: Payment| async move {
                let messages = forgotten(&payment, now);
                let needed = !messages.is_empty();
                let sent = self.wiring.queues.send(messages).await;
                sent.map(|()| needed).map_err(|error| Failure::Transient(format!("{}: {error}", payment.id)))
            },
        );
        swept.await?.outcome()
    }
}

/// The relay takes a second. A refund that stays open for far longer was forgotten.
fn forgotten(payment: &Payment, now: Timestamp) -> Vec<Outgoing> {
    let old = |at| now.seconds_since(at) >= LOST_RECORD.wait_seconds(0);
    let refunds = payment.open_staff_refunds().filter(|refund| old(refund.at));
    refunds.flat_map(|refund| replies::execution(payment, refund)).collect()
}
