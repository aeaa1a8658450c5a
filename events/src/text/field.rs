//! The texts of fields: how each is trimmed, when there is nothing in it, and how long it may be. Refuses what
//! [`fault`](super::fault()) finds, so whatever is left after trimming can be seen.

use super::{FieldError, Lines, fault};
use serde::de::value::CowStrDeserializer;
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;

/// The text without the blanks around it, and with one U+0020 for those between words, as they look the same: 1 to `max` characters
/// on one line.
///
/// # Errors
/// If nothing is left, or it is too long, or has characters that cannot be seen.
pub fn line(field: &str, text: &str, max: usize) -> Result<String, FieldError> {
    let spaced = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if spaced.is_empty() {
        return Err(FieldError::new(field, format!("must be 1 to {max} characters, not only blanks")));
    }
    if spaced.chars().count() > max {
        return Err(FieldError::new(field, format!("must be up to {max} characters")));
    }
    legible(field, text.trim(), Lines::One)?;
    Ok(spaced)
}

/// The text without the blanks around it: up to `max` characters on any number of lines.
///
/// # Errors
/// If it is too long, or has characters other than line breaks and tabs that cannot be seen.
pub fn prose(field: &str, text: &str, max: usize) -> Result<String, FieldError> {
    let text = text.trim();
    if text.chars().count() > max {
        return Err(FieldError::new(field, format!("must be up to {max} characters")));
    }
    legible(field, text, Lines::Many)?;
    Ok(text.to_owned())
}

fn legible(field: &str, text: &str, lines: Lines) -> Result<(), FieldError> {
    fault(text, lines).map_or(Ok(()), |requirement| Err(FieldError::new(field, requirement)))
}

/// Reads an optional text: one of blanks alone counts as absent, as forms send every field. The text comes without the blanks
/// around it. For serde's `deserialize_with`, beside `default`.
///
/// # Errors
/// If it is neither a text nor null, or not of the type.
pub fn optional<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    let text = Option::<Cow<'de, str>>::deserialize(deserializer)?;
    let text = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    text.map(|text| T::deserialize(CowStrDeserializer::new(text.into()))).transpose()
}

/// Reads a field of a change that is sent: it has a value, since what a change may leave out it cannot take away. So null is refused
/// and does not count as left out. For serde's `deserialize_with`, beside `default`.
///
/// # Errors
/// If it is null, or not of the type.
pub fn sent<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::CartId;

    #[test]
    fn a_line_is_trimmed_and_bounded_in_characters_not_bytes() {
        assert_eq!(line("title", "  Tagine ", 6).unwrap(), "Tagine");
        assert_eq!(line("title", "\u{3000}ééé\u{a0}", 3).unwrap(), "ééé");
        for text in ["", "   ", "\u{a0}\u{3000}", "four", "a\nb", "\0", "\u{200b}", "\u{3164}", "\u{2800}"] {
            assert_eq!(line("title", text, 3).unwrap_err().field, "title", "{text:?}");
        }
    }

    #[test]
    fn blanks_of_any_kind_and_number_between_words_are_one_in_a_line_and_stay_in_prose() {
        for typed in ["1 Main St", "1  Main   St", "1\u{a0}Main\u{2003}St", "\u{3000}1\u{3000}Main \u{202f}St "] {
            assert_eq!(line("line1", typed, 9).unwrap(), "1 Main St", "{typed:?}");
        }
        for broken in ["1 Main\nSt", "1\tMain St", "1 Main \u{2028}St", "1\u{85}Main St"] {
            assert!(line("line1", broken, 20).is_err(), "{broken:?}");
        }
        assert_eq!(prose("description", "one  two\u{a0}three", 20).unwrap(), "one  two\u{a0}three");
    }

    #[test]
    fn a_line_that_is_too_long_is_told_the_length_alone_as_one_may_be_absent() {
        let told = |text: &str| line("line2", text, 3).unwrap_err().requirement;
        assert_eq!(told("four"), "must be up to 3 characters");
        assert_eq!(told(" "), "must be 1 to 3 characters, not only blanks");
    }

    #[test]
    fn punctuation_can_be_seen_so_it_is_a_text() {
        for text in ["-", "…", "?", "〇", "👩"] {
            assert_eq!(line("title", text, 3).unwrap(), text);
        }
    }

    #[test]
    fn prose_may_be_empty_and_break_lines_but_hides_nothing() {
        assert_eq!(prose("description", "one\n\ttwo", 20).unwrap(), "one\n\ttwo");
        assert_eq!(prose("description", " \n", 20).unwrap(), "");
        for text in ["bell\u{7}", "one\u{2028}two", "too long for this field"] {
            assert!(prose("description", text, 20).is_err(), "{text:?}");
        }
    }

    #[derive(Deserialize)]
    struct Form {
        #[serde(default, deserialize_with = "optional")]
        text: Option<String>,
        #[serde(default, deserialize_with = "optional")]
        cart: Option<CartId>,
    }

    #[test]
    fn an_optional_text_of_blanks_is_absent_and_another_one_is_trimmed() {
        let read = |text: &str| serde_json::from_str::<Form>(text).map(|form| (form.text, form.cart));
        for absent in ["{}", r#"{"text": null, "cart": null}"#, r#"{"text": "", "cart": " "}"#, r#"{"text": "\u00a0"}"#]
        {
            assert_eq!(read(absent).unwrap(), (None, None), "{absent}");
        }
        let cart = CartId::from_bits(7);
        let sent = format!(r#"{{"text": " a b\t", "cart": "{cart} "}}"#);
        assert_eq!(read(&sent).unwrap(), (Some("a b".to_owned()), Some(cart)));
        for wrong in [r#"{"text": 7}"#, r#"{"text": []}"#, r#"{"cart": "tea"}"#] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
