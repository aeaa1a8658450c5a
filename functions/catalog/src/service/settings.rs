//! Categories and tax rates: staff set each as a whole. Setting what is stored already writes nothing.

use super::{Catalog, Error};
use crate::domain::category::{self, Category};
use crate::domain::ids::TaxRateId;
use crate::domain::rejection::Rejection;
use crate::domain::tax::TaxRate;
use crate::store::TaxRateOutcome;
use chassis::http::Precondition;
use chassis::{Context, decide_and_write};
use std::ops::ControlFlow::{Break, Continue};

impl Catalog {
    /// Creates or replaces a category.
    ///
    /// # Errors
    /// If its parent is unknown, it would be its own ancestor, there would be too many categories, or the caller knows another version.
    pub async fn put_category(
        &self,
        wanted: Category,
        known: &Precondition,
        context: &Context,
    ) -> Result<Category, Error> {
        let (catalogue, wanted) = (self.cache.current().await?, &wanted);
        decide_and_write(catalogue, move |catalogue| async move {
            let stored = catalogue.categories.get(&wanted.id);
            let Some(next) = wanted.replacing(stored) else {
                return Ok(Break(stored.unwrap_or(wanted).clone()));
            };
            known.check(stored.map(|category| category.seq), false)?;
            category::admit(&catalogue.categories, &next).map_err(Error::Rejected)?;
            let cause = context.audited(0, &next.id, next.audit_words());
            let written = self.store.put_category(stored, &next, &cause).await?;
            Ok(if written { Break(next) } else { Continue(self.cache.current().await?) })
        })
        .await
    }

    /// # Errors
    /// `NotFound`, or the table.
    pub async fn tax_rate(&self, id: &TaxRateId) -> Result<TaxRate, Error> {
        self.store.tax_rate(id).await?.ok_or(Error::NotFound)
    }

    /// Creates or replaces a tax rate.
    ///
    /// # Errors
    /// If another rate covers the same country and class, or the caller knows another version.
    pub async fn put_tax_rate(
        &self,
        wanted: TaxRate,
        known: &Precondition,
        context: &Context,
    ) -> Result<TaxRate, Error> {
        let (stored, wanted) = (self.store.tax_rate(&wanted.id).await?, &wanted);
        decide_and_write(stored, move |current: Option<TaxRate>| async move {
            let Some(next) = wanted.replacing(current.as_ref()) else {
                return Ok(Break(current.unwrap_or_else(|| wanted.clone())));
            };
            known.check(current.as_ref().map(|rate| rate.seq), false)?;
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
