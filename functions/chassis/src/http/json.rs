//! Reads JSON more strictly than serde_json: an object's fields are known and unique, an array never stands for an object, a list has
//! no more items than its type takes, and text is in its normal form. A number is an integer if its digits say so. Refuses deep
//! nesting, which no request has.

mod number;
mod typed;

use super::mismatch::Mismatch;
use super::pointer::within;
use events::text::normalized;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::fmt;

/// Levels of nested objects and lists. Requests need less than half of it.
const MAX_DEPTH: usize = 16;

/// What happens to parameters of a query that a route does not declare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unknown {
    /// Others add theirs to links that they pass on.
    Ignored,
    /// Their sender would believe that they counted.
    Refused,
}

/// A JSON value, or a query.
#[derive(Debug)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Natural(u64),
    Negative(i64),
    /// A number that is no integer of 64 bits, as it was written.
    Number(String),
    Text(String),
    /// Text of a query, where every value is text.
    Parameter(String),
    /// What cannot be read as anything, and why.
    Unfit(&'static str),
    List(Vec<Value>),
    Object(BTreeMap<String, Value>),
    /// The parameters of a query.
    Query(BTreeMap<String, Value>, Unknown),
}

/// The reason for which a text is not read.
#[derive(Debug)]
pub(super) enum Unread {
    /// It is not JSON.
    Malformed(serde_json::Error),
    /// It is JSON that no request may have.
    Mismatch(Mismatch),
}

impl Value {
    /// Parses a text.
    pub(super) fn read(text: &str) -> Result<Self, Unread> {
        let whole: &RawValue = serde_json::from_str(text).map_err(Unread::Malformed)?;
        Self::parse(whole, 0).map_err(Unread::Mismatch)
    }

    fn parse(raw: &RawValue, depth: usize) -> Result<Self, Mismatch> {
        let text = raw.get();
        let is_nested = matches!(text.as_bytes().first(), Some(b'[' | b'{'));
        if is_nested && depth >= MAX_DEPTH {
            return Err(Mismatch::words(format!("must not have more than {MAX_DEPTH} levels around it")));
        }
        Ok(match text.as_bytes().first() {
            Some(b'n') => Self::Null,
            Some(b't') => Self::Bool(true),
            Some(b'f') => Self::Bool(false),
            Some(b'"') => Self::Text(read_as::<String>(text).map(|text| normalized(&text).into_owned())?),
            Some(b'[') => {
                let items = read_as::<Vec<&RawValue>>(text)?.into_iter().enumerate();
                let item = |(index, item): (usize, &RawValue)| {
                    Self::parse(item, depth + 1).map_err(|mismatch| mismatch.inside(&index.to_string()))
                };
                Self::List(items.map(item).collect::<Result<_, _>>()?)
            }
            Some(b'{') => {
                let mut object = BTreeMap::new();
                for (name, value) in read_as::<Fields<'_>>(text)?.0 {
                    let name = normalized(&name).into_owned();
                    let value = Self::parse(value, depth + 1).map_err(|mismatch| mismatch.inside(&name))?;
                    if object.contains_key(&name) {
                        return Err(Mismatch::words("must be there once").inside(&name));
                    }
                    object.insert(name, value);
                }
                Self::Object(object)
            }
            _ => number::read(text),
        })
    }

    /// The JSON pointer of the first text or number that is found, and what was found. `look` gets the name of the field that the
    /// value is in. A field name counts as part of its object, so that it is never repeated.
    pub(super) fn find<T>(&self, field: &str, look: &impl Fn(&str, &str) -> Option<T>) -> Option<(String, T)> {
        let here = |text: &str| look(field, text).map(|found| (String::new(), found));
        let inside = |name: &str, field: &str, value: &Self| {
            value.find(field, look).map(|(place, found)| (within(name, &place), found))
        };
        match self {
            Self::Null | Self::Bool(_) | Self::Unfit(_) => None,
            Self::Natural(number) => here(&number.to_string()),
            Self::Negative(number) => here(&number.to_string()),
            Self::Number(text) | Self::Text(text) | Self::Parameter(text) => here(text),
            Self::List(items) => {
                items.iter().enumerate().find_map(|(index, item)| inside(&index.to_string(), field, item))
            }
            Self::Object(fields) | Self::Query(fields, _) => {
                let named = fields.keys().find_map(|name| look("", name)).map(|found| (String::new(), found));
                named.or_else(|| fields.iter().find_map(|(name, value)| inside(name, name, value)))
            }
        }
    }
}

/// Half of a pair of surrogates is JSON, but no character.
fn read_as<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Mismatch> {
    serde_json::from_str(text).map_err(|_| Mismatch::words("must be Unicode text"))
}

/// The members of an object in their order, repeated ones too.
struct Fields<'a>(Vec<(String, &'a RawValue)>);

impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Fields<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = object.next_entry()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }
        reader.deserialize_map(All)
    }
}
