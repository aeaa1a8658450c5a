//! The query of a request, as OpenAPI writes it: `name=value` pairs, of which each parameter has one. Refuses
//! to read a parameter that the route does not declare.

use super::documented::Documented;
use super::json::{Members, Value};
use super::mismatch::Mismatch;
use super::problem::Problem;
use events::text::{Lines, fault, normalized};
use percent_encoding::percent_decode_str;
use serde::de::{DeserializeOwned, Deserializer, Error, Visitor};
use serde::forward_to_deserialize_any;
use std::collections::BTreeMap;

/// Why a value cannot be read.
const NOT_TEXT: &str = "must be UTF-8 text in percent-encoding";
const REPEATED: &str = "must be sent once";

/// What happens to parameters that a route does not declare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unknown {
    /// Others add theirs to links that they pass on.
    Ignored,
    /// Their sender would believe that they counted.
    Refused,
}

/// The typed query.
pub(super) fn typed<Q: DeserializeOwned>(query: &str, unknown: Unknown, documented: Documented) -> Result<Q, Problem> {
    let mut sent = BTreeMap::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = match decoded(value) {
            Some(text) => {
                fault(&text, Lines::One).map_or_else(|| Value::Parameter(normalized(&text).into_owned()), Value::Unfit)
            }
            None => Value::Unfit(NOT_TEXT),
        };
        // A name that is no text is the name of no parameter.
        let name = decoded(name).unwrap_or_default();
        sent.entry(name).and_modify(|value| *value = Value::Unfit(REPEATED)).or_insert(value);
    }
    Q::deserialize(Parameters { sent, unknown }).map_err(|mismatch| mismatch.in_query(documented))
}

/// Text in percent-encoding; a plus is a blank, as forms write it.
fn decoded(text: &str) -> Option<String> {
    let digits = |rest: &str| rest.as_bytes().get(..2).is_some_and(|code| code.iter().all(u8::is_ascii_hexdigit));
    let blank = text.replace('+', " ");
    let is_well_formed = blank.split('%').skip(1).all(digits);
    is_well_formed.then(|| percent_decode_str(&blank).decode_utf8().ok().map(Into::into)).flatten()
}

/// The parameters that were sent. Only a struct says which there are.
struct Parameters {
    sent: BTreeMap<String, Value>,
    unknown: Unknown,
}

impl<'de> Deserializer<'de> for Parameters {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_map(Members::new(self.sent))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        mut self,
        _: &str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        let is_known = |name: &str| known.contains(&name);
        if self.unknown == Unknown::Ignored {
            self.sent.retain(|name, _| is_known(name));
        } else if let Some(name) = self.sent.keys().find(|name| !is_known(name)) {
            let is_plain = name.len() <= 64 && name.bytes().all(|byte| byte.is_ascii_graphic());
            return Err(Mismatch::custom("must not be sent: this request has no such parameter").inside(if is_plain {
                name
            } else {
                "?"
            }));
        }
        self.deserialize_any(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit unit_struct newtype_struct seq tuple
        tuple_struct map enum identifier ignored_any
    }
}
