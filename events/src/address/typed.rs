//! Addresses as people type them in requests, and how they are read: trimmed, with what is empty left out, and each part in the
//! spelling of the post. Names the field that cannot be read, with an example.

use super::places::{Rules, plain, says_nothing};
use super::{Address, Country, Destination};
use crate::text::{FieldError, line};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Most characters of a line of an address.
pub const MAX_LINE: usize = 200;
/// Most characters of a postal code.
pub const MAX_POSTAL_CODE: usize = 20;
/// Most characters of a telephone number.
const MAX_PHONE: usize = 40;
/// Fewest and most digits of a telephone number: those of a village, and those of E.164 with an extension.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 5..=20;

/// What the post of a country asks of an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Needs {
    /// Whether there must be a postal code.
    pub postal_code: bool,
    /// A postal code of the country; empty if no form of it is known.
    pub postal_code_example: &'static str,
    /// Code and names of a region, by a stroke apart, if there must be one.
    pub region: Option<(&'static str, &'static str)>,
}

/// The code of a country in a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CountryCode(String);

impl CountryCode {
    /// The country, if ISO 3166-1 assigns the code, or it is Kosovo's.
    ///
    /// # Errors
    /// If it is another code, or not two letters.
    pub fn parsed(&self) -> Result<Country, FieldError> {
        self.with_rules().map(|(country, _)| country)
    }

    /// What its post asks of an address; `None` if it is no country's code.
    pub fn needs(&self) -> Option<Needs> {
        let (_, rules) = self.with_rules().ok()?;
        Some(Needs {
            postal_code: rules.needs_postal_code,
            postal_code_example: rules.example,
            region: rules.region_names().next().filter(|_| rules.needs_region()),
        })
    }

    fn with_rules(&self) -> Result<(Country, Rules), FieldError> {
        let code = self.0.trim().to_ascii_uppercase();
        let known = code.parse().ok().and_then(|country| Rules::of(&country).map(|rules| (country, rules)));
        known.ok_or_else(|| {
            let requirement = match code.as_str() {
                "UK" => "must be GB for the United Kingdom",
                "EL" => "must be GR for Greece",
                _ => "must be two letters that ISO 3166-1 assigns to a country, such as DE",
            };
            FieldError::new("country", requirement)
        })
    }
}

impl From<String> for CountryCode {
    fn from(typed: String) -> Self {
        Self(typed)
    }
}

impl JsonSchema for CountryCode {
    fn schema_name() -> Cow<'static, str> {
        "CountryCode".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "Two letters that ISO 3166-1 assigns to a country, or XK for Kosovo. They are kept as capitals.",
            "pattern": "^[A-Za-z]{2}$",
        })
    }
}

/// A postal address. Blanks around a text are left out, and an empty text counts as absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "CreateAddress")]
#[allow(missing_docs)]
pub struct TypedAddress {
    /// Name of the recipient.
    #[schemars(length(min = 1, max = 200))]
    pub name: String,
    /// Company of the recipient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 200))]
    pub company: Option<String>,
    /// Street and number.
    #[schemars(length(min = 1, max = 200))]
    pub line1: String,
    /// Apartment, floor or building.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 200))]
    pub line2: Option<String>,
    /// City or town.
    #[schemars(length(min = 1, max = 200))]
    pub city: String,
    /// State, province or county. Australia, Brazil, Canada and the United States need it, as code or name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 200))]
    pub region: Option<String>,
    /// Postal code, if the country has one. It is kept as the country writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 20))]
    pub postal_code: Option<String>,
    pub country: CountryCode,
    /// Telephone number for the carrier: 5 to 20 digits, with blanks and `+ - ( ) . / # x` as it is usually written. `ext.` is kept as
    /// `x`, and `tel:` is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 40))]
    pub phone: Option<String>,
}

impl TypedAddress {
    /// The address in the spelling of the post.
    ///
    /// # Errors
    /// The first field that is empty, too long, not legible, or not one of its country.
    pub fn parsed(&self) -> Result<Address, FieldError> {
        let place = Place { country: &self.country, region: &self.region, postal_code: &self.postal_code };
        let name = line("name", &self.name, MAX_LINE)?;
        let company = optional("company", &self.company, MAX_LINE)?;
        let line1 = line("line1", &self.line1, MAX_LINE)?;
        let line2 = optional("line2", &self.line2, MAX_LINE)?;
        let city = line("city", &self.city, MAX_LINE)?;
        let Destination { country, region, postal_code } = place.parsed(Extent::Whole)?;
        let number = optional("phone", &self.phone, MAX_PHONE)?.filter(|text| !says_nothing(text));
        let phone = number.as_deref().map(phone).transpose()?;
        Ok(Address { name, company, line1, line2, city, region, postal_code, country, phone })
    }
}

