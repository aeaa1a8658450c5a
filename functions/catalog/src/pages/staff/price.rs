//! Prices and percentages as people type them, read as all amounts are. Refuses less than zero.

use ::pages::{Locale, typed_decimal, typed_money};
use events::{Currency, Money};

/// Digits of a percentage after the point.
const PERCENT_DECIMALS: u32 = 2;

/// The number of minor units that was typed. `None` if it is less than zero, has more digits than the currency, or is no number.
pub(in crate::pages) fn minor_units(typed: &str, currency: Currency) -> Option<i64> {
    typed_money(typed, currency).ok().map(|price| price.amount).filter(|amount| *amount >= 0)
}

/// The hundredths of a percent that were typed. `None` if it is less than zero, has more digits, or is no number.
pub(super) fn hundredths(typed: &str) -> Option<i64> {
    typed_decimal(typed, PERCENT_DECIMALS).ok().filter(|hundredths| *hundredths >= 0)
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
    use proptest::prelude::*;

    #[test]
    fn a_price_and_a_percentage_are_read_with_a_point_or_a_comma_and_are_never_less_than_zero() {
        for (typed, read) in [
            ("5", Some(500)),
            ("5.9", Some(590)),
            (" 0,05 ", Some(5)),
            ("0", Some(0)),
            ("-0.01", None),
            ("-1", None),
            ("+1", None),
            ("1.234", None),
            ("", None),
        ] {
            assert_eq!((minor_units(typed, Currency::EUR), hundredths(typed)), (read, read), "{typed}");
        }
        assert_eq!((minor_units("5.0", Currency::JPY), minor_units("1.2345", Currency::KWD)), (None, None));
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
                    prop_assert_eq!(minor_units(&shown, currency), Some(amount));
                }
                prop_assert_eq!(hundredths(&percent(points, locale)), Some(i64::from(points)));
            }
        }
    }
}
