//! Typed text: which characters it may have (Unicode 17), and its one normal form. What cannot be seen, or changes how its
//! surroundings are read, is refused: control characters, bidirectional controls, what Unicode calls default-ignorable, and
//! heaps of marks. Refuses to know fields, lengths and languages.

use super::ascii_digit;
use icu_normalizer::properties::{CanonicalCombiningClassMap, CanonicalDecomposition, Decomposed};
use icu_normalizer::{ComposingNormalizer, DecomposingNormalizer};
use icu_properties::CodePointMapData;
use icu_properties::props::{GeneralCategory, GeneralCategoryGroup};
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

/// The combining class of the mark that takes a letter's vowel away, in Indic scripts.
const VIRAMA: u8 = 9;

const HIDDEN: &str = "must have no control, bidirectional or invisible characters";
const MARKS: &str = "must have at most 8 marks on a letter, and none without one";

/// The flags of England, Scotland and Wales: the only ones that are drawn of a black flag and tag characters.
const FLAGS: [&str; 3] = [
    "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
    "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
    "🏴\u{e0067}\u{e0062}\u{e0077}\u{e006c}\u{e0073}\u{e007f}",
];

/// The requirement that a text misses, if there is one.
pub fn fault(text: &str, lines: Lines) -> Option<&'static str> {
    // Most text is plain.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return None;
    }
    // What takes a flag's place begins no other.
    let text = FLAGS.iter().fold(text.to_owned(), |text, flag| text.replace(flag, "⚑"));
    let (mut before, mut marks) = (None, 0);
    let followers = text.chars().skip(1).map(Some).chain(once(None));
    for (letter, next) in text.chars().zip(followers) {
        if is_hidden(letter, lines) && !is_needed(before, letter, next) {
            return Some(HIDDEN);
        }
        marks = match letter {
            // What is not seen begins no letter.
            letter if is_hidden(letter, lines) => marks,
            letter if is_mark(letter) => marks + 1,
            _ => 0,
        };
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
    decomposed.chars().filter(|c| c.is_alphanumeric()).flat_map(folded).collect()
}

/// A letter without case, so that `ς` is `σ`, `ß` is `ss` and `ı` is `i`, as in capitals, and without width, so that `ａ` is `a`; of a
/// digit of any script, that of ASCII.
pub fn folded(letter: char) -> impl Iterator<Item = char> {
    narrow(ascii_digit(letter)).to_lowercase().flat_map(char::to_uppercase).flat_map(char::to_lowercase)
}

/// The character of ASCII for a full-width one; every other is itself.
pub(crate) fn narrow(letter: char) -> char {
    match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        other => other,
    }
}

/// A composed letter without its accents, as `e` for `ệ` and `ω` for `ᾧ`. What is an accent says [`is_accent`]; a syllable of Hangul
/// and a letter with a mark of Indic scripts are themselves.
pub fn unaccented(mut letter: char) -> char {
    while let Decomposed::Expansion(base, mark) = CanonicalDecomposition::new().decompose(letter)
        && is_accent(mark)
    {
        letter = base;
    }
    letter
}

/// Whether a character is a mark of the block Combining Diacritical Marks: those of Latin, Greek and Cyrillic letters.
pub fn is_accent(letter: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&letter)
}

/// What a text shows besides its marks: a number is read through keycaps, and through what nobody sees.
pub fn unmarked(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|letter| !is_mark(*letter) && (letter.is_control() || !is_hidden(*letter, Lines::Many)))
}

/// The first `max` characters of a text, or fewer: no letter is cut from its marks, and no emoji in two.
pub fn cut(text: &str, max: usize) -> &str {
    let Some((end, mut next)) = text.char_indices().nth(max) else { return text };
    let (mut kept, _) = text.split_at(end);
    while is_part_of_last(kept, next)
        && let Some(last) = kept.chars().next_back()
    {
        kept = kept.strip_suffix(last).unwrap_or_default();
        next = last;
    }
    kept
}

/// Whether a character is drawn as one with the last of a text: a mark, the tone of a skin, the second half of a flag, a character
/// that cannot be seen, or whatever a joiner joins.
fn is_part_of_last(text: &str, next: char) -> bool {
    let is_half = |letter: &char| ('\u{1f1e6}'..='\u{1f1ff}').contains(letter);
    let is_halved = !text.chars().rev().take_while(is_half).count().is_multiple_of(2);
    let is_tone = ('\u{1f3fb}'..='\u{1f3ff}').contains(&next);
    let is_attached = is_mark(next) || is_tone || is_hidden(next, Lines::Many);
    is_attached || text.ends_with('\u{200d}') || is_halved && is_half(&next)
}