/// The destination of goods. Its parts must be those of the order's address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "Destination")]
#[allow(missing_docs)]
pub struct TypedDestination {
    pub country: CountryCode,
    /// State, province or county, where it matters: code or name in Australia, Brazil, Canada and the United States, elsewhere any
    /// text, which is compared as it was typed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 200))]
    pub region: Option<String>,
    /// Postal code, where it matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 20))]
    pub postal_code: Option<String>,
}

impl TypedDestination {
    /// The destination in the spelling of the post.
    ///
    /// # Errors
    /// The first field that is too long, not legible, or not one of its country.
    pub fn parsed(&self) -> Result<Destination, FieldError> {
        let place = Place { country: &self.country, region: &self.region, postal_code: &self.postal_code };
        place.parsed(Extent::Part)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// What the post needs must be there.
    Whole,
    /// Any part may be left out.
    Part,
}

struct Place<'a> {
    country: &'a CountryCode,
    region: &'a Option<String>,
    postal_code: &'a Option<String>,
}

impl Place<'_> {
    fn parsed(&self, extent: Extent) -> Result<Destination, FieldError> {
        let (country, rules) = self.country.with_rules()?;
        let unknown = |field, example| FieldError::new(field, format!("must be one of {country}, such as {example}"));
        let missing = |field, example| {
            FieldError::new(field, format!("is required for an address in {country}, such as {example}"))
        };
        let is_whole = extent == Extent::Whole;
        let region = match optional("region", self.region, MAX_LINE)?.filter(|text| !says_nothing(text)) {
            Some(typed) if rules.needs_region() => {
                let code = rules.region(&typed).ok_or_else(|| unknown("region", rules.region_example()))?;
                Some(code.to_owned())
            }
            None if rules.needs_region() && is_whole => return Err(missing("region", rules.region_example())),
            other => other,
        };
        let code = optional("postal_code", self.postal_code, MAX_POSTAL_CODE)?.filter(|text| !says_nothing(text));
        let postal_code = match code {
            Some(typed) if rules.has_forms() => {
                Some(rules.postal_code(&typed).ok_or_else(|| unknown("postal_code", rules.example.to_owned()))?)
            }
            None if rules.needs_postal_code && is_whole => {
                return Err(missing("postal_code", rules.example.to_owned()));
            }
            other => other,
        };
        Ok(Destination { country, region, postal_code })
    }
}

/// The text of an optional field; one of blanks alone counts as absent.
fn optional(field: &str, text: &Option<String>, max: usize) -> Result<Option<String>, FieldError> {
    let text = text.as_deref().filter(|text| !text.trim().is_empty());
    text.map(|text| line(field, text, max)).transpose()
}

/// A number as it was typed, with digits of ASCII, one blank where there were some, no `tel:` before it, and `x` before an extension.
/// How it is dialed depends on where, so no other spelling is made of it.
fn phone(typed: &str) -> Result<String, FieldError> {
    let words: Vec<String> = typed.split_whitespace().map(|word| word.chars().map(plain).collect()).collect();
    let number = words.join(" ").replace("EXTENSION", "EXT");
    let number = number.strip_prefix("TEL").map_or(&*number, |rest| rest.trim_start_matches([' ', '.', ':']));
    let number = match number.split_once("EXT") {
        Some((number, extension)) => {
            let number = number.trim_end_matches([' ', ',', ';']);
            format!("{number} x{}", extension.trim_start_matches([' ', '.', ':', '=']))
        }
        None => number.replace('X', "x"),
    };
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    let is_sign = |c: char| c.is_ascii_digit() || " +-()./#x".contains(c);
    if PHONE_DIGITS.contains(&digits) && number.chars().all(is_sign) && is_dialed(&number) {
        Ok(number)
    } else {
        Err(FieldError::new("phone", "must be 5 to 20 digits, with blanks and + - ( ) . / # x, such as +49 30 901820"))
    }
}

/// Whether the signs of a number stand where they say something: one `+` in front, digits in brackets, and digits on both sides of
/// one `x`.
fn is_dialed(number: &str) -> bool {
    let number = number.replace(' ', "");
    let is_first = |at: usize| at == 0 || at == 1 && number.starts_with('(');
    let has_digit = |part: &str| part.bytes().any(|byte| byte.is_ascii_digit());
    let has_extension = number.split('x').count() <= 2 && number.split('x').all(has_digit);
    number.rfind('+').is_none_or(is_first) && has_extension && !number.contains("()")
}
