//! Names of people, and how they are found. Refuses to know what a name is: whatever can be seen on one line.

use events::text::{FieldError, fold, line};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// Characters.
pub const MAX_NAME: usize = 200;

/// Characters by which a name is found. In the key of an index each takes up to twelve bytes.
const MAX_FOUND: usize = 40;

/// After everything that a name in an index goes on with.
const LAST: char = '~';

/// 1 to 200 characters, trimmed, on one line.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonName(String);

impl PersonName {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name as an index sorts it, in printable ASCII; empty if it has no letters and no digits.
    pub fn sorted(&self) -> String {
        indexed(&self.0)
    }
}

/// The beginning of names that somebody looks for, as an index sorts them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameStart(String);

impl NameStart {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What sorts after every name that begins so, and before every other that sorts after these.
    pub fn end(&self) -> String {
        format!("{}{LAST}", self.0)
    }
}

impl FromStr for NameStart {
    type Err = FieldError;
    fn from_str(text: &str) -> Result<Self, FieldError> {
        let start = indexed(&line("name", text, MAX_NAME)?);
        if start.is_empty() {
            return Err(FieldError::new("name", "must have a letter or a digit"));
        }
        Ok(Self(start))
    }
}

/// Its words without case, accents and punctuation: what begins alike is typed alike. A blank sorts before all letters, so that `Ada L`
/// comes before `Adam`. What is not ASCII is in percent-encoding.
fn indexed(name: &str) -> String {
    let words = name.split(|sign: char| sign.is_whitespace() || sign == '-').map(fold).filter(|word| !word.is_empty());
    let words = words.collect::<Vec<_>>().join(" ");
    let found: String = words.chars().take(MAX_FOUND).collect();
    let words = found.split(' ').map(|word| utf8_percent_encode(word, NON_ALPHANUMERIC).to_string());
    words.collect::<Vec<_>>().join("_")
}

impl std::fmt::Debug for PersonName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PersonName(…)")
    }
}

impl FromStr for PersonName {
    type Err = FieldError;
    fn from_str(text: &str) -> Result<Self, FieldError> {
        line("name", text, MAX_NAME).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_trimmed_bounded_on_one_line_and_seen() {
        assert_eq!(" Ada Ω ".parse::<PersonName>().unwrap().as_str(), "Ada Ω");
        assert!("Ω".repeat(200).parse::<PersonName>().is_ok());
        let invisible = ["", "  ", "\u{200b}", "\u{feff}", "\u{ad}", "\u{3164}", "\u{2800}", "\u{e0041}", "\u{3000}"];
        for bad in invisible.map(str::to_owned).into_iter().chain(["Ω".repeat(201), "Ada\nEve".to_owned()]) {
            assert!(bad.parse::<PersonName>().is_err(), "{bad:?}");
        }
    }
    fn begins(name: &str, typed: &str) -> bool {
        let (name, start) = (name.parse::<PersonName>().unwrap().sorted(), typed.parse::<NameStart>().unwrap());
        let is_between = start.as_str() <= name.as_str() && *name < *start.end();
        assert_eq!(is_between, name.starts_with(start.as_str()), "{typed} for {name}");
        is_between
    }

    #[test]
    fn a_name_is_found_by_its_beginning_however_that_is_typed() {
        for typed in ["Ada", "ADA", "ada l", " ada  lovelace ", "Áda-Lo", "a"] {
            assert!(begins("Ada Lovelace", typed), "{typed}");
        }
        for typed in ["love", "adal", "ada lovelace k", "b"] {
            assert!(!begins("Ada Lovelace", typed), "{typed}");
        }
        for (name, typed) in [
            ("Jörg Groß", "jorg gross"),
            ("Jean-Luc", "jean luc"),
            ("O’Neil", "oneil"),
            ("李 小龙", "李 小"),
            ("Ωmega", "ω"),
            ("김", "기"),
            ("Œ 𝒜", "œ"),
        ] {
            assert!(begins(name, typed), "{typed} for {name}");
        }
    }

    #[test]
    fn names_sort_by_their_words_and_keys_stay_short_and_printable() {
        let sorted = |name: &str| name.parse::<PersonName>().unwrap().sorted();
        let names = ["Ada", "ada b", "Ada L", "Ádám", "Adán", "Bo"].map(sorted);
        assert!(names.is_sorted(), "{names:?}");
        for long in ["ß", "Ω", "𐐀", "a b"] {
            let key = sorted(&long.repeat(200 / long.chars().count()));
            assert!(key.len() <= 480 && key.bytes().all(|byte| byte.is_ascii_graphic()), "{key}");
        }
        assert_eq!(sorted("-"), "");
    }

    #[test]
    fn nothing_is_found_by_signs_alone() {
        for typed in ["", "  ", "-", "…", "👩", "a\nb", &*"x".repeat(201)] {
            assert!(typed.parse::<NameStart>().is_err(), "{typed:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_a_name_begins_with_finds_it(name in "[a-zA-Zäöüßéİ '0-9-]{1,60}", length in 1usize..60) {
            let start: String = name.chars().take(length).collect();
            if let (Ok(name), Ok(start)) = (name.parse::<PersonName>(), start.parse::<NameStart>()) {
                let found = name.sorted();
                proptest::prop_assert!(found.starts_with(start.as_str()), "{} for {}", start.as_str(), found);
            }
        }
    }
}
