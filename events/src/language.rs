//! The languages in which the shop writes to people. Refuses words: whoever writes has its own.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A language that the shop speaks, as its tag (BCP 47) on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// English, for whoever's language is not known.
    #[default]
    En,
    /// German.
    De,
}

/// The text is the tag of no language that the shop speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be the tag of a language that the shop speaks, en or de")]
pub struct UnknownLanguage;

impl Language {
    /// All of them; the first is the one of people who read none.
    pub const ALL: [Self; 2] = [Self::En, Self::De];

    /// The language's tag.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
        }
    }
}

impl FromStr for Language {
    type Err = UnknownLanguage;
    fn from_str(tag: &str) -> Result<Self, UnknownLanguage> {
        Self::ALL.into_iter().find(|language| tag.eq_ignore_ascii_case(language.as_str())).ok_or(UnknownLanguage)
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_its_tag_in_text_and_on_the_wire() {
        for language in Language::ALL {
            let tag = language.to_string();
            assert_eq!((tag.parse(), tag.to_ascii_uppercase().parse()), (Ok(language), Ok(language)));
            assert_eq!(serde_json::to_value(language).unwrap(), tag);
            assert_eq!(serde_json::from_value::<Language>(tag.into()).unwrap(), language);
        }
        assert_eq!(("fr".parse::<Language>(), "".parse::<Language>()), (Err(UnknownLanguage), Err(UnknownLanguage)));
        assert_eq!(Language::default(), Language::ALL[0]);
    }
}
