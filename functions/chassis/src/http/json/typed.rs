//! From a value to the type of a request. Every mismatch is told by place and by what the document says of it.

use super::super::documented::Wanted;
use super::super::mismatch::Mismatch;
use super::{Unknown, Value};
use serde::de::value::StringDeserializer;
use serde::de::{DeserializeSeed, Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;
use std::collections::{BTreeMap, btree_map};
use std::iter::Enumerate;
use std::vec;

/// An integer within the bounds that the document says, if it says any.
const INTEGER: Wanted = Wanted::Integer(None, None);

impl Value {
    fn mismatch(&self, wanted: Wanted) -> Mismatch {
        match self {
            Self::Unfit(why) => Mismatch::words(*why),
            _ => Mismatch::new(wanted),
        }
    }

    fn integer<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        let wanted = |_: Mismatch| Mismatch::new(INTEGER);
        let number = match self {
            Self::Parameter(text) => Self::read(&text).unwrap_or(Self::Parameter(text)),
            number => number,
        };
        match number {
            Self::Natural(number) => visitor.visit_u64(number).map_err(wanted),
            Self::Negative(number) => visitor.visit_i64(number).map_err(wanted),
            other => Err(other.mismatch(INTEGER)),
        }
    }
}

macro_rules! integers {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
            self.integer(visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Value {
    type Error = Mismatch;

    integers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self {
            Self::Null => visitor.visit_unit(),
            Self::Bool(value) => visitor.visit_bool(value),
            Self::Natural(number) => visitor.visit_u64(number),
            Self::Negative(number) => visitor.visit_i64(number),
            Self::Text(text) | Self::Parameter(text) => visitor.visit_string(text),
            Self::Number(_) => Err(Mismatch::new(INTEGER)),
            Self::Unfit(why) => Err(Mismatch::words(why)),
            Self::List(items) => {
                let mut items = Items(items.into_iter().enumerate());
                let value = visitor.visit_seq(&mut items)?;
                let rest = items.0.next();
                rest.map_or(Ok(value), |(taken, _)| Err(Mismatch::words(format!("must have {taken} items"))))
            }
            Self::Object(fields) | Self::Query(fields, _) => visitor.visit_map(Members::new(fields)),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self {
            Self::Bool(value) => visitor.visit_bool(value),
            other => Err(other.mismatch(Wanted::Flag)),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self {
            Self::Text(text) | Self::Parameter(text) => visitor.visit_string(text),
            other => Err(other.mismatch(Wanted::Text(None, None))),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        self.deserialize_string(visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self {
            Self::List(_) => self.deserialize_any(visitor),
            other => Err(other.mismatch(Wanted::List)),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Mismatch> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self {
            Self::Object(_) | Self::Query(..) => self.deserialize_any(visitor),
            other => Err(other.mismatch(Wanted::Object)),
        }
    }

    /// Types may ignore unknown fields; here they are refused. Of parameters the route says what becomes of them, and an empty one
    /// counts as absent, as forms send every one.
    fn deserialize_struct<V: Visitor<'de>>(
        mut self,
        _: &str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        let is_known = |name: &str| known.contains(&name);
        match &mut self {
            Self::Query(sent, unknown) => {
                let odd = sent.keys().find(|name| *unknown == Unknown::Refused && !is_known(name));
                if let Some(name) = odd {
                    let is_plain = (1..=64).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic());
                    let refused = Mismatch::words("must not be sent: this request has no such parameter");
                    return Err(refused.inside(if is_plain { name } else { "?" }));
                }
                let is_empty = |value: &Self| matches!(value, Self::Parameter(text) if text.is_empty());
                sent.retain(|name, value| is_known(name) && !is_empty(value));
            }
            Self::Object(fields) => {
                if let Some(name) = fields.keys().find(|name| !is_known(name)) {
                    return Err(Mismatch::unknown_field(name, known));
                }
            }
            _ => {}
        }
        self.deserialize_map(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        if matches!(self, Self::Null) { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &str, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_newtype_struct(self)
    }

    /// Only names of alternatives; no request has an alternative with content yet.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &str,
        names: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        match self {
            Self::Text(name) | Self::Parameter(name) => {
                visitor.visit_enum::<StringDeserializer<Mismatch>>(name.into_deserializer())
            }
            other => Err(other.mismatch(Wanted::OneOf(names))),
        }
    }

    /// Only within types that say nothing of their fields.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Mismatch> {
        Err(Mismatch::words("is not a field of this request"))
    }

    forward_to_deserialize_any! { f32 f64 char bytes byte_buf unit unit_struct tuple_struct identifier }
}

struct Items(Enumerate<vec::IntoIter<Value>>);

impl<'de> SeqAccess<'de> for Items {
    type Error = Mismatch;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Mismatch> {
        let read = |(index, item): (usize, Value)| {
            seed.deserialize(item).map_err(|mismatch| mismatch.inside(&index.to_string()))
        };
        self.0.next().map(read).transpose()
    }
}

/// The members of an object, one after the other.
struct Members {
    rest: btree_map::IntoIter<String, Value>,
    value: Option<(String, Value)>,
}

impl Members {
    fn new(fields: BTreeMap<String, Value>) -> Self {
        Self { rest: fields.into_iter(), value: None }
    }
}

impl<'de> MapAccess<'de> for Members {
    type Error = Mismatch;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Mismatch> {
        self.value = self.rest.next();
        let name = self.value.as_ref().map(|(name, _)| Value::Text(name.clone()));
        name.map(|name| seed.deserialize(name)).transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Mismatch> {
        let (name, value) = self.value.take().ok_or_else(|| Mismatch::words("has a value without a name"))?;
        seed.deserialize(value).map_err(|mismatch| mismatch.inside(&name))
    }
}
