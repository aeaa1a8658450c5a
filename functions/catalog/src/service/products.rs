//! Creating, updating and archiving products. Each is one transaction with the product's slug, its SKUs and the revision.

use super::{Catalog, Error};
use crate::domain::ids::CategoryId;
use crate::domain::product::{CreateProduct, MAX_VARIANTS, Product, UpdateProduct};
use crate::domain::rejection::Rejection;
use crate::store::ProductOutcome;
use chassis::http::Precondition;
use chassis::{Context, decide_and_write};
use events::ids::ProductId;
use events::text::FieldError;
use std::ops::ControlFlow::{self, Break, Continue};

impl Catalog {
    /// Creates a product. A repeated request is rejected with the id of the product that has the slug.
    ///
    /// # Errors
    /// If a field is not allowed, the category is unknown, a slug or SKU is taken, or the catalogue is full.
    pub async fn create_product(&self, request: CreateProduct, context: &Context) -> Result<Product, Error> {
        let id = self.wiring.world.fresh(ProductId::new);
        let product = Product::create(id, request, context.now).map_err(invalid)?;
        self.expect_category(&product.category).await?;
        match self.store.create_product(&product, &context.audited(0, product.id, "created")).await? {
            ProductOutcome::Written => Ok(product),
            // It is our own write, whose answer was lost.
            ProductOutcome::Changed(Some(current)) if *current == product => Ok(product),
            ProductOutcome::Changed(_) => Err(Error::Contended),
            ProductOutcome::Rejected(rejection) => Err(Error::Rejected(rejection)),
        }
    }

    /// Updates a product that is not archived. An update that changes nothing writes nothing.
    ///
    /// # Errors
    /// If there is no such product, a field is not allowed, the category is unknown, a SKU is taken, the catalogue is full, or the caller
    /// knows another version.
    pub async fn update_product(
        &self,
        id: ProductId,
        request: UpdateProduct,
        known: &Precondition,
        context: &Context,
    ) -> Result<Product, Error> {
        let request = &request.checked().map_err(invalid)?;
        if let Some(category) = request.category().map_err(invalid)? {
            self.expect_category(&category).await?;
        }
        let stored = self.store.product(id).await?;
        decide_and_write(stored, move |current: Option<Product>| async move {
            let before = current.filter(|product| product.archived_at.is_none()).ok_or(Error::NotFound)?;
            match before.update(request, context.now).map_err(Error::Rejected)? {
                Some(after) => {
                    known.check(Some(before.seq), request.variants.is_some())?;
                    self.replace_product(&before, after, context).await
                }
                None => Ok(Break(before)),
            }
        })
        .await
    }

    /// Archives a product: it is no longer listed or sold, and its slug and SKUs are free. A repeated request changes nothing.
    ///
    /// # Errors
    /// If there is no such product, or the caller knows another version.
    pub async fn archive_product(
        &self,
        id: ProductId,
        known: &Precondition,
        context: &Context,
    ) -> Result<Product, Error> {
        let stored = self.store.product(id).await?;
        decide_and_write(stored, move |current: Option<Product>| async move {
            let before = current.ok_or(Error::NotFound)?;
            if before.archived_at.is_some() {
                return Ok(Break(before));
            }
            // Its SKUs, its slug and the entry of the audit log are freed and written in one transaction.
            if before.variants.len() > MAX_VARIANTS {
                return Err(Error::Rejected(Rejection::TooManyChanges));
            }
            known.check(Some(before.seq), false)?;
            let after = before.archive(context.now);
            self.replace_product(&before, after, context).await
        })
        .await
    }

    async fn replace_product(
        &self,
        before: &Product,
        after: Product,
        context: &Context,
    ) -> Result<ControlFlow<Product, Option<Product>>, Error> {
        let cause = context.audited(0, after.id, before.difference(&after));
        match self.store.replace_product(before, &after, &cause).await? {
            ProductOutcome::Written => Ok(Break(after)),
            ProductOutcome::Changed(current) => Ok(Continue(current.map(|product| *product))),
            ProductOutcome::Rejected(rejection) => Err(Error::Rejected(rejection)),
        }
    }

    async fn expect_category(&self, id: &CategoryId) -> Result<(), Error> {
        // Categories are never removed, so one that exists now still exists when the product is written.
        if self.store.has_category(id).await? {
            Ok(())
        } else {
            Err(Error::Rejected(Rejection::UnknownCategory(id.clone())))
        }
    }
}

fn invalid(error: FieldError) -> Error {
    Error::Rejected(error.into())
}
