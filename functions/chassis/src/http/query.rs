//! The query of a request, as OpenAPI writes it: `name=value` pairs, of which each parameter has one. Refuses
//! to read a parameter that the route does not declare, and blanks around a value: forms send them.

use super::documented::Documented;
use super::json::{Unknown, Value};
use super::problem::Problem;
use events::text::{Lines, fault, normalized};
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;

/// Why a value cannot be read.
const NOT_TEXT: &str = "must be UTF-8 text in percent-encoding";
const REPEATED: &str = "must be sent once";

/// The typed query.
pub(super) fn typed<Q: DeserializeOwned>(query: &str, unknown: Unknown, documented: Documented) -> Result<Q, Problem> {
    let mut sent = BTreeMap::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = match decoded(value) {
            Some(text) => {
                let text = text.trim();
                fault(text, Lines::One).map_or_else(|| Value::Parameter(normalized(text).into_owned()), Value::Unfit)
            }
            None => Value::Unfit(NOT_TEXT),
        };
        // A name that is no text is the name of no parameter.
        let name = decoded(name).unwrap_or_default();
        sent.entry(name).and_modify(|value| *value = Value::Unfit(REPEATED)).or_insert(value);
    }
    Q::deserialize(Value::Query(sent, unknown)).map_err(|mismatch| mismatch.in_query(documented))
}

/// Text in percent-encoding; a plus is a blank, as forms write it.
fn decoded(text: &str) -> Option<String> {
    let digits = |rest: &str| rest.as_bytes().get(..2).is_some_and(|code| code.iter().all(u8::is_ascii_hexdigit));
    let blank = text.replace('+', " ");
    let is_well_formed = blank.split('%').skip(1).all(digits);
    is_well_formed.then(|| percent_decode_str(&blank).decode_utf8().ok().map(Into::into)).flatten()
}
