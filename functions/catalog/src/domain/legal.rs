//! Legal pages: the texts that the law has a shop publish, each with its version. Refuses markup: a text is paragraphs and headings.

use super::rejection::Rejection;
use events::text::{self, FieldError, optional};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Characters of a version, at most. Every quote carries that of the terms.
const MAX_VERSION: usize = 40;
/// Characters of a text, at most: three pages in two languages stay far below what an item and a reload can hold.
const MAX_TEXT: usize = 30_000;
/// What a line of a heading begins with.
const HEADING: &str = "# ";

/// Which of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LegalPageName {
    /// Who runs the shop, and how to reach them.
    Imprint,
    /// What buyer and shop agree on.
    Terms,
    /// What the shop does with personal data.
    Privacy,
}

impl LegalPageName {
    pub const ALL: [Self; 3] = [Self::Imprint, Self::Terms, Self::Privacy];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Imprint => "imprint",
            Self::Terms => "terms",
            Self::Privacy => "privacy",
        }
    }
}

impl fmt::Display for LegalPageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for LegalPageName {
    type Err = FieldError;

    fn from_str(text: &str) -> Result<Self, FieldError> {
        let found = Self::ALL.into_iter().find(|name| name.as_str() == text);
        found.ok_or_else(|| FieldError::new("name", "must be one of `imprint`, `terms`, `privacy`"))
    }
}

/// A text in each language. Blank lines part paragraphs, and a line that begins with `# ` is a heading.
// It is stored as it is described, so one type does for both.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct LegalTexts {
    /// English.
    #[serde(default, deserialize_with = "optional", skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 30_000))]
    pub en: Option<String>,
    /// German.
    #[serde(default, deserialize_with = "optional", skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 30_000))]
    pub de: Option<String>,
}

impl LegalTexts {
    fn checked(&self) -> Result<Self, FieldError> {
        let checked = |field: &str, text: &Option<String>| {
            let text = text.as_deref().map(|text| text::prose(field, text, MAX_TEXT)).transpose();
            text.map(|text| text.filter(|text| !text.is_empty()))
        };
        let texts = Self { en: checked("texts.en", &self.en)?, de: checked("texts.de", &self.de)? };
        if texts == Self::default() {
            return Err(FieldError::new("texts", "must have a text in at least one language"));
        }
        Ok(texts)
    }

    /// The text in the language with this tag.
    pub fn of(&self, language: &str) -> Option<&str> {
        match language {
            "en" => self.en.as_deref(),
            "de" => self.de.as_deref(),
            _ => None,
        }
    }

    fn languages(&self) -> String {
        let named = ["en", "de"].into_iter().filter(|language| self.of(language).is_some());
        named.collect::<Vec<_>>().join(", ")
    }
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block<'a> {
    Heading(&'a str),
    /// The lines of a paragraph.
    Paragraph(Vec<&'a str>),
}

/// The headings and paragraphs of a text.
pub fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut lines = Vec::new();
    for line in text.lines().map(str::trim).chain([""]) {
        let heading = line.strip_prefix(HEADING);
        if (line.is_empty() || heading.is_some()) && !lines.is_empty() {
            blocks.push(Block::Paragraph(std::mem::take(&mut lines)));
        }
        match heading {
            Some(heading) => blocks.push(Block::Heading(heading.trim_start())),
            None if line.is_empty() => {}
            None => lines.push(line),
        }
    }
    blocks
}

/// A legal page as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegalPage {
    pub name: LegalPageName,
    /// What the shop calls these texts, such as a date.
    pub version: String,
    pub texts: LegalTexts,
    /// Number of changes so far, from 1.
    pub seq: u64,
}

impl LegalPage {
    /// A page as staff set it.
    ///
    /// # Errors
    /// If the version or a text is too long or cannot be read, or there is no text.
    pub fn parse(name: LegalPageName, version: &str, texts: &LegalTexts) -> Result<Self, FieldError> {
        Ok(Self { name, version: text::line("version", version, MAX_VERSION)?, texts: texts.checked()?, seq: 1 })
    }

    /// The page to write in place of the stored one; `None` if that is the same already.
    ///
    /// # Errors
    /// If other texts come under the version of those that are there: orders say by the version what their buyers accepted.
    pub fn replacing(&self, stored: Option<&Self>) -> Result<Option<Self>, Rejection> {
        let Some(stored) = stored else { return Ok(Some(self.clone())) };
        match (stored.version == self.version, stored.texts == self.texts) {
            (true, true) => Ok(None),
            (true, false) => {
                Err(FieldError::new("version", "must be another one than that of the present texts").into())
            }
            (false, _) => Ok(Some(Self { seq: stored.seq + 1, ..self.clone() })),
        }
    }

    /// The page in the words of the audit log.
    pub fn audit_words(&self) -> String {
        format!("version {}: {}", self.version, self.texts.languages())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(version: &str, en: &str) -> LegalPage {
        let texts = LegalTexts { en: Some(en.to_owned()), de: None };
        LegalPage::parse(LegalPageName::Terms, version, &texts).unwrap()
    }

    #[test]
    fn blank_lines_part_paragraphs_and_a_number_sign_makes_a_heading() {
        let text = "# One\nfirst\nsecond\n\n \nthird\n# Two\n#no heading\n";
        let expected = [
            Block::Heading("One"),
            Block::Paragraph(vec!["first", "second"]),
            Block::Paragraph(vec!["third"]),
            Block::Heading("Two"),
            Block::Paragraph(vec!["#no heading"]),
        ];
        assert_eq!(blocks(text), expected);
        assert_eq!(blocks(" \n\n"), []);
    }

    #[test]
    fn other_texts_need_another_version_and_the_same_again_change_nothing() {
        let first = page("1", "one");
        assert_eq!(first.replacing(None), Ok(Some(first.clone())));
        assert_eq!(first.replacing(Some(&first)), Ok(None));
        let second = page("2", "two");
        assert_eq!(second.replacing(Some(&first)), Ok(Some(LegalPage { seq: 2, ..second.clone() })));
        assert!(page("1", "two").replacing(Some(&first)).is_err());
    }

    #[test]
    fn a_page_has_a_version_and_a_text_within_bounds() {
        let parse = |version: &str, en: &str| {
            let texts = LegalTexts { en: Some(en.to_owned()), de: None };
            LegalPage::parse(LegalPageName::Imprint, version, &texts).map_err(|error| error.field)
        };
        assert!(parse(&"v".repeat(40), &"x".repeat(30_000)).is_ok());
        assert_eq!(parse(&"v".repeat(41), "x"), Err("version".to_owned()));
        assert_eq!(parse(" ", "x"), Err("version".to_owned()));
        assert_eq!(parse("1", &"x".repeat(30_001)), Err("texts.en".to_owned()));
        assert_eq!(parse("1", " \n"), Err("texts".to_owned()));
    }
}
