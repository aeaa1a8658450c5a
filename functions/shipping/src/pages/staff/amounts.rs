//! Percentages and countries as people type them, and back. Refuses groups of digits, as amounts of money do.

use ::pages::{Locale, countries, typed_decimal};
use events::Country;
use events::address::typed::CountryCode;
use events::text::fold;
use std::collections::BTreeSet;

/// Digits of a percentage after the point: a basis point is a hundredth.
const DECIMALS: u32 = 2;

/// The basis points of a percentage that was typed; `None` if it is none, or negative.
pub(super) fn basis_points(typed: &str) -> Option<u32> {
    typed_decimal(typed, DECIMALS).ok().and_then(|points| points.try_into().ok())
}

/// A percentage as it is typed into a field: 1900 are `19`, and 725 are `7.25`.
pub(super) fn percent(basis_points: u32, locale: Locale) -> String {
    let text = format!("{}.{:02}", basis_points / 100, basis_points % 100);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match locale {
        Locale::En => text.to_owned(),
        Locale::De => text.replace('.', ","),
    }
}

/// The countries of a list of codes or names.
///
/// # Errors
/// The first text that is no country's.
pub(super) fn listed(typed: &str, locale: Locale) -> Result<BTreeSet<Country>, String> {
    let mut found = BTreeSet::new();
    for line in typed.split(['\n', ';']).map(str::trim).filter(|line| !line.is_empty()) {
        // Some names have a comma.
        if let Some(country) = country(line, locale) {
            found.insert(country);
            continue;
        }
        for part in line.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            if let Some(country) = country(part, locale) {
                found.insert(country);
                continue;
            }
            for code in part.split_whitespace() {
                found.insert(country(code, locale).ok_or_else(|| code.to_owned())?);
            }
        }
    }
    Ok(found)
}

fn country(typed: &str, locale: Locale) -> Option<Country> {
    let named = countries(locale).find(|(_, name)| fold(name) == fold(typed)).map(|(code, _)| code);
    CountryCode::from(named.unwrap_or(typed).to_owned()).parsed().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(typed: &str, locale: Locale) -> Result<Vec<String>, String> {
        listed(typed, locale).map(|found| found.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn countries_are_read_by_code_or_name_with_commas_or_lines_between() {
        for (typed, locale) in [
            ("DE, AT", Locale::En),
            ("at de", Locale::En),
            ("Germany\nAustria", Locale::En),
            ("germany, AT;", Locale::En),
            ("Deutschland; Österreich", Locale::De),
        ] {
            assert_eq!(codes(typed, locale), Ok(vec!["AT".to_owned(), "DE".to_owned()]), "{typed}");
        }
        assert_eq!(codes("Bonaire, Sint Eustatius and Saba", Locale::En), Ok(vec!["BQ".to_owned()]));
        assert_eq!(codes(" \n", Locale::En), Ok(vec![]), "a zone may be out of use");
        assert_eq!(codes("DE, Atlantis", Locale::En), Err("Atlantis".to_owned()));
        assert_eq!(codes("XX", Locale::En), Err("XX".to_owned()));
    }

    #[test]
    fn a_percentage_is_shown_without_digits_that_say_nothing() {
        for (points, english, german) in
            [(0, "0", "0"), (1_900, "19", "19"), (725, "7.25", "7,25"), (10_000, "100", "100")]
        {
            assert_eq!([Locale::En, Locale::De].map(|locale| percent(points, locale)), [english, german]);
        }
    }

    #[test]
    fn a_percentage_has_two_decimals_at_most() {
        for (typed, read) in [("19", Some(1_900)), ("7,5", Some(750)), ("7.25", Some(725)), ("0", Some(0))] {
            assert_eq!(basis_points(typed), read, "{typed}");
        }
        for typed in ["", "-1", "7.255", "19 %", "1,900.0"] {
            assert_eq!(basis_points(typed), None, "{typed}");
        }
    }
}
