//! Typed text: which characters it may have (Unicode 17), and its one normal form. What cannot be seen, or changes how its
//! surroundings are read, is refused: control characters, bidirectional controls, what Unicode calls default-ignorable, and
//! heaps of marks. Refuses to know fields, lengths and languages.

use icu_normalizer::properties::CanonicalCombiningClassMap;
use icu_normalizer::{ComposingNormalizer, DecomposingNormalizer};
use std::borrow::Cow;
use std::iter::once;

/// How many lines a field has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// One.
    One,
    /// Any number: line breaks and tabs are allowed.
    Many,
}

/// Marks on one letter. Hebrew with accents has six; heaps of them cover the lines above and below.
const MAX_MARKS: usize = 8;

const HIDDEN: &str = "must have no control, bidirectional or invisible characters";
const MARKS: &str = "must have at most 8 marks on a letter, and none without one";

/// The requirement that a text misses, if there is one.
pub fn fault(text: &str, lines: Lines) -> Option<&'static str> {
    // Most text is plain.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return None;
    }
    let combining_class = CanonicalCombiningClassMap::new();
    let (mut before, mut marks) = (None, 0);
    let followers = text.chars().skip(1).map(Some).chain(once(None));
    for (letter, next) in text.chars().zip(followers) {
        if is_hidden(letter, lines) && !is_needed(before, letter, next) {
            return Some(HIDDEN);
        }
        marks = if combining_class.get_u8(letter) == 0 { 0 } else { marks + 1 };
        if marks > MAX_MARKS || marks == 1 && before.is_none_or(char::is_whitespace) {
            return Some(MARKS);
        }
        before = Some(letter);
    }
    None
}

/// The text in Normalization Form C (UAX #15): what looks the same is the same.
pub fn normalized(text: &str) -> Cow<'_, str> {
    ComposingNormalizer::new_nfc().normalize(text)
}

/// The letters and digits of a text, without case and accents: two texts that differ in nothing else name one thing.
pub fn fold(text: &str) -> String {
    let decomposed = DecomposingNormalizer::new_nfd().normalize(text);
    decomposed.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Controls (`Cc`), separators of lines and paragraphs, what is default-ignorable (DerivedCoreProperties.txt) and with it every
/// bidirectional control, noncharacters, the anchors of annotations, and the four that draw a blank. Format characters (`Cf`) that
/// are seen, as the Arabic signs around numbers, are text.
fn is_hidden(letter: char, lines: Lines) -> bool {
    match letter {
        '\t' | '\n' | '\r' => lines == Lines::One,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' => true,
        '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' => true,
        '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fdd0}'..='\u{fdef}' | '\u{fe00}'..='\u{fe0f}' => true,
        '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffc}' | '\u{16fe4}' | '\u{1bca0}'..='\u{1bca3}' => true,
        '\u{1d159}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}' => true,
        other => u32::from(other) & 0xfffe == 0xfffe,
    }
}

/// Whether an invisible character is part of how a script or an emoji is written, between these neighbours.
fn is_needed(before: Option<char>, letter: char, next: Option<char>) -> bool {
    let Some(before) = before else { return false };
    match letter {
        // Joiners: Persian, Indic scripts, emoji of several parts.
        '\u{200c}' | '\u{200d}' => joins(before) && next.is_some_and(joins),
        // The look of a symbol, of an emoji, or of a letter in scripts that have such variants.
        '\u{fe00}'..='\u{fe0f}' => {
            matches!(before, '0'..='9' | '#' | '*' | '©' | '®')
                || before >= '\u{1000}' && !is_hidden(before, Lines::One)
        }
        // The form of an ideograph, as in Japanese names.
        '\u{e0100}'..='\u{e01ef}' => {
            matches!(before, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
        }
        // The form of a Mongolian letter.
        '\u{180b}'..='\u{180d}' | '\u{180f}' => matches!(before, '\u{1820}'..='\u{18aa}'),
        _ => false,
    }
}

/// Whether a character may stand beside a joiner: no Latin, Greek or Cyrillic letter, no blank or punctuation, and nothing that
/// is hidden itself but the sign that a symbol is an emoji.
fn joins(letter: char) -> bool {
    let is_outside = letter < '\u{600}' || matches!(letter, '\u{2000}'..='\u{206f}') || letter.is_whitespace();
    letter == '\u{fe0f}' || !is_outside && !is_hidden(letter, Lines::One)
}

#[cfg(test)]
mod tests;
