//! Reads JSON more strictly than serde_json: an object's fields are known and unique, an array never stands for an
//! object, a list has no more items than its type takes, and text is in its normal form. Refuses deep nesting and fractions, which
//! no request has.

use events::text::normalized;
use serde::de::value::StringDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use std::collections::{BTreeMap, btree_map};
use std::fmt;
use std::iter::Enumerate;
use std::vec;

/// Levels of nested objects and lists. Requests need less than half of it.
const MAX_DEPTH: u8 = 16;

/// A JSON value.
#[derive(Debug)]
pub(crate) enum Value {
    Null,
    Bool(bool),
    Natural(u64),
    Negative(i64),
    Text(String),
    List(Vec<Value>),
    Object(BTreeMap<String, Value>),
}

impl Value {
    /// Parses a text.
    ///
    /// # Errors
    /// If the text is not JSON, or has fractions or too many levels.
    pub(crate) fn read(text: &str) -> serde_json::Result<Self> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let value = Nested(0).deserialize(&mut reader)?;
        reader.end().map(|()| value)
    }

    /// The path of the first text or number that is found, such as `lines.0.sku`, and what was found; the path is empty for the
    /// value itself. `look` gets the name of the field that the value is in. A field name counts as part of its object, so that
    /// it is never repeated.
    pub(crate) fn find<T>(&self, field: &str, look: &impl Fn(&str, &str) -> Option<T>) -> Option<(String, T)> {
        let here = |text: &str| look(field, text).map(|found| (String::new(), found));
        let inside = |name: &str, field: &str, value: &Self| {
            value.find(field, look).map(|(place, found)| (joined(name, &place), found))
        };
        match self {
            Self::Null | Self::Bool(_) => None,
            Self::Natural(number) => here(&number.to_string()),
            Self::Negative(number) => here(&number.to_string()),
            Self::Text(text) => here(text),
            Self::List(items) => {
                items.iter().enumerate().find_map(|(index, item)| inside(&index.to_string(), field, item))
            }
            Self::Object(fields) => {
                let named = fields.keys().find_map(|name| look("", name)).map(|found| (String::new(), found));
                named.or_else(|| fields.iter().find_map(|(name, value)| inside(name, name, value)))
            }
        }
    }

    fn unexpected(&self) -> Unexpected<'_> {
        match self {
            Self::Null => Unexpected::Other("null"),
            Self::Bool(value) => Unexpected::Bool(*value),
            Self::Natural(number) => Unexpected::Unsigned(*number),
            Self::Negative(number) => Unexpected::Signed(*number),
            Self::Text(text) => Unexpected::Str(text),
            Self::List(_) => Unexpected::Other("array"),
            Self::Object(_) => Unexpected::Other("object"),
        }
    }
}

fn joined(outer: &str, inner: &str) -> String {
    if inner.is_empty() { outer.to_owned() } else { format!("{outer}.{inner}") }
}

/// Reads a value at this depth of nesting.
#[derive(Debug, Clone, Copy)]
struct Nested(u8);

impl Nested {
    fn deeper<E: Error>(self) -> Result<Self, E> {
        let within = self.0 < MAX_DEPTH;
        within.then(|| Self(self.0 + 1)).ok_or_else(|| E::custom(format!("more than {MAX_DEPTH} levels deep")))
    }
}

impl<'de> DeserializeSeed<'de> for Nested {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Nested {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number without fraction")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Natural(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Negative(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(normalized(text).into_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let (deeper, mut items) = (self.deeper()?, Vec::new());
        while let Some(item) = list.next_element_seed(deeper)? {
            items.push(item);
        }
        Ok(Value::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let (deeper, mut fields) = (self.deeper()?, BTreeMap::new());
        while let Some(name) = object.next_key::<String>()? {
            if fields.insert(normalized(&name).into_owned(), object.next_value_seed(deeper)?).is_some() {
                return Err(A::Error::custom("an object has two fields of one name"));
            }
        }
        Ok(Value::Object(fields))
    }
}

/// The value does not fit the type.
#[derive(Debug, thiserror::Error)]
#[error("{place}{}{words}", if place.is_empty() { "" } else { ": " })]
pub(crate) struct InvalidValue {
    place: String,
    words: String,
}

impl InvalidValue {
    fn inside(self, name: &str) -> Self {
        Self { place: joined(name, &self.place), ..self }
    }
}

impl Error for InvalidValue {
    fn custom<T: fmt::Display>(words: T) -> Self {
        Self { place: String::new(), words: words.to_string() }
    }
}

impl<'de> Deserializer<'de> for Value {
    type Error = InvalidValue;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InvalidValue> {
        match self {
            Self::Null => visitor.visit_unit(),
            Self::Bool(value) => visitor.visit_bool(value),
            Self::Natural(number) => visitor.visit_u64(number),
            Self::Negative(number) => visitor.visit_i64(number),
            Self::Text(text) => visitor.visit_string(text),
            Self::List(items) => {
                let mut items = Items(items.into_iter().enumerate());
                let value = visitor.visit_seq(&mut items)?;
                items
                    .0
                    .next()
                    .map_or(Ok(value), |(taken, _)| Err(InvalidValue::custom(format!("more than {taken} items"))))
            }
            Self::Object(fields) => visitor.visit_map(Fields { rest: fields.into_iter(), value: None }),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, InvalidValue> {
        if matches!(self, Self::Null) { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &str, visitor: V) -> Result<V::Value, InvalidValue> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(self, _: &str, _: &[&str], visitor: V) -> Result<V::Value, InvalidValue> {
        match self {
            Self::Object(_) => self.deserialize_any(visitor),
            other => Err(InvalidValue::invalid_type(other.unexpected(), &visitor)),
        }
    }

    /// Only names of alternatives; no request has an alternative with content yet.
    fn deserialize_enum<V: Visitor<'de>>(self, _: &str, _: &[&str], visitor: V) -> Result<V::Value, InvalidValue> {
        match self {
            Self::Text(name) => visitor.visit_enum::<StringDeserializer<InvalidValue>>(name.into_deserializer()),
            other => Err(InvalidValue::invalid_type(other.unexpected(), &visitor)),
        }
    }

    /// Types ignore unknown fields; here they are an error.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, InvalidValue> {
        Err(InvalidValue::custom("unknown field"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct
        map identifier
    }
}

struct Items(Enumerate<vec::IntoIter<Value>>);

impl<'de> SeqAccess<'de> for Items {
    type Error = InvalidValue;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, InvalidValue> {
        let read =
            |(index, item): (usize, Value)| seed.deserialize(item).map_err(|error| error.inside(&index.to_string()));
        self.0.next().map(read).transpose()
    }
}

struct Fields {
    rest: btree_map::IntoIter<String, Value>,
    value: Option<(String, Value)>,
}

impl<'de> MapAccess<'de> for Fields {
    type Error = InvalidValue;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, InvalidValue> {
        self.value = self.rest.next();
        let name = self.value.as_ref().map(|(name, _)| Value::Text(name.clone()));
        name.map(|name| seed.deserialize(name)).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, InvalidValue> {
        let (name, value) = self.value.take().ok_or_else(|| InvalidValue::custom("a value without a name"))?;
        seed.deserialize(value).map_err(|error| error.inside(&name))
    }
}