/// Whether a character is drawn with the letter before it: an accent, a vowel sign, or one that encloses (`Mn`, `Mc`, `Me`).
fn is_mark(letter: char) -> bool {
    GeneralCategoryGroup::Mark.contains(CodePointMapData::<GeneralCategory>::new().get(letter))
}

/// The canonical combining class of a character (UAX #44); 0 for most letters.
fn combining_class(letter: char) -> u8 {
    CanonicalCombiningClassMap::new().get_u8(letter)
}

/// Controls (`Cc`), separators of lines and paragraphs, what is default-ignorable (DerivedCoreProperties.txt) and with it every
/// bidirectional control, noncharacters, the anchors of annotations, those that draw a blank, and the one that stands for what could
/// not be read. Format characters (`Cf`) that are seen, as the Arabic signs around numbers, are text.
fn is_hidden(letter: char, lines: Lines) -> bool {
    match letter {
        '\t' | '\n' | '\r' => lines == Lines::One,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' => true,
        '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' => true,
        '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fdd0}'..='\u{fdef}' | '\u{fe00}'..='\u{fe0f}' => true,
        '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffd}' | '\u{16fe4}' | '\u{1bca0}'..='\u{1bca3}' => true,
        '\u{13441}'..='\u{13442}' | '\u{1d159}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}' => true,
        other => u32::from(other) & 0xfffe == 0xfffe,
    }
}

/// Whether an invisible character is part of how a script or an emoji is written, between these neighbours.
fn is_needed(before: Option<char>, letter: char, next: Option<char>) -> bool {
    let Some(before) = before else { return false };
    match letter {
        // The last letter of a Malayalam word, which a virama ends.
        '\u{200d}' if combining_class(before) == VIRAMA => true,
        // The end of a word, in scripts that have no blanks there.
        '\u{200b}' => has_no_blanks(before) && next.is_some_and(|next| has_no_blanks(next) && !is_mark(next)),
        // Joiners: Persian, Indic scripts, emoji of several parts.
        '\u{200c}' | '\u{200d}' => joins(before) && next.is_some_and(joins),
        // A keycap, whole.
        '\u{fe0f}' if matches!(before, '0'..='9' | '#' | '*') => next == Some('\u{20e3}'),
        // The look of an emoji: a symbol, or one of the few letters that are emoji.
        '\u{fe0e}'..='\u{fe0f}' => {
            let is_symbol = before >= '\u{1000}' && !before.is_alphanumeric() && !is_hidden(before, Lines::One);
            is_symbol || matches!(before, '©' | '®' | 'ℹ' | 'Ⓜ' | '🅰' | '🅱' | '🅾' | '🅿')
        }
        // The look of a symbol, or of a letter in scripts that have such variants.
        '\u{fe00}'..='\u{fe0d}' => before >= '\u{1000}' && !is_hidden(before, Lines::One),
        // The form of an ideograph, as in Japanese names.
        '\u{e0100}'..='\u{e01ef}' => {
            matches!(before, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
        }
        // The form of a Mongolian letter.
        '\u{180b}'..='\u{180d}' | '\u{180f}' => matches!(before, '\u{1820}'..='\u{18aa}'),
        _ => false,
    }
}

/// Whether a character is a letter of Thai, Lao, Burmese or Khmer, or stands over, below or beside one.
const fn has_no_blanks(letter: char) -> bool {
    matches!(letter, '\u{e01}'..='\u{e3a}' | '\u{e40}'..='\u{e4e}' | '\u{e81}'..='\u{ece}' | '\u{edc}'..='\u{edf}'
        | '\u{1000}'..='\u{103f}' | '\u{1050}'..='\u{108f}' | '\u{109a}'..='\u{109d}' | '\u{a9e0}'..='\u{a9ef}'
        | '\u{a9fa}'..='\u{a9fe}' | '\u{aa60}'..='\u{aa7f}' | '\u{1780}'..='\u{17b3}' | '\u{17b6}'..='\u{17d3}'
        | '\u{17dc}'..='\u{17dd}')
}

/// Whether a character may stand beside a joiner: no Latin, Greek or Cyrillic letter, no blank or punctuation, and nothing that
/// is hidden itself but the sign that a symbol is an emoji.
fn joins(letter: char) -> bool {
    let is_outside = letter < '\u{600}' || matches!(letter, '\u{2000}'..='\u{206f}') || letter.is_whitespace();
    letter == '\u{fe0f}' || !is_outside && !is_hidden(letter, Lines::One)
}

#[cfg(test)]
mod tests;
