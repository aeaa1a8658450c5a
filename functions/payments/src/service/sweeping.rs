//! Has the staff's refunds executed that were granted and then forgotten: a refund that HTTP granted is remembered by a stream
//! record, which may be lost. Writes nothing, as executing one twice does it once.

use super::Payments;
use crate::domain::{Payment, replies};
use crate::store::Found;
use chassis::Failure;
use events::{Outgoing, Timestamp};

/// A refund that was requested for so long and has no outcome is executed again. The relay needs a second.
const PATIENCE_SECONDS: i64 = 120;

impl Payments {
    /// Looks after every payment with an unfinished refund by staff. One that cannot be helped does not keep the others
    /// waiting.
    ///
    /// # Errors
    /// If any could not be helped; they are looked after again on the next tick.
    pub async fn sweep(&self) -> Result<(), Failure> {
        let now = self.wiring.world.now();
        let (mut looked_at, mut asked_again, mut failed) = (0u64, 0usize, 0u64);
        let mut after = None;
        loop {
            let page = self.store.refunding(after.as_deref()).await?;
            for found in page.items {
                looked_at += 1;
                match self.execute_again(found, now).await {
                    Some(refunds) => asked_again += refunds,
                    None => failed += 1,
                }
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        tracing::info!(looked_at, asked_again, failed, "sweep");
        if failed > 0 { Err(Failure::Transient(format!("{failed} payments could not be helped"))) } else { Ok(()) }
    }

    /// How many refunds of a payment that the sweep found are executed again; nothing if that could not be asked for, which
    /// is logged here.
    async fn execute_again(&self, found: Found, now: Timestamp) -> Option<usize> {
        let payment = match found {
            Found::Payment(payment) => payment,
            Found::Unreadable { pk } => {
                tracing::error!(payment = pk, "cannot be read");
                return None;
            }
        };
        let forgotten = forgotten(&payment, now);
        let refunds = forgotten.len();
        let sent = self.wiring.queues.send(forgotten).await;
        sent.inspect_err(|error| tracing::warn!(payment = %payment.id, %error, "could not be helped")).ok()?;
        Some(refunds)
    }
}

fn forgotten(payment: &Payment, now: Timestamp) -> Vec<Outgoing> {
    let old = payment.open_staff_refunds().filter(|refund| now.seconds_since(refund.at) >= PATIENCE_SECONDS);
    old.flat_map(|refund| replies::execution(payment, refund)).collect()
}
