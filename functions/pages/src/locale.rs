//! The language that a visitor reads: chosen on a page, or the browser's. Refuses languages that the shop has no words for.

use chassis::http::cookies::{CookieName, Cookies};
use events::Language;
use lambda_http::http::HeaderMap;
use lambda_http::http::header::ACCEPT_LANGUAGE;
use std::fmt;
use std::str::FromStr;

/// Where a chosen language is kept.
pub(crate) const LANGUAGE: CookieName = CookieName { name: "souk_lang", path: "/" };

/// A language with the habits of writing that go with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Locale {
    /// English.
    #[default]
    En,
    /// German.
    De,
}

impl Locale {
    /// All of them; the first is the one of visitors who read none.
    pub const ALL: [Self; 2] = [Self::En, Self::De];

    /// The language's tag (BCP 47).
    pub const fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
        }
    }

    /// The language's own name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::De => "Deutsch",
        }
    }

    /// The visitor's language: the one that was chosen, or else what the browser prefers of those that there are.
    pub(crate) fn of(headers: &HeaderMap, cookies: Cookies<'_>) -> Self {
        let chosen = cookies.get(LANGUAGE).and_then(|tag| tag.parse().ok());
        let preferred = || headers.get(ACCEPT_LANGUAGE).and_then(|sent| preferred(sent.to_str().ok()?));
        chosen.or_else(preferred).unwrap_or_default()
    }
}

/// The best of the languages in an `Accept-Language` (RFC 9110 §12.5.4); of equal weights the first.
fn preferred(sent: &str) -> Option<Locale> {
    let weighed = sent.split(',').filter_map(|range| {
        let (tag, parameters) = range.split_once(';').unwrap_or((range, ""));
        let locale = tag.trim().split('-').next()?.parse().ok()?;
        Some((locale, weight(parameters)?))
    });
    weighed.reduce(|best, next| if next.1 > best.1 { next } else { best }).map(|(locale, _)| locale)
}

/// The weight in thousandths; none of a language that is refused.
fn weight(parameters: &str) -> Option<u32> {
    let Some(digits) = parameters.trim().strip_prefix("q=") else {
        return Some(1_000);
    };
    let (whole, part) = digits.trim().split_once('.').unwrap_or((digits.trim(), ""));
    let thousandths = format!("{whole}{part:0<3}").parse().ok()?;
    (1..=1_000).contains(&thousandths).then_some(thousandths)
}

impl From<Language> for Locale {
    fn from(language: Language) -> Self {
        match language {
            Language::En => Self::En,
            Language::De => Self::De,
        }
    }
}

impl From<Locale> for Language {
    fn from(locale: Locale) -> Self {
        match locale {
            Locale::En => Self::En,
            Locale::De => Self::De,
        }
    }
}

impl FromStr for Locale {
    type Err = ();

    fn from_str(tag: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|locale| tag.eq_ignore_ascii_case(locale.tag())).ok_or(())
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.tag())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_speak_the_languages_in_which_the_shop_writes() {
        assert_eq!(Locale::ALL.map(Language::from), Language::ALL);
        for locale in Locale::ALL {
            assert_eq!((Locale::from(Language::from(locale)), Language::from(locale).as_str()), (locale, locale.tag()));
        }
    }

    #[test]
    fn the_browsers_best_language_that_the_shop_speaks_is_taken() {
        for (sent, expected) in [
            ("de", Some(Locale::De)),
            ("de-AT,de;q=0.9,en;q=0.8", Some(Locale::De)),
            ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7", Some(Locale::En)),
            ("en;q=0.5, de;q=0.51", Some(Locale::De)),
            ("EN-gb", Some(Locale::En)),
            ("de;q=0, en;q=0.1", Some(Locale::En)),
            ("fr", None),
            ("*", None),
            ("", None),
            (";q=x,,", None),
        ] {
            assert_eq!(preferred(sent), expected, "{sent}");
        }
    }
}
