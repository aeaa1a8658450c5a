//! Words of pages, one file a language. A file that lacks a word, or has one too many, is found by a test of the crate that reads it.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::fmt;

/// A text with places for values, such as `{count} units`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Phrase(String);

impl Phrase {
    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text with a value in its place.
    #[must_use]
    pub fn with(&self, name: &str, value: impl fmt::Display) -> Self {
        Self(self.0.replace(&format!("{{{name}}}"), &value.to_string()))
    }
}

impl fmt::Display for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Declares a struct of words with `of(locale)`, from the files `words/en.json` and `words/de.json` of the crate that calls it.
#[macro_export]
macro_rules! words {
    ($name:ident) => {
        impl $name {
            /// The words of a language.
            pub fn of(locale: $crate::Locale) -> &'static Self {
                use std::sync::LazyLock;
                static ENGLISH: LazyLock<$name> =
                    LazyLock::new(|| $crate::read(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/words/en.json"))));
                static GERMAN: LazyLock<$name> =
                    LazyLock::new(|| $crate::read(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/words/de.json"))));
                match locale {
                    $crate::Locale::En => &ENGLISH,
                    $crate::Locale::De => &GERMAN,
                }
            }
        }

        #[cfg(test)]
        mod files_of_words {
            #[test]
            fn every_language_has_every_word_and_no_other() {
                let english = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/words/en.json"));
                let german = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/words/de.json"));
                assert_eq!([english, german].map($crate::fault::<super::$name>), [None, None]);
            }
        }
    };
}

/// Reads a file of words that was compiled in. One with a fault is as good as empty: a test that `words!` adds finds it.
pub fn read<T: DeserializeOwned + Default>(file: &str) -> T {
    serde_json::from_str(file).unwrap_or_default()
}

/// Why a file of words cannot be read: it lacks a word, or has one too many.
pub fn fault<T: DeserializeOwned>(file: &str) -> Option<String> {
    serde_json::from_str::<T>(file).err().map(|error| error.to_string())
}

/// Words that all pages share.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    pub skip_to_content: Phrase,
    pub search: Phrase,
    pub search_placeholder: Phrase,
    pub cart: Phrase,
    pub account: Phrase,
    pub orders: Phrase,
    pub home: Phrase,
    pub imprint: Phrase,
    pub terms: Phrase,
    pub privacy: Phrase,
    pub language: Phrase,
    pub demo_notice: Phrase,
    pub away: Phrase,
    pub required: Phrase,
    pub optional: Phrase,
    pub check_fields: Phrase,
    pub card_number: Phrase,
    pub menu: Phrase,
    pub about: Phrase,
    pub breadcrumb: Phrase,
    pub pages: Phrase,
    pub previous: Phrase,
    pub next: Phrase,
    pub steps: StepWords,
    pub lines: LineWords,
    pub address: AddressWords,
    pub address_errors: AddressErrors,
    pub dates: DateWords,
    pub staff: StaffWords,
    pub problem: ProblemWords,
}

/// The way to an order.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepWords {
    pub label: Phrase,
    pub address: Phrase,
    pub order: Phrase,
    pub delivery: Phrase,
    pub payment: Phrase,
}

/// Columns of a table of what is bought.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineWords {
    pub item: Phrase,
    pub quantity: Phrase,
    pub price: Phrase,
    pub total: Phrase,
}

/// The fields of an address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddressWords {
    pub name: Phrase,
    pub company: Phrase,
    pub line1: Phrase,
    pub line2: Phrase,
    pub postal_code: Phrase,
    pub postal_code_hint: Phrase,
    pub city: Phrase,
    pub region: Phrase,
    pub region_hint: Phrase,
    pub country: Phrase,
    pub choose_country: Phrase,
    pub phone: Phrase,
    pub phone_hint: Phrase,
}

/// What is wrong with a field of an address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddressErrors {
    pub name: Phrase,
    pub line1: Phrase,
    pub city: Phrase,
    pub country: Phrase,
    /// With `{example}`.
    pub postal_code: Phrase,
    /// With `{code}` and `{name}`.
    pub region: Phrase,
    pub phone: Phrase,
    /// With `{most}`.
    pub too_long: Phrase,
    pub illegible: Phrase,
}

/// How dates are written.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DateWords {
    /// From January on.
    pub months: [Phrase; 12],
    /// With `{day}`, `{month}` and `{year}`.
    pub day: Phrase,
    /// With `{day}`, as above, and `{time}`.
    pub instant: Phrase,
}

/// The menu of the staff's pages, and what every area says on the first of them.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaffWords {
    /// What the menu is called.
    pub menu: Phrase,
    /// What leads to it.
    pub enter: Phrase,
    pub start: Phrase,
    pub orders: Phrase,
    pub packing: Phrase,
    pub catalog: Phrase,
    pub stock: Phrase,
    pub payments: Phrase,
    pub ledger: Phrase,
    pub users: Phrase,
    pub carts: Phrase,
    pub emails: Phrase,
    pub dead_letters: DeadLetterWords,
}

/// What a capability says of the messages that it gave up.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeadLetterWords {
    pub none: Phrase,
    pub one: Phrase,
    /// With `{count}`.
    pub several: Phrase,
    pub advice: Phrase,
    pub unknown: Phrase,
}

/// Words of problem pages: by what happened, or else by what kind of status that has.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProblemWords {
    pub not_found: Told,
    pub forbidden: Told,
    pub too_many: Told,
    pub failed: Told,
    pub refused: Told,
    /// By the name of the problem.
    pub kinds: BTreeMap<String, Told>,
    pub support: Phrase,
    pub home: Phrase,
}

/// What happened, and what one may do.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    pub headline: Phrase,
    pub advice: Phrase,
}

impl ProblemWords {
    /// What is told of a problem of this kind.
    pub fn of(&self, status: u16, kind: &str) -> &Told {
        self.kinds.get(kind).unwrap_or(match status {
            401 | 403 => &self.forbidden,
            404 => &self.not_found,
            429 => &self.too_many,
            500.. => &self.failed,
            _ => &self.refused,
        })
    }
}

words!(Words);

#[cfg(test)]
mod tests;
