//! The stock-keeping unit (SKU): the name that catalog, inventory, carts, orders and shipping share for what is sold. Refuses
//! meaning: no capability reads anything into its text.

use crate::text::FieldError;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// 1 to 64 characters of `A–Z 0–9 . _ -`. Small letters are read as capitals and blanks around it are left out, so a SKU has one
/// spelling however it is typed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Sku(String);

/// The text is not a stock-keeping unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 64 letters, digits, dots, underscores or hyphens")]
pub struct InvalidSku;

impl From<InvalidSku> for FieldError {
    fn from(error: InvalidSku) -> Self {
        Self::new("sku", error.to_string())
    }
}

impl Sku {
    /// The text of the SKU.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Sku {
    type Err = InvalidSku;
    fn from_str(text: &str) -> Result<Self, InvalidSku> {
        let text = text.trim();
        let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
        if (1..=64).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.to_ascii_uppercase()))
        } else {
            Err(InvalidSku)
        }
    }
}

impl fmt::Display for Sku {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Sku {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// SKUs with their quantities, written as pages hand them to each other: `SKU*2 SKU2*1`. No SKU has an asterisk or a blank. Refuses
/// to limit lines and units: each capability has its own limits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Quantities(Vec<(Sku, u32)>);

/// The text has no SKUs with quantities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be SKUs with quantities, such as TEA*2 MUG*1")]
pub struct InvalidQuantities;

impl FromIterator<(Sku, u32)> for Quantities {
    fn from_iter<I: IntoIterator<Item = (Sku, u32)>>(lines: I) -> Self {
        Self(lines.into_iter().collect())
    }
}

impl IntoIterator for Quantities {
    type Item = (Sku, u32);
    type IntoIter = std::vec::IntoIter<Self::Item>;
    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl FromStr for Quantities {
    type Err = InvalidQuantities;
    fn from_str(text: &str) -> Result<Self, InvalidQuantities> {
        let line = |word: &str| {
            let (sku, quantity) = word.split_once('*')?;
            let quantity = quantity.parse().ok().filter(|_| !quantity.starts_with('+'))?;
            Some((sku.parse().ok()?, quantity))
        };
        text.split_whitespace().map(line).collect::<Option<_>>().map(Self).ok_or(InvalidQuantities)
    }
}

impl fmt::Display for Quantities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, (sku, quantity)) in self.0.iter().enumerate() {
            let blank = if place == 0 { "" } else { " " };
            write!(f, "{blank}{sku}*{quantity}")?;
        }
        Ok(())
    }
}

impl JsonSchema for Sku {
    fn schema_name() -> Cow<'static, str> {
        "Sku".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"})
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_sku_has_one_spelling_however_it_is_typed() {
        for typed in ["TEA-MINT-100", "tea-mint-100", " Tea-Mint-100\t"] {
            assert_eq!(typed.parse::<Sku>().unwrap().as_str(), "TEA-MINT-100", "{typed:?}");
            assert_eq!(serde_json::from_value::<Sku>(typed.into()).unwrap().as_str(), "TEA-MINT-100", "{typed:?}");
        }
    }

    #[test]
    fn what_is_no_sku_is_refused() {
        let long = "A".repeat(65);
        for bad in ["", " ", "TEA MINT", "TEA/MINT", "THÉ", "ＴＥＡ", "TEA\u{200b}", "tea\u{131}", "ſku", &long] {
            assert!(bad.parse::<Sku>().is_err(), "{bad:?}");
        }
        assert!(long[1..].parse::<Sku>().is_ok());
    }

    proptest! {
        #[test]
        fn reading_a_sku_twice_changes_nothing_and_its_case_says_nothing(text in "[A-Za-z0-9._-]{1,64}") {
            let sku: Sku = text.parse().unwrap();
            prop_assert_eq!(&sku.as_str().parse::<Sku>().unwrap(), &sku);
            prop_assert_eq!(text.to_ascii_lowercase().parse::<Sku>().unwrap(), sku);
        }
    }

    proptest! {
        #[test]
        fn skus_with_quantities_are_read_as_they_were_written(lines in prop::collection::vec(("[A-Z0-9._-]{1,64}", any::<u32>()), 0..60)) {
            let lines: Quantities = lines.into_iter().map(|(sku, units)| (sku.parse().unwrap(), units)).collect();
            prop_assert_eq!(lines.to_string().parse::<Quantities>(), Ok(lines));
        }
    }

    #[test]
    fn a_text_that_has_no_quantity_for_each_sku_is_refused_whole() {
        for text in ["TEA", "TEA*", "*2", "TEA*2 MUG", "TEA*-1", "TEA*+1", "TEA*1*1", "TEA*4294967296", "<b>*1"] {
            assert_eq!(text.parse::<Quantities>(), Err(InvalidQuantities), "{text}");
        }
    }
}
