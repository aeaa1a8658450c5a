//! Bounded text: names that can be part of a URL, and words for people. Refuses control characters and blanks.

/// A field of a request is readable but not acceptable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field} {why}")]
pub struct Fault {
    /// Where, e.g. `variants[2].prices[0].amount`.
    pub field: String,
    /// What it must be.
    pub why: String,
}

impl Fault {
    /// A fault of a field.
    pub fn new(field: impl Into<String>, why: impl Into<String>) -> Self {
        Self { field: field.into(), why: why.into() }
    }
}

/// A text of 1 to `max` characters on one line, without the blanks around it.
///
/// # Errors
/// Empty, too long, or with control characters.
pub fn line(field: &str, text: &str, max: usize) -> Result<String, Fault> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > max || text.chars().any(char::is_control) {
        return Err(Fault::new(field, format!("must be 1 to {max} characters without control characters")));
    }
    Ok(text.to_owned())
}

/// A text of up to `max` characters on any number of lines.
///
/// # Errors
/// Too long, or with control characters other than line breaks and tabs.
pub fn prose(field: &str, text: &str, max: usize) -> Result<String, Fault> {
    let strange = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if text.chars().count() > max || text.chars().any(strange) {
        return Err(Fault::new(field, format!("must be up to {max} characters without control characters")));
    }
    Ok(text.trim().to_owned())
}

/// Whether a text is 1 to `max` characters of `a–z 0–9 -`.
pub fn is_slug(text: &str, max: usize) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=max).contains(&text.len()) && text.bytes().all(allowed)
}

/// Declares a type for names of `a–z 0–9 -` with a greatest length.
macro_rules! slugs {
    ($($(#[$doc:meta])* $name:ident <= $max:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The name's text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::Fault;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                if $crate::domain::text::is_slug(text, $max) {
                    Ok(Self(text.to_owned()))
                } else {
                    let why = concat!("must be 1 to ", $max, " lower-case letters, digits or hyphens");
                    Err($crate::domain::Fault::new("id", why))
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                std::borrow::Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({"type": "string", "pattern": concat!("^[a-z0-9-]{1,", $max, "}$")})
            }
        }
    )*};
}
pub(crate) use slugs;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_trimmed_and_bounded_in_characters_not_bytes() {
        assert_eq!(line("title", "  Tagine ", 6).unwrap(), "Tagine");
        assert_eq!(line("title", "ééé", 3).unwrap(), "ééé");
        for text in ["", "   ", "four", "a\nb", "\u{0}"] {
            assert_eq!(line("title", text, 3).unwrap_err().field, "title", "{text:?}");
        }
    }

    #[test]
    fn prose_may_be_empty_and_break_lines_but_hides_nothing() {
        assert_eq!(prose("description", "one\n\ttwo", 20).unwrap(), "one\n\ttwo");
        assert_eq!(prose("description", "", 20).unwrap(), "");
        assert!(prose("description", "bell\u{7}", 20).is_err());
        assert!(prose("description", "too long", 7).is_err());
    }

    #[test]
    fn a_slug_is_lower_case_letters_digits_and_hyphens() {
        assert!(is_slug("mint-tea-2", 64));
        for text in ["", "Tea", "mint tea", "tea/1", "thé", "tea_1"] {
            assert!(!is_slug(text, 64), "{text:?}");
        }
        assert!(!is_slug("abc", 2));
    }
}
