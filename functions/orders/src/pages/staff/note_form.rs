//! The form that writes a note, as it was typed, and what is wrong with it. Refuses card numbers, and what the API refuses.

use super::words::NotesWords;
use crate::domain::note::{MAX_TEXT, text};
use crate::service::Orders;
use ::pages::{CardNumbers, Errors, Typed};
use chassis::digest;
use serde::Deserialize;

/// The most characters of a key; those of the page have fewer.
const MAX_KEY: usize = 64;

/// The form as it was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::pages) struct NoteForm {
    pub(super) text: String,
    /// Names the note.
    pub(super) key: String,
}

impl Typed for NoteForm {
    fn is_typed(field: &str) -> bool {
        field == "text"
    }
}

impl NoteForm {
    /// The same with a key, if it has none.
    pub(super) fn keyed(self, app: &Orders) -> Self {
        if self.has_key() { self } else { Self { key: digest::base64url(&app.wiring.world.random::<16>()), ..self } }
    }

    /// Whether it has a key. A program may send none.
    pub(super) fn has_key(&self) -> bool {
        (1..=MAX_KEY).contains(&self.key.len()) && self.key.bytes().all(|byte| byte.is_ascii_graphic())
    }

    /// The text of the note.
    pub(super) fn read(
        &self,
        card_numbers: &CardNumbers,
        t: &NotesWords,
        shared: &::pages::Words,
    ) -> Result<String, Errors> {
        let mut errors = Errors::default();
        if card_numbers.held_in("text") {
            errors.add("text", &t.text, &shared.card_number);
        }
        let read = text(&self.text);
        if read.is_err() {
            errors.add("text", &t.text, t.wrong.with("most", MAX_TEXT));
        }
        read.ok().filter(|_| errors.is_empty()).ok_or(errors)
    }
}
