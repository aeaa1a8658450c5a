//! The currencies that a shop can trade in: those of ISO 4217 that people pay with. Refuses funds, metals, test codes and
//! withdrawn currencies, and knows no exchange rates.

use iso_currency::Currency as Iso;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

/// An ISO 4217 currency in circulation, written as its three capital letters. Small letters are read as capitals and blanks around
/// are left out.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency(Iso);

/// The text is not the code of a currency in circulation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be the ISO 4217 code of a currency in circulation")]
pub struct UnknownCurrency;

impl Currency {
    /// Euro, two minor digits.
    pub const EUR: Self = Self(Iso::EUR);
    /// United States dollar, two minor digits.
    pub const USD: Self = Self(Iso::USD);
    /// Japanese yen, no minor digits.
    pub const JPY: Self = Self(Iso::JPY);
    /// Kuwaiti dinar, three minor digits.
    pub const KWD: Self = Self(Iso::KWD);

    /// The three capital letters.
    pub fn as_str(&self) -> &'static str {
        self.0.code()
    }

    /// Number of digits after the decimal point: one unit of the currency is ten to this power minor units.
    pub fn exponent(self) -> u32 {
        self.0.exponent().map_or(0, u32::from)
    }

    /// Every currency that a shop can trade in, by its ISO 4217 number.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..1000).filter_map(Iso::from_numeric).filter(|currency| circulates(*currency)).map(Self)
    }
}

/// Whether people pay with the currency. What circulates has an exponent of 0, 2 or 3, as a test holds.
fn circulates(currency: Iso) -> bool {
    // ISO 4217 lists two codes of the bolívar as valid. The crate takes the older one for replaced, but prices are in it.
    let replaced = currency.is_superseded().is_some() && currency != Iso::VES;
    currency.exponent().is_some() && !currency.is_fund() && !currency.is_special() && !replaced
}

impl FromStr for Currency {
    type Err = UnknownCurrency;
    fn from_str(code: &str) -> Result<Self, UnknownCurrency> {
        Iso::from_code(&code.trim().to_ascii_uppercase())
            .filter(|currency| circulates(*currency))
            .map(Self)
            .ok_or(UnknownCurrency)
    }
}

/// Alphabetical by code.
impl Ord for Currency {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl PartialOrd for Currency {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Currency {
    fn schema_name() -> Cow<'static, str> {
        "Currency".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let mut codes: Vec<_> = Self::all().map(|currency| currency.as_str()).collect();
        codes.sort_unstable();
        json_schema!({"type": "string", "description": "ISO 4217 code of a currency in circulation.", "enum": codes})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes_with(exponent: u32) -> Vec<&'static str> {
        let mut codes: Vec<_> = Currency::all().filter(|c| c.exponent() == exponent).map(|c| c.as_str()).collect();
        codes.sort_unstable();
        codes
    }

    #[test]
    fn exponents_are_those_of_iso_4217() {
        let none = [
            "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF",
            "XPF",
        ];
        assert_eq!(codes_with(0), none);
        assert_eq!(codes_with(3), ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]);
        assert_eq!(codes_with(0).len() + codes_with(2).len() + codes_with(3).len(), Currency::all().count());
        for code in ["EUR", "USD", "HUF", "INR", "BRL", "IDR", "TWD", "MGA", "MRU", "VES", "VED", "XCD", "XCG"] {
            assert_eq!(code.parse::<Currency>().unwrap().exponent(), 2, "{code}");
        }
    }

    #[test]
    fn what_nobody_pays_with_is_refused() {
        let funds = ["BOV", "CHE", "CHW", "CLF", "COU", "MXV", "USN", "UYI", "UYW"];
        let special = ["XAD", "XAG", "XAU", "XBA", "XDR", "XPD", "XPT", "XSU", "XTS", "XUA", "XXX"];
        let withdrawn = ["BGN", "CUC", "DEM", "HRK", "SLL", "ZWL"];
        let malformed = ["EURO", "EU", "E UR", "", " ", "978", "ＥＵＲ", "€"];
        for code in funds.iter().chain(&special).chain(&withdrawn).chain(&malformed) {
            assert!(code.parse::<Currency>().is_err(), "{code}");
        }
    }

    #[test]
    fn a_currency_is_known_in_small_letters_and_with_blanks_around() {
        for typed in ["EUR", "eur", "Eur", " EUR ", "\u{a0}eur\t"] {
            assert_eq!(typed.parse::<Currency>(), Ok(Currency::EUR), "{typed:?}");
            assert_eq!(serde_json::from_value::<Currency>(typed.into()).unwrap(), Currency::EUR, "{typed:?}");
        }
    }

    #[test]
    fn every_currency_reads_back_and_sorts_by_its_code() {
        let mut all: Vec<_> = Currency::all().collect();
        all.sort_unstable();
        assert!(all.is_sorted_by_key(|currency| currency.as_str()));
        for currency in all {
            let json = serde_json::to_string(&currency).unwrap();
            assert_eq!(json, format!("\"{currency}\""));
            assert_eq!(serde_json::from_str::<Currency>(&json).unwrap(), currency);
        }
    }
}
