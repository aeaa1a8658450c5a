//! Postal addresses and email contacts as messages and tables have them: in the spelling of the post. Owns whether two of them are
//! one place. Refuses to know whether an address exists, and what people type: that is read by [`typed`].

use crate::Email;
use places::{Rules, name_key};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

mod places;
pub mod typed;

#[cfg(test)]
mod tests;

/// An ISO 3166-1 alpha-2 country code, or XK for Kosovo: two capital letters. Requests have assigned codes only
/// ([`typed::CountryCode`]); what was stored before may have others.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Country(String);

/// The text is not a country code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be two capital letters (ISO 3166-1 alpha-2)")]
pub struct InvalidCountry;

impl Country {
    /// The two letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Country {
    type Err = InvalidCountry;
    fn from_str(text: &str) -> Result<Self, InvalidCountry> {
        if text.len() == 2 && text.bytes().all(|b| b.is_ascii_uppercase()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidCountry)
        }
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Country {
    fn schema_name() -> Cow<'static, str> {
        "Country".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "pattern": "^[A-Z]{2}$"})
    }
}

/// A postal address.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs)]
pub struct Address {
    /// Name of the recipient.
    #[schemars(length(min = 1, max = 200))]
    pub name: String,
    /// Company of the recipient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 200))]
    pub company: Option<String>,
    /// Street and number.
    #[schemars(length(min = 1, max = 200))]
    pub line1: String,
    /// Apartment, floor or building.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 200))]
    pub line2: Option<String>,
    /// City or town.
    #[schemars(length(min = 1, max = 200))]
    pub city: String,
    /// State, province or county, where the post needs it: its code in Australia, Brazil, Canada and the United States.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 200))]
    pub region: Option<String>,
    /// Postal code as the country writes it. Absent where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 20))]
    pub postal_code: Option<String>,
    pub country: Country,
    /// Telephone number for the carrier, as it was typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 5, max = 40))]
    pub phone: Option<String>,
}

impl Address {
    /// What stays of it when its owner is forgotten: by the country the tax was reckoned. Every other field is empty.
    #[must_use]
    pub fn country_alone(&self) -> Self {
        Self {
            name: String::new(),
            company: None,
            line1: String::new(),
            line2: None,
            city: String::new(),
            region: None,
            postal_code: None,
            country: self.country.clone(),
            phone: None,
        }
    }
}

/// The part of the destination that decides prices, taxes and shipping.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs)]
pub struct Destination {
    pub country: Country,
    /// State, province or county, where it matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Postal code, where it matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
}

impl Destination {
    /// The field of `address` for which an order priced for this destination may not go there: each part that the quote names must
    /// be the same place. Case, width, blanks, hyphens, accents and strokes say nothing, a region's code is its name, and a postal
    /// code covers its more precise form.
    pub fn mismatch(&self, address: &Address) -> Option<&'static str> {
        let (country, rules) = (&self.country, Rules::of(&self.country));
        if *country != address.country {
            return Some("country");
        }
        let is_same = |quoted: &Option<String>, given: &Option<String>, key: &dyn Fn(&str) -> String| {
            quoted.as_deref().is_none_or(|quoted| given.as_deref().is_some_and(|given| key(quoted) == key(given)))
        };
        let region =
            |text: &str| rules.and_then(|rules| rules.region(text)).map_or_else(|| name_key(text), str::to_owned);
        let postal_code = |text: &str| rules.and_then(|rules| rules.area(text)).unwrap_or_else(|| name_key(text));
        if !is_same(&self.region, &address.region, &region) {
            return Some("region");
        }
        (!is_same(&self.postal_code, &address.postal_code, &postal_code)).then_some("postal_code")
    }
}

/// How to reach a person by email. Only messages to `notifications` carry it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[allow(missing_docs)]
pub struct Contact {
    #[schemars(with = "String")]
    pub email: Email,
    /// Name to greet the person by, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}
