//! What staff write about an order for each other. A note is written once and stays as it is. Refuses to touch the order: no state, no
//! message and no email knows of notes.

use events::ids::NoteId;
use events::text::{FieldError, prose};
use events::{Actor, Timestamp};
use serde::{Deserialize, Serialize};

/// The most characters of a note.
pub const MAX_TEXT: usize = 2_000;
/// The most notes of an order.
pub const MAX_NOTES: u32 = 200;

/// A note on an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Computed from the order, the author and the key of the request, so that a repeat has the same id.
    pub id: NoteId,
    pub text: String,
    /// The author: a user, or a machine's key.
    pub by: Actor,
    pub at: Timestamp,
}

/// The reason for which a note is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteRejection {
    #[error("an order has at most {MAX_NOTES} notes")]
    TooManyNotes,
    #[error("the order forgot its buyer")]
    Erased,
    #[error("the Idempotency-Key belongs to another note")]
    IdempotencyKeyReused,
}

/// The text of a note as it is kept: without the blanks around it, and with one character for each line break, however it was sent.
///
/// # Errors
/// If nothing is left, or it is too long, or has characters that cannot be seen.
pub fn text(typed: &str) -> Result<String, FieldError> {
    let text = prose("text", &typed.replace("\r\n", "\n"), MAX_TEXT)?;
    if text.is_empty() {
        return Err(FieldError::new("text", format!("must be 1 to {MAX_TEXT} characters, not only blanks")));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_has_1_to_2000_characters_that_can_be_seen_on_any_number_of_lines() {
        assert_eq!(text(" Ring twice.\r\nThe bell is broken. ").unwrap(), "Ring twice.\nThe bell is broken.");
        assert_eq!(text(&"é".repeat(MAX_TEXT)).unwrap().chars().count(), MAX_TEXT);
        for refused in ["", " \r\n\t", "a\u{202e}b", "a\u{7}b", "a\u{200b}b", &"é".repeat(MAX_TEXT + 1)] {
            assert_eq!(text(refused).unwrap_err().field, "text", "{refused:?}");
        }
    }

    #[test]
    fn a_line_break_counts_once_as_in_the_browser_that_sent_it() {
        let lines = vec!["é"; MAX_TEXT / 2].join("\r\n");
        assert_eq!(text(&lines).unwrap().chars().count(), MAX_TEXT - 1);
    }
}
