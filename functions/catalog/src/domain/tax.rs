//! Tax rates: one for each country and tax class. Refuses regions and thresholds: a rate holds for a whole country.

use super::ids::TaxRateId;
use events::Country;
use events::address::typed::CountryCode;
use events::text::FieldError;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The class by which a country taxes a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TaxClass {
    /// What a country charges of most goods.
    Standard,
    /// For food, books and the like.
    Reduced,
    /// Nothing is charged.
    Zero,
}

impl TaxClass {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Reduced => "reduced",
            Self::Zero => "zero",
        }
    }
}

/// The share of the net price that a country takes of goods of one tax class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxRate {
    pub id: TaxRateId,
    /// The country that goods are sent to.
    pub country: Country,
    pub tax_class: TaxClass,
    /// Share of the net price in 1/10,000: 1900 are 19 %.
    pub rate_basis_points: u32,
    /// Number of changes so far, from 1.
    pub seq: u64,
}

impl TaxRate {
    /// A rate as staff set it.
    ///
    /// # Errors
    /// If there is no such country, or it is more than 10,000 basis points, which is the whole price.
    pub fn parse(
        id: TaxRateId,
        country: &CountryCode,
        tax_class: TaxClass,
        rate_basis_points: u32,
    ) -> Result<Self, FieldError> {
        if rate_basis_points > 10_000 {
            return Err(FieldError::new("rate_basis_points", "must be 0 to 10000"));
        }
        Ok(Self { id, country: country.parsed()?, tax_class, rate_basis_points, seq: 1 })
    }

    /// Whether this rate in place of the stored one would leave another country without its own.
    pub fn leaves_country(&self, stored: Option<&Self>) -> bool {
        stored.is_some_and(|rate| rate.country != self.country)
    }

    /// The rate in the words of the audit log.
    pub fn audit_words(&self) -> String {
        format!("{} {}: {} basis points", self.country, self.tax_class.as_str(), self.rate_basis_points)
    }

    /// The rate to write in place of the stored one; `None` if that is the same already.
    pub fn replacing(&self, stored: Option<&Self>) -> Option<Self> {
        let next = Self { seq: stored.map_or(1, |rate| rate.seq + 1), ..self.clone() };
        let same = stored.is_some_and(|rate| Self { seq: next.seq, ..rate.clone() } == next);
        (!same).then_some(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_at_most_the_whole_price() {
        let country: CountryCode = serde_json::from_value("DE".into()).unwrap();
        let rate = |points| TaxRate::parse("de-standard".parse().unwrap(), &country, TaxClass::Standard, points);
        assert!(rate(10_000).is_ok());
        assert_eq!(rate(10_001).unwrap_err().field, "rate_basis_points");
    }
}
