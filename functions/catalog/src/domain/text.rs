//! Bounded text for people. Refuses control characters and blanks.

use events::text::FieldError;

/// The text without the blanks around it: 1 to `max` characters on one line.
///
/// # Errors
/// If it is empty or too long, or has control characters.
pub fn line(field: &str, text: &str, max: usize) -> Result<String, FieldError> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > max || text.chars().any(char::is_control) {
        return Err(FieldError::new(field, format!("must be 1 to {max} characters without control characters")));
    }
    Ok(text.to_owned())
}

/// The text without the blanks around it: up to `max` characters on any number of lines.
///
/// # Errors
/// If it is too long, or has control characters other than line breaks and tabs.
pub fn prose(field: &str, text: &str, max: usize) -> Result<String, FieldError> {
    let hidden = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    if text.chars().count() > max || text.chars().any(hidden) {
        return Err(FieldError::new(field, format!("must be up to {max} characters without control characters")));
    }
    Ok(text.trim().to_owned())
}

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
}
