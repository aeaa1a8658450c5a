//! Why a value of a request does not fit: where it is, and what it must be, in the words of the API's document. Refuses the words
//! of the types that read it.

use super::documented::{Documented, Wanted};
use super::pointer::within;
use super::problem::Problem;
use serde::de::{Error, Unexpected};
use std::fmt;

/// A value does not fit.
#[derive(Debug)]
pub(super) struct Mismatch {
    /// JSON pointer of the value.
    pub(super) place: String,
    pub(super) wanted: Wanted,
}

impl Mismatch {
    pub(super) fn new(wanted: Wanted) -> Self {
        Self { place: String::new(), wanted }
    }

    pub(super) fn words(words: impl Into<String>) -> Self {
        Self::new(Wanted::Words(words.into()))
    }

    /// The same of a value within the member or item `name`.
    pub(super) fn inside(self, name: &str) -> Self {
        Self { place: within(name, &self.place), ..self }
    }

    /// 422 with the bounds that the document states for the place.
    pub(super) fn in_body(self, documented: Documented) -> Problem {
        let wanted = documented.body(&self.place, self.wanted);
        Problem::at(&self.place, &wanted.to_string())
    }

    /// 400 with the bounds that the document states for the parameter.
    pub(super) fn in_query(self, documented: Documented) -> Problem {
        let name = self.place.strip_prefix('/').unwrap_or_default();
        Problem::parameter(name, &documented.parameter(name, self.wanted).to_string())
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.place, self.wanted)
    }
}

impl std::error::Error for Mismatch {}

/// What types say about a value: their own words only where they say what it must be.
impl Error for Mismatch {
    fn custom<T: fmt::Display>(words: T) -> Self {
        let words = words.to_string();
        Self::words(if words.starts_with("must ") { words } else { format!("is refused: {words}") })
    }

    fn invalid_type(_: Unexpected<'_>, _: &dyn serde::de::Expected) -> Self {
        Self::words("has another type than the document says")
    }

    fn invalid_value(_: Unexpected<'_>, _: &dyn serde::de::Expected) -> Self {
        Self::words("has a value that the document does not allow")
    }

    fn invalid_length(_: usize, _: &dyn serde::de::Expected) -> Self {
        Self::words("has another number of items than the document says")
    }

    fn unknown_variant(_: &str, names: &'static [&'static str]) -> Self {
        Self::new(Wanted::OneOf(names))
    }

    fn unknown_field(name: &str, _: &'static [&'static str]) -> Self {
        Self::words("is not a field of this request").inside(name)
    }

    fn missing_field(name: &'static str) -> Self {
        Self::words("is required").inside(name)
    }

    fn duplicate_field(name: &'static str) -> Self {
        Self::words("is there twice").inside(name)
    }
}
