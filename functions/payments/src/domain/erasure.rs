//! A buyer wants to be forgotten: what a payment forgets, and what it says. Owns what is personal in a payment; refuses to touch the books:
//! sums, times, references of the provider and ledger entries stay.

use super::payment::{Erased, Payment};
use super::settled::SettledRefund;
use super::transaction::Transaction;
use chassis::Context;
use events::Outgoing;
use events::message::Origin;
use events::payments::PaymentOfOrderErased;

impl Payment {
    /// Whether the provider may still be asked with what would be forgotten.
    pub fn may_forget(&self) -> bool {
        self.unsettled().is_none()
    }

    /// The payment without what is personal: the token of the payment method, the bank's page, and what staff wrote about a refund.
    #[must_use]
    pub fn forgotten(&self, context: &Context) -> Self {
        let seq = self.seq.saturating_add(1);
        Self { seq, erased: Some(Erased { at: context.now, seq }), ..self.clone() }.without_person()
    }

    /// Whatever comes after the erasure, nothing personal stays.
    pub(super) fn without_person(mut self) -> Self {
        if self.erased.is_some() {
            self.method = None;
            self.log.iter_mut().for_each(forget);
        }
        self
    }

    /// The answer to the order, the same at every repeat.
    pub fn says_erased(&self) -> Vec<Outgoing> {
        let Some(erased) = &self.erased else { return Vec::new() };
        let origin = Origin {
            subject: self.id.to_string(),
            seq: erased.seq,
            at: erased.at,
            traceparent: self.traceparent.as_deref(),
            actor: None,
        };
        Outgoing::to_all(&origin, &PaymentOfOrderErased { order_id: self.order() })
    }
}

impl SettledRefund {
    /// The refund without what staff wrote about it.
    #[must_use]
    pub fn forgotten(mut self) -> Self {
        self.log.iter_mut().for_each(forget);
        self
    }
}

/// The fingerprint of the request stays, by which a repeat is known: it covers the key of the request and an amount, too.
fn forget(made: &mut Transaction) {
    made.url = None;
    if let Some(refund) = &mut made.refund {
        refund.reason = None;
    }
}
