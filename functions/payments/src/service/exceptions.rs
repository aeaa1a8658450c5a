//! Payments that staff must look at. Refuses to mend them: a refund is granted, and everything else is tried again by itself.

use super::{Error, Payments};
use crate::domain::{Exception, Payment};
use chassis::{Page, StoreError};
use futures_util::future::try_join_all;

impl Payments {
    /// A page of the payments with this exception, or with any, newest first. Each has all of its refunds.
    ///
    /// # Errors
    /// The table.
    pub(crate) async fn exceptions(
        &self,
        only: Option<Exception>,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<Payment>, Error> {
        let Page { items, next } = self.store.exceptions(only, after, limit).await?;
        let items = try_join_all(items.into_iter().map(|payment| self.whole(payment))).await?;
        Ok(Page { items, next })
    }

    /// How many payments have an exception, up to 100, and whether there are more.
    ///
    /// # Errors
    /// The table.
    pub(crate) async fn count_exceptions(&self) -> Result<(usize, bool), Error> {
        Ok(self.store.count_exceptions().await?)
    }

    /// The payment with its refunds that were set aside.
    async fn whole(&self, payment: Payment) -> Result<Payment, StoreError> {
        if payment.set_aside.is_nothing() {
            return Ok(payment);
        }
        Ok(self.store.whole_payment(payment.id).await?.unwrap_or(payment))
    }
}
