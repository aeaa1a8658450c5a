//! Amounts and percentages as people type them: in units, with a point or a comma before the part of a unit, whatever the language. Refuses
//! groups of digits, as `1,234` could be either.

use ::pages::Locale;
use events::Money;

/// The number of minor units that was typed, of which a unit has ten to the power of `decimals`. `None` if it is empty, negative, has more
/// digits, or is no number.
pub(in crate::pages) fn minor_units(typed: &str, decimals: u32) -> Option<i64> {
    let decimals = usize::try_from(decimals).ok()?;
    let (whole, part) = match typed.trim().split_once(['.', ',']) {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (typed.trim(), ""),
    };
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || part.len() > decimals || !is_digits(whole) || !is_digits(part) {
        return None;
    }
    format!("{whole}{part:0<decimals$}").parse().ok()
}

/// An amount as it is typed into a field.
pub(super) fn written(amount: Money, locale: Locale) -> String {
    in_language(amount.to_decimal(), locale)
}

/// Hundredths as they are typed into a field: 1900 are `19`, and 725 are `7.25`.
pub(super) fn percent(hundredths: u32, locale: Locale) -> String {
    let (whole, part) = (hundredths / 100, hundredths % 100);
    let text = format!("{whole}.{part:02}");
    in_language(text.trim_end_matches('0').trim_end_matches('.').to_owned(), locale)
}

fn in_language(text: String, locale: Locale) -> String {
    match locale {
        Locale::En => text,
        Locale::De => text.replace('.', ","),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::Currency;
    use proptest::prelude::*;

    #[test]
    fn an_amount_is_read_as_people_type_it_with_a_point_or_a_comma() {
        for (typed, decimals, read) in [
            ("5", 2, 500),
            ("5.9", 2, 590),
            ("5,90", 2, 590),
            (" 0,05 ", 2, 5),
            ("0", 2, 0),
            ("007", 2, 700),
            ("1234.56", 2, 123_456),
            ("500", 0, 500),
            ("1.234", 3, 1_234),
            ("1,2", 3, 1_200),
        ] {
            assert_eq!(minor_units(typed, decimals), Some(read), "{typed}");
        }
    }

    #[test]
    fn what_is_empty_negative_grouped_or_finer_than_the_currency_is_no_amount() {
        for typed in [
            "",
            " ",
            "-1",
            "+1",
            "five",
            "€5",
            "1.234,5",
            "1.234",
            "1,234.50",
            "1 000",
            ".5",
            "5.",
            "5,",
            "1e3",
            "٥",
            "5..0",
            "99999999999999999999",
        ] {
            assert_eq!(minor_units(typed, 2), None, "{typed}");
        }
        assert_eq!((minor_units("5.0", 0), minor_units("1.2345", 3)), (None, None));
    }

    #[test]
    fn a_percentage_has_no_digits_that_say_nothing() {
        for (hundredths, english, german) in [
            (0, "0", "0"),
            (1_900, "19", "19"),
            (750, "7.5", "7,5"),
            (725, "7.25", "7,25"),
            (10_000, "100", "100"),
            (5, "0.05", "0,05"),
        ] {
            assert_eq!([Locale::En, Locale::De].map(|locale| percent(hundredths, locale)), [english, german]);
        }
    }

    proptest! {
        #[test]
        fn what_a_field_shows_is_read_back(amount in 0..i64::MAX, points in 0..10_001_u32) {
            for locale in Locale::ALL {
                for currency in [Currency::EUR, Currency::JPY, Currency::KWD] {
                    let shown = written(Money::new(amount, currency), locale);
                    prop_assert_eq!(minor_units(&shown, currency.exponent()), Some(amount));
                }
                prop_assert_eq!(minor_units(&percent(points, locale), 2), Some(i64::from(points)));
            }
        }
    }
}
