//! How a shop's emails look and what they call the shop: its name and address, one color, links, the language of whoever has named none,
//! and the kinds that it does without. Refuses words.

use super::kind::KindsOff;
use events::Language;
use std::fmt;
use std::str::FromStr;

/// What all emails of a shop share.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Branding {
    /// The shop's name, as in its pages.
    pub name: String,
    /// The address of the shop, without a slash at its end.
    pub public_url: String,
    pub color: Color,
    pub links: Links,
    /// For people whose language is not known.
    pub language: Language,
    pub off: KindsOff,
}

/// Pages that an email ends with links to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    pub help: Option<String>,
    pub contact: Option<String>,
    pub imprint: Option<String>,
}

/// A color as in CSS, with six digits. It decorates only, so that every color is readable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Color(String);

/// The text is no color.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a color with six hexadecimal digits, such as #1f6f54")]
pub struct InvalidColor;

impl Default for Color {
    fn default() -> Self {
        Self("#1f6f54".to_owned())
    }
}

impl FromStr for Color {
    type Err = InvalidColor;

    fn from_str(text: &str) -> Result<Self, InvalidColor> {
        let digits = text.strip_prefix('#').ok_or(InvalidColor)?;
        let is_one = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_one { Ok(Self(text.to_owned())) } else { Err(InvalidColor) }
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a link may lead there.
pub fn is_web_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_color_has_six_digits_and_nothing_that_ends_a_style() {
        assert_eq!("#A0b1C2".parse::<Color>().unwrap().to_string(), "#A0b1C2");
        for text in ["", "#", "red", "a0b1c2", "#a0b1c", "#a0b1c2;", "#a0b1g2", "#\"><b>"] {
            assert_eq!(text.parse::<Color>(), Err(InvalidColor), "{text}");
        }
        assert_eq!(Color::default().to_string().parse(), Ok(Color::default()));
    }
}
