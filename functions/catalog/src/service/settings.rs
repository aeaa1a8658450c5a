//! Categories and tax rates: staff set each as a whole. Setting what is stored already writes nothing.

use super::{Catalog, Error};
use crate::domain::category::{self, Category};
use crate::domain::rejection::Rejection;
use crate::domain::tax::TaxRate;
use crate::store::TaxRateOutcome;
use chassis::{Context, decide_and_write};
use std::ops::ControlFlow::{Break, Continue};

impl Catalog {
    /// Creates or replaces a category.
    ///
    /// # Errors
    /// If its parent is unknown, it would be its own ancestor, or there would be too many categories.
    pub async fn put_category(&self, wanted: Category, context: &Context) -> Result<Category, Error> {
        let catalogue = self.cache.current().await?;
        if catalogue.categories.get(&wanted.id) == Some(&wanted) {
            return Ok(wanted);
        }
        category::admit(&catalogue.categories, &wanted).map_err(Error::Rejected)?;
        self.store.put_category(&wanted, &context.audited(0, &wanted.id, wanted.audit_words())).await?;
        Ok(wanted)
    }

    /// Creates or replaces a tax rate.
    ///
    /// # Errors
    /// If another rate covers the same country and class.
    pub async fn put_tax_rate(&self, wanted: TaxRate, context: &Context) -> Result<TaxRate, Error> {
        let (stored, wanted) = (self.store.tax_rate(&wanted.id).await?, &wanted);
        decide_and_write(stored, move |current: Option<TaxRate>| async move {
            let Some(next) = wanted.replacing(current.as_ref()) else {
                return Ok(Break(current.unwrap_or_else(|| wanted.clone())));
            };
            let cause = context.audited(0, &next.id, next.audit_words());
            match self.store.put_tax_rate(current.as_ref(), &next, &cause).await? {
                TaxRateOutcome::Written => Ok(Break(next)),
                TaxRateOutcome::Changed(changed) => Ok(Continue(changed.map(|rate| *rate))),
                TaxRateOutcome::Exists(id) => Err(Error::Rejected(Rejection::TaxRateExists(id))),
            }
        })
        .await
    }
}
