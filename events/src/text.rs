//! What people type into fields, and how a field's fault is told. Refuses to know which fields there are.

mod digits;
mod field;
mod typed;

pub use digits::ascii_digit;
pub use field::{line, optional, prose, sent};
pub(crate) use typed::narrow;
pub use typed::{Lines, cut, fault, fold, folded, is_accent, normalized, unaccented, unmarked};

/// A field of a request has the right type and a value that is not allowed. Reads as a sentence: `slug must be 1 to 64 …`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} {requirement}")]
pub struct FieldError {
    /// The path of the field, e.g. `variants[2].prices[0].amount`.
    pub field: String,
    /// The requirement that the value misses, e.g. `must be 1 to 999`.
    pub requirement: String,
}

impl FieldError {
    /// The error of a field.
    pub fn new(field: impl Into<String>, requirement: impl Into<String>) -> Self {
        Self { field: field.into(), requirement: requirement.into() }
    }

    /// The same error of another field: a parsed type does not know which field its text came from.
    #[must_use]
    pub fn of_field(self, field: &str) -> Self {
        Self { field: field.to_owned(), ..self }
    }

    /// The same error of a field inside another one.
    #[must_use]
    pub fn inside(self, outer: &str) -> Self {
        Self { field: format!("{outer}.{}", self.field), ..self }
    }
}

/// Whether a text is 1 to `max` characters of `a–z 0–9 -`.
pub fn is_slug(text: &str, max: usize) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=max).contains(&text.len()) && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slug_is_lower_case_letters_digits_and_hyphens() {
        assert!(is_slug("mint-tea-2", 64));
        for text in ["", "Tea", "mint tea", "tea/1", "thé", "tea_1"] {
            assert!(!is_slug(text, 64), "{text:?}");
        }
        assert!(!is_slug("abc", 2));
    }
}
