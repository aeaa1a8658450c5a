//! What is wrong with a zone's form, in the reader's language: at its fields, or above it with a link to what is in the way. Refuses to know
//! what a field must be: its reader does.

use ::pages::Errors;
use std::fmt::Display;

#[derive(Debug, Default)]
pub(super) struct Faults {
    pub(super) errors: Errors,
    pub(super) refusal: Option<Refusal>,
}

/// What needs a link, or is of no field.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) text: String,
    /// Target and text.
    pub(super) link: Option<(String, String)>,
}

impl Faults {
    /// Says above the form what is of no field, or where to go.
    pub(super) fn refuse(&mut self, text: impl Display, link: Option<(String, String)>) {
        self.refusal = Some(Refusal { text: text.to_string(), link });
    }
}
