//! An order forgot its buyer, and so does its payment. Refuses to wait for an order that it never heard of: what says so stays, and a late
//! message finds it.

use super::{Error, Payments};
use crate::domain::Payment;
use chassis::{Context, Failure, Written, decide_and_write};
use events::Outgoing;
use events::ids::OrderId;
use std::ops::ControlFlow;

impl Payments {
    /// Forgets the payer of an order, once the provider needs nothing more of it. The refunds that were set aside forget first: whoever
    /// dies before the payment says so does it again.
    ///
    /// # Errors
    /// `Transient` while the provider has not answered. The table.
    pub(crate) async fn erase(&self, order: OrderId, context: &Context) -> Result<Vec<Outgoing>, Failure> {
        let id = order.payment();
        let found = self.store.payment_now(id).await?.unwrap_or_else(|| Payment::unknown(id));
        let erased = decide_and_write(found, |payment: Payment| async move {
            if payment.erased.is_some() || !payment.may_forget() {
                return Ok(ControlFlow::Break(payment));
            }
            let next = payment.forgotten(context);
            let settled = self.store.settled_refunds(id).await?;
            let settled: Vec<_> = settled.into_iter().map(|refund| refund.forgotten()).collect();
            Ok(match self.store.save(&next, &settled, context).await? {
                Written::Done => ControlFlow::Break(next),
                Written::Refused(current) => {
                    ControlFlow::Continue(current.map_or_else(|| Payment::unknown(id), |current| *current))
                }
            })
        })
        .await
        .map_err(|error: Error| super::failure(error))?;
        match erased.says_erased() {
            none if none.is_empty() => Err(Failure::Transient("the provider has not answered yet".to_owned())),
            answer => Ok(answer),
        }
    }
}
