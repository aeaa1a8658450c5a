//! Making, changing and archiving products. Each is one transaction with its slug, its SKUs and the revision.

use super::{Catalog, DECISIONS, Refusal};
use crate::domain::product::{Draft, Edit};
use crate::domain::{CategoryId, Product, Rejection};
use crate::store::ProductWritten;
use chassis::Cause;
use events::Timestamp;
use events::ids::ProductId;

impl Catalog {
    /// Makes a product. Repeated, it is refused with the id of the product that has the slug.
    ///
    /// # Errors
    /// An unknown category, a slug or SKU that is taken, a full catalogue.
    pub async fn create_product(&self, draft: Draft, now: Timestamp, cause: &Cause) -> Result<Product, Refusal> {
        self.expect_category(&draft.category).await?;
        let product = Product::new(self.wiring.world.fresh(ProductId::new), draft, now);
        match self.store.create_product(&product, cause).await? {
            ProductWritten::Done => Ok(product),
            // Our own write, whose answer was lost.
            ProductWritten::Changed(Some(current)) if *current == product => Ok(product),
            refused => Err(rejected(refused)),
        }
    }

    /// Changes a product that is not archived. A change that changes nothing writes nothing.
    ///
    /// # Errors
    /// No such product, an unknown category, a SKU that is taken, a full catalogue.
    pub async fn edit_product(
        &self,
        id: ProductId,
        edit: &Edit,
        now: Timestamp,
        cause: &Cause,
    ) -> Result<Product, Refusal> {
        if let Some(category) = &edit.category {
            self.expect_category(category).await?;
        }
        let mut current = self.store.product(id).await?;
        for _ in 0..DECISIONS {
            let before = current.filter(|product| product.archived_at.is_none()).ok_or(Refusal::NotFound)?;
            let Some(after) = before.edited(edit, now)? else {
                return Ok(before);
            };
            match self.store.replace_product(&before, &after, cause).await? {
                ProductWritten::Done => return Ok(after),
                ProductWritten::Changed(changed) => current = changed.map(|product| *product),
                refused => return Err(rejected(refused)),
            }
        }
        Err(Refusal::busy())
    }

    /// Archives a product: it is no longer listed nor sold, and its slug and SKUs are free. Repeated, it is done already.
    ///
    /// # Errors
    /// No such product.
    pub async fn archive_product(&self, id: ProductId, now: Timestamp, cause: &Cause) -> Result<(), Refusal> {
        let mut current = self.store.product(id).await?;
        for _ in 0..DECISIONS {
            let before = current.ok_or(Refusal::NotFound)?;
            if before.archived_at.is_some() {
                return Ok(());
            }
            match self.store.replace_product(&before, &before.archived(now), cause).await? {
                ProductWritten::Done => return Ok(()),
                ProductWritten::Changed(changed) => current = changed.map(|product| *product),
                refused => return Err(rejected(refused)),
            }
        }
        Err(Refusal::busy())
    }

    async fn expect_category(&self, id: &CategoryId) -> Result<(), Refusal> {
        // Categories are never removed, so one that is there now is there when the product is written.
        if self.store.has_category(id).await? { Ok(()) } else { Err(Rejection::UnknownCategory(id.clone()).into()) }
    }
}

fn rejected(written: ProductWritten) -> Refusal {
    match written {
        ProductWritten::SlugTaken(owner) => Rejection::SlugTaken(owner).into(),
        ProductWritten::SkuTaken(sku, owner) => Rejection::SkuTaken(sku, owner).into(),
        ProductWritten::Full => Rejection::CatalogueFull.into(),
        ProductWritten::Done | ProductWritten::Changed(_) => Refusal::busy(),
    }
}
