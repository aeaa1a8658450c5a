//! The rules of the catalog: what a product may look like, what a search finds, what a line costs. Pure: no clock, no table,
//! no HTTP. Refuses to decide about stock: `inventory` does.

pub mod catalogue;
pub mod category;
pub mod ids;
pub mod legal;
pub mod listing;
pub mod pricing;
pub mod product;
pub mod rejection;
pub mod search;
pub mod tax;

pub use catalogue::Catalogue;
pub use category::Category;
pub use ids::{CategoryId, Slug, TaxRateId};
pub use legal::{LegalPage, LegalPageName};
pub use product::{Product, Variant};
pub use rejection::Rejection;
pub use tax::{TaxClass, TaxRate};
