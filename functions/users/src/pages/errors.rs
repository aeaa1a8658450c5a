//! What is wrong with the fields of a form, in the reader's language. Refuses to be shown in another place than at its field.

use super::words::{ErrorWords, Words};
use events::text::FieldError;

/// Most characters of a name, and of a line of an address.
pub(super) const MAX_LINE: usize = 200;

/// The name of each refused field, with what it must be.
#[derive(Debug, Default)]
pub(super) struct Errors(Vec<(&'static str, String)>);

impl Errors {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// For the summary above the form.
    pub fn list(&self) -> &[(&'static str, String)] {
        &self.0
    }

    /// For the field; empty if nothing is wrong.
    pub fn of(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| *field == name).map_or("", |(_, text)| text)
    }

    /// Adds what is wrong with a field. Of several faults, the first is told.
    pub fn add(&mut self, name: &'static str, text: impl ToString) {
        if self.of(name).is_empty() {
            self.0.push((name, text.to_string()));
        }
    }

    /// The value of a field, or what is wrong with it.
    pub fn check<T, E>(&mut self, name: &'static str, read: Result<T, E>, told: impl FnOnce(E) -> String) -> Option<T> {
        read.map_err(|error| self.add(name, told(error))).ok()
    }
}

/// What is wrong with a line of text.
pub(super) fn of_line(words: &ErrorWords, text: &str) -> String {
    let text = text.trim();
    if text.is_empty() {
        words.missing.to_string()
    } else if text.chars().count() > MAX_LINE {
        words.too_long.with("most", MAX_LINE).to_string()
    } else {
        words.illegible.to_string()
    }
}

/// What is wrong with a field of an address whose text is this.
pub(super) fn of_address(t: &Words, error: &FieldError, text: &str) -> String {
    let words = &t.errors;
    let example = error.requirement.split_once("such as ").map(|(_, example)| example);
    match (error.field.as_str(), example) {
        ("country", _) => words.country.to_string(),
        ("phone", _) => words.phone.to_string(),
        ("postal_code" | "region", Some(example)) if text.trim().is_empty() => {
            words.missing_here.with("example", example).to_string()
        }
        ("postal_code", Some(example)) => words.postal_code.with("example", example).to_string(),
        ("region", Some(example)) => words.region.with("example", example).to_string(),
        _ => of_line(words, text),
    }
}
