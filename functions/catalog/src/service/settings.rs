//! Categories and tax rates: staff set each as a whole. Setting what is stored already writes nothing.

use super::{Catalog, Error};
use crate::domain::category::{self, Category};
use crate::domain::ids::TaxRateId;
use crate::domain::rejection::Rejection;
use crate::domain::tax::TaxRate;
use crate::store::TaxRateOutcome;
use chassis::http::{Precondition, Put};
use chassis::{Context, decide_and_write};
use std::ops::ControlFlow::{Break, Continue};

impl Catalog {
    /// Creates or replaces a category.
    ///
    /// # Errors
    /// If its parent is unknown, it would be its own ancestor, there would be too many categories, or the caller knows another version, or
    /// says not which and would take away its parent.
    pub async fn put_category(
        &self,
        wanted: Category,
        known: &Precondition,
        context: &Context,
    ) -> Result<Put<Category>, Error> {
        let (catalogue, wanted) = (self.cache.current().await?, &wanted);
        known.check_found(catalogue.categories.get(&wanted.id).map(|category| category.seq))?;
        decide_and_write(catalogue, move |catalogue| async move {
            let stored = catalogue.categories.get(&wanted.id);
            let Some(next) = wanted.replacing(stored) else {
                return Ok(Break(Put::Replaced(stored.unwrap_or(wanted).clone())));
            };
            known.check(stored.map(|category| category.seq), next.drops_parent(stored))?;
            category::admit(&catalogue.categories, &next).map_err(Error::Rejected)?;
            let cause = context.audited(0, &next.id, next.audit_words());
            let written = self.store.put_category(stored, &next, catalogue.revision, &cause).await?;
            let put = Put::of(next, stored.is_none());
            Ok(if written { Break(put) } else { Continue(self.cache.current().await?) })
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
    /// If another rate covers the same country and class, or the caller knows another version, or says not which and would move it to
    /// another country.
    pub async fn put_tax_rate(
        &self,
        wanted: TaxRate,
        known: &Precondition,
        context: &Context,
    ) -> Result<Put<TaxRate>, Error> {
        let (stored, wanted) = (self.store.tax_rate(&wanted.id).await?, &wanted);
        known.check_found(stored.as_ref().map(|rate| rate.seq))?;
        decide_and_write(stored, move |current: Option<TaxRate>| async move {
            let Some(next) = wanted.replacing(current.as_ref()) else {
                return Ok(Break(Put::Replaced(current.unwrap_or_else(|| wanted.clone()))));
            };
            known.check(current.as_ref().map(|rate| rate.seq), next.leaves_country(current.as_ref()))?;
            let cause = context.audited(0, &next.id, next.audit_words());
            match self.store.put_tax_rate(current.as_ref(), &next, &cause).await? {
                TaxRateOutcome::Written => Ok(Break(Put::of(next, current.is_none()))),
                TaxRateOutcome::Changed(changed) => Ok(Continue(changed.map(|rate| *rate))),
                TaxRateOutcome::Exists(id) => Err(Error::Rejected(Rejection::TaxRateExists(id))),
            }
        })
        .await
    }
}
