//! What a capability's OpenAPI document says of a value of a request. The function serves the document anyway, so a refusal reads
//! the bounds there, and says what the document says. Nothing else looks into it.

use super::pointer;
use serde_json::Value;
use std::fmt;

/// Where a route stands in its capability's document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Documented {
    pub(super) document: &'static str,
    pub(super) method: &'static str,
    pub(super) path: &'static str,
}

/// What a value must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    /// An integer with its least and greatest value.
    Integer(Option<i64>, Option<i64>),
    /// A text with its least and greatest number of characters.
    Text(Option<u64>, Option<u64>),
    Flag,
    List,
    Object,
    OneOf(&'static [&'static str]),
    /// Anything else, as the end of a sentence.
    Words(String),
}

impl fmt::Display for Wanted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(None, None) => f.write_str("must be an integer of at most 18 digits"),
            Self::Integer(Some(least), Some(most)) => write!(f, "must be an integer from {least} to {most}"),
            Self::Integer(Some(least), None) => {
                write!(f, "must be an integer of at least {least} and at most 18 digits")
            }
            Self::Integer(None, Some(most)) => write!(f, "must be an integer of up to {most}"),
            Self::Text(None, None) => f.write_str("must be a text"),
            Self::Text(None | Some(0), Some(most)) => write!(f, "must be a text of up to {most} characters"),
            Self::Text(Some(least), Some(most)) => write!(f, "must be a text of {least} to {most} characters"),
            Self::Text(Some(least), None) => write!(f, "must be a text of at least {least} characters"),
            Self::Flag => f.write_str("must be true or false"),
            Self::List => f.write_str("must be a list"),
            Self::Object => f.write_str("must be an object"),
            Self::OneOf(names) => write!(f, "must be one of {}", names.join(", ")),
            Self::Words(words) => f.write_str(words),
        }
    }
}

impl Documented {
    /// What a value of the body must be, with the bounds of the document.
    pub(super) fn body(self, place: &str, wanted: Wanted) -> Wanted {
        let schema = |operation: &Value| operation["requestBody"]["content"]["application/json"]["schema"].clone();
        self.bounded(place, wanted, schema)
    }

    /// What a parameter of the query must be, with the bounds of the document.
    pub(super) fn parameter(self, name: &str, wanted: Wanted) -> Wanted {
        let declared = |operation: &Value| {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let found =
                parameters.into_iter().find(|parameter| parameter["name"] == name && parameter["in"] == "query");
            found.map_or(Value::Null, |parameter| parameter["schema"].clone())
        };
        self.bounded("", wanted, declared)
    }

    fn bounded(self, place: &str, wanted: Wanted, schema_in: impl Fn(&Value) -> Value) -> Wanted {
        if !matches!(wanted, Wanted::Integer(..) | Wanted::Text(..)) {
            return wanted;
        }
        let document: Value = serde_json::from_str(self.document).unwrap_or_default();
        let schema = schema_in(&document["paths"][self.path][self.method.to_ascii_lowercase()]);
        let root = resolved(&document, &schema);
        let schema = pointer::names(place).fold(root, |outer, name| resolved(&document, part(outer, &name)));
        match wanted {
            Wanted::Integer(..) => Wanted::Integer(schema["minimum"].as_i64(), schema["maximum"].as_i64()),
            Wanted::Text(..) => Wanted::Text(schema["minLength"].as_u64(), schema["maxLength"].as_u64()),
            other => other,
        }
    }
}

/// The schema of a member or an item.
fn part<'a>(schema: &'a Value, name: &str) -> &'a Value {
    [&schema["properties"][name], &schema["items"], &schema["additionalProperties"]]
        .into_iter()
        .find(|schema| schema.is_object())
        .unwrap_or(&Value::Null)
}

/// The schema itself, where another is named or null is allowed besides.
fn resolved<'a>(document: &'a Value, mut schema: &'a Value) -> &'a Value {
    // A schema names another one, which names none: an end is reached soon.
    for _ in 0..8 {
        let named = schema["$ref"].as_str().and_then(|name| document.pointer(name.strip_prefix('#')?));
        let choices = schema["anyOf"].as_array();
        let chosen = choices.and_then(|choices| choices.iter().find(|choice| choice["type"] != "null"));
        match named.or(chosen) {
            Some(inner) => schema = inner,
            None => break,
        }
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOCUMENT: &str = r#"{"paths": {"/a": {"get": {"parameters": [
        {"name": "both", "in": "query", "schema": {"type": "integer", "minimum": -1, "maximum": 9}},
        {"name": "least", "in": "query", "schema": {"type": "integer", "format": "int64", "minimum": 0}},
        {"name": "most", "in": "query", "schema": {"type": "integer", "format": "int64", "maximum": 9}},
        {"name": "none", "in": "query", "schema": {"type": "integer", "format": "int64"}}
    ]}}}}"#;

    #[test]
    fn an_integer_is_told_with_the_bounds_of_the_document_and_none_of_the_code() {
        let documented = Documented { document: DOCUMENT, method: "GET", path: "/a" };
        for (name, words) in [
            ("both", "must be an integer from -1 to 9"),
            ("least", "must be an integer of at least 0 and at most 18 digits"),
            ("most", "must be an integer of up to 9"),
            ("none", "must be an integer of at most 18 digits"),
            ("undeclared", "must be an integer of at most 18 digits"),
        ] {
            assert_eq!(documented.parameter(name, Wanted::Integer(None, None)).to_string(), words, "{name}");
        }
    }
}
