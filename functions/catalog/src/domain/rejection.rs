//! Reasons for which a change by staff is refused. Refuses pricing, which has an error of its own.

use super::ids::{CategoryId, TaxRateId};
use events::Sku;
use events::ids::ProductId;
use events::text::FieldError;

/// The reason for which a product, a category or a tax rate is not changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    #[error(transparent)]
    Invalid(#[from] FieldError),
    /// The product has the slug already.
    #[error("the slug is taken")]
    SlugTaken(ProductId),
    /// The product has the SKU already.
    #[error("the SKU is taken")]
    SkuTaken(Sku, ProductId),
    /// The catalogue would have more than [`super::catalogue::MAX_VARIANTS`] variants.
    #[error("the catalogue is full")]
    CatalogueFull,
    /// The change adds and removes more SKUs than one transaction can write.
    #[error("too many variants change at once")]
    TooManyChanges,
    #[error("there is no such category")]
    UnknownCategory(CategoryId),
    /// The category would be its own ancestor.
    #[error("a category cannot be below itself")]
    CategoryCycle,
    /// There would be more than [`super::category::MAX_CATEGORIES`].
    #[error("there are too many categories")]
    TooManyCategories,
    /// The rate covers the same country and tax class.
    #[error("another rate covers that country and class")]
    TaxRateExists(TaxRateId),
}
