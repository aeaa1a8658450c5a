//! Postal addresses and email contacts. Owns the bounds of their fields. Refuses to know whether an address exists.

use crate::Email;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, de};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// An ISO 3166-1 alpha-2 country code: two capital letters.
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
    /// Street and number.
    #[schemars(length(min = 1, max = 200))]
    pub line1: String,
    /// Apartment, floor or company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 200))]
    pub line2: Option<String>,
    /// City or town.
    #[schemars(length(min = 1, max = 200))]
    pub city: String,
    /// State, province or county, where the post needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 200))]
    pub region: Option<String>,
    /// Postal code as the country writes it.
    #[schemars(length(min = 1, max = 20))]
    pub postal_code: String,
    pub country: Country,
}

impl Address {
    /// The first field that is blank or too long, and its requirement.
    pub fn invalid_field(&self) -> Option<(&'static str, &'static str)> {
        let long = |text: &str| text.trim().is_empty() || text.chars().count() > 200;
        let fields = [
            ("name", Some(&self.name)),
            ("line1", Some(&self.line1)),
            ("line2", self.line2.as_ref()),
            ("city", Some(&self.city)),
            ("region", self.region.as_ref()),
        ];
        for (name, value) in fields {
            if value.is_some_and(|text| long(text)) {
                return Some((name, "must be 1 to 200 characters"));
            }
        }
        let code = &self.postal_code;
        (code.trim().is_empty() || code.chars().count() > 20).then_some(("postal_code", "must be 1 to 20 characters"))
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
