//! One order drawn as SVG for a page: the state machine with the path that the order took, and the messages between the
//! capabilities. Owns what the pictures show and where it stands; refuses colors, which the stylesheet gives to classes, and
//! sentences, which the page brings in its reader's language.

mod exchange;
mod layout;
mod path;
mod sequence;
mod span;
mod state_machine;
mod svg;

pub use exchange::{Exchange, ExchangeKind, Lane, exchanges};
pub use path::{PathStep, path};
pub use sequence::{SequenceCaption, sequence_diagram};
pub use state_machine::state_machine;

/// The words of a picture for people who hear it.
#[derive(Debug, Clone, Copy)]
pub struct Caption<'a> {
    pub title: &'a str,
    /// The picture in a few sentences.
    pub description: &'a str,
}

/// The keys of the pictures' words in `words/timeline.*.json`.
pub const WORD_KEYS: [&str; 5] = [
    "drawing.states.title",
    "drawing.states.description",
    "drawing.sequence.title",
    "drawing.sequence.description",
    "drawing.sequence.left_out",
];

#[cfg(test)]
mod tests;
