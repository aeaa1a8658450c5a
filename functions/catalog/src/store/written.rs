//! What became of conditional writes. Refuses to say what follows: that is decided by who asked for them.

use crate::domain::{Product, TaxRate, TaxRateId};
use events::Sku;
use events::ids::ProductId;

/// What became of a product's write.
#[derive(Debug, PartialEq, Eq)]
#[must_use]
pub enum ProductWritten {
    /// The product is as asked.
    Done,
    /// It has changed meanwhile; as it is now.
    Changed(Option<Box<Product>>),
    /// Another product has the slug.
    SlugTaken(ProductId),
    /// Another product has the SKU.
    SkuTaken(Sku, ProductId),
    /// There would be too many variants.
    Full,
}

/// What became of a tax rate's write.
#[derive(Debug, PartialEq, Eq)]
#[must_use]
pub enum RateWritten {
    /// The rate is as asked.
    Done,
    /// It has changed meanwhile; as it is now.
    Changed(Option<Box<TaxRate>>),
    /// Another rate is for the same country and class.
    Exists(TaxRateId),
}
