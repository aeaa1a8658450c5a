//! Tax rates: one for each country and tax class. Refuses regions and thresholds: a rate is a country's.

use super::Fault;
use super::text::slugs;
use events::Country;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

slugs! {
    /// A tax rate's id, chosen by staff.
    TaxRateId <= 64;
}

/// How a country taxes a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaxClass {
    /// The usual rate.
    Standard,
    /// The lower rate for food, books and the like.
    Reduced,
    /// Not taxed.
    Zero,
}

impl TaxClass {
    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Reduced => "reduced",
            Self::Zero => "zero",
        }
    }
}

/// What a country takes of the net price of a class of goods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxRate {
    /// Its id.
    pub id: TaxRateId,
    /// Where goods go.
    pub country: Country,
    /// Which goods.
    pub tax_class: TaxClass,
    /// Of the net price, in 1/10,000.
    pub rate_basis_points: u32,
    /// Number of changes so far, from 1.
    pub seq: u64,
}

impl TaxRate {
    /// A rate as staff gave it.
    ///
    /// # Errors
    /// More than 10,000 basis points, which is the whole price.
    pub fn parse(id: TaxRateId, country: Country, tax_class: TaxClass, rate_basis_points: u32) -> Result<Self, Fault> {
        if rate_basis_points > 10_000 {
            return Err(Fault::new("rate_basis_points", "must be 0 to 10000"));
        }
        Ok(Self { id, country, tax_class, rate_basis_points, seq: 1 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_at_most_the_whole_price() {
        let rate =
            |points| TaxRate::parse("de-standard".parse().unwrap(), "DE".parse().unwrap(), TaxClass::Standard, points);
        assert!(rate(10_000).is_ok());
        assert_eq!(rate(10_001).unwrap_err().field, "rate_basis_points");
    }
}
