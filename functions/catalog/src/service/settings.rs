//! Categories and tax rates: settings that staff put as a whole. Putting what is there already writes nothing.

use super::{Catalog, DECISIONS, Refusal};
use crate::domain::{Category, Rejection, TaxRate, category};
use crate::store::RateWritten;
use chassis::Cause;

impl Catalog {
    /// Puts a category.
    ///
    /// # Errors
    /// An unknown parent, a circle, too many categories.
    pub async fn put_category(&self, wanted: Category, cause: &Cause) -> Result<Category, Refusal> {
        let catalogue = self.shelf.current().await?;
        if catalogue.categories.get(&wanted.id) == Some(&wanted) {
            return Ok(wanted);
        }
        category::admit(&catalogue.categories, &wanted)?;
        self.store.put_category(&wanted, cause).await?;
        Ok(wanted)
    }

    /// Puts a tax rate.
    ///
    /// # Errors
    /// Another rate for the same country and class.
    pub async fn put_tax_rate(&self, wanted: TaxRate, cause: &Cause) -> Result<TaxRate, Refusal> {
        let mut current = self.store.tax_rate(&wanted.id).await?;
        for _ in 0..DECISIONS {
            let next = TaxRate { seq: current.as_ref().map_or(1, |rate| rate.seq + 1), ..wanted.clone() };
            if let Some(same) = current.as_ref().filter(|rate| TaxRate { seq: next.seq, ..(*rate).clone() } == next) {
                return Ok(same.clone());
            }
            match self.store.put_tax_rate(current.as_ref(), &next, cause).await? {
                RateWritten::Done => return Ok(next),
                RateWritten::Changed(changed) => current = changed.map(|rate| *rate),
                RateWritten::Exists(id) => return Err(Rejection::TaxRateExists(id).into()),
            }
        }
        Err(Refusal::busy())
    }
}
