//! What the catalog decides: what a product may look like, what is found, what things cost. Pure: no clock, no table, no
//! HTTP. Refuses stock: a level shown beside a variant is hearsay from `inventory`.

pub mod catalogue;
pub mod category;
pub mod listing;
pub mod pricing;
pub mod product;
pub mod search;
pub mod tax;
pub mod text;

pub use catalogue::Catalogue;
pub use category::{Category, CategoryId};
pub use product::{Product, Slug, Variant};
pub use tax::{TaxClass, TaxRate, TaxRateId};
pub use text::Fault;

use events::Sku;
use events::ids::ProductId;

/// Live variants in a catalogue, at most: all of it is held in each function's memory.
pub const MAX_CATALOGUE_VARIANTS: u64 = 10_000;
/// Categories, at most; they too are held in memory, and answered in one piece.
pub const MAX_CATEGORIES: usize = 1_000;

/// Why the catalog does not do what staff asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// A field is not acceptable.
    #[error(transparent)]
    Invalid(#[from] Fault),
    /// Another product has the slug.
    #[error("the slug is taken")]
    SlugTaken(ProductId),
    /// Another product has the SKU.
    #[error("the SKU is taken")]
    SkuTaken(Sku, ProductId),
    /// There would be more than [`MAX_CATALOGUE_VARIANTS`].
    #[error("the catalogue is full")]
    CatalogueFull,
    /// More SKUs come and go than one write can hold.
    #[error("too many variants change at once")]
    TooManyChanges,
    /// No category has this id.
    #[error("there is no such category")]
    UnknownCategory(CategoryId),
    /// A category would be its own ancestor.
    #[error("a category cannot be below itself")]
    CategoryCycle,
    /// There would be more than [`MAX_CATEGORIES`].
    #[error("there are too many categories")]
    TooManyCategories,
    /// Another rate is for the same country and class.
    #[error("another rate covers that country and class")]
    TaxRateExists(TaxRateId),
}
