//! The outcomes of conditional writes. Refuses to say what follows: the use case decides.

use crate::domain::ids::TaxRateId;
use crate::domain::legal::LegalPage;
use crate::domain::product::Product;
use crate::domain::rejection::Rejection;
use crate::domain::tax::TaxRate;

/// The outcome of writing a product.
#[derive(Debug, PartialEq, Eq)]
#[must_use]
pub enum ProductOutcome {
    Written,
    /// Somebody else changed the product first; here it is as they left it.
    Changed(Option<Box<Product>>),
    /// The slug or a SKU is taken, or the catalogue is full.
    Rejected(Rejection),
}

/// The outcome of writing a tax rate.
#[derive(Debug, PartialEq, Eq)]
#[must_use]
pub enum TaxRateOutcome {
    Written,
    /// Somebody else changed the rate first; here it is as they left it.
    Changed(Option<Box<TaxRate>>),
    /// This rate covers the same country and class.
    Exists(TaxRateId),
}

/// The outcome of writing a legal page.
#[derive(Debug, PartialEq, Eq)]
#[must_use]
pub enum LegalPageOutcome {
    Written,
    /// Somebody else changed the page first; here it is as they left it.
    Changed(Option<Box<LegalPage>>),
}
