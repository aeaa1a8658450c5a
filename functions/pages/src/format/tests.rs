//! What readers of either language see.

use super::*;
use events::Currency;
use proptest::prelude::*;

fn both(amount: i64, code: &str) -> (String, String) {
    let amount = Money::new(amount, code.parse::<Currency>().unwrap());
    (money(Locale::En, amount), money(Locale::De, amount))
}

#[test]
fn an_amount_is_written_as_readers_of_the_language_write_it() {
    for (amount, code, english, german) in [
        (123_450, "EUR", "€1,234.50", "1.234,50\u{a0}€"),
        (5, "EUR", "€0.05", "0,05\u{a0}€"),
        (0, "USD", "$0.00", "0,00\u{a0}$"),
        (99_999, "GBP", "£999.99", "999,99\u{a0}£"),
        (100_000, "GBP", "£1,000.00", "1.000,00\u{a0}£"),
        (1_999, "JPY", "¥1,999", "1.999\u{a0}¥"),
        (999, "JPY", "¥999", "999\u{a0}¥"),
        (1_999, "KWD", "KWD\u{a0}1.999", "1,999\u{a0}KWD"),
        (123_456_789, "CHF", "CHF\u{a0}1,234,567.89", "1.234.567,89\u{a0}CHF"),
        (-1_999, "EUR", "\u{2212}€19.99", "\u{2212}19,99\u{a0}€"),
        (-123_456, "KWD", "\u{2212}KWD\u{a0}123.456", "\u{2212}123,456\u{a0}KWD"),
        (i64::MIN, "JPY", "\u{2212}¥9,223,372,036,854,775,808", "\u{2212}9.223.372.036.854.775.808\u{a0}¥"),
    ] {
        assert_eq!(both(amount, code), (english.to_owned(), german.to_owned()), "{amount} {code}");
    }
}

#[test]
fn an_amount_is_read_with_a_point_or_a_comma_and_no_more_digits_than_its_currency_has() {
    for (text, code, expected) in [
        ("12", "EUR", Some(1_200)),
        ("12.3", "EUR", Some(1_230)),
        ("12.34", "EUR", Some(1_234)),
        (" 12,34 ", "EUR", Some(1_234)),
        ("0,05", "EUR", Some(5)),
        ("-1", "EUR", Some(-100)),
        ("12", "JPY", Some(12)),
        ("1.234", "KWD", Some(1_234)),
        ("1,2", "KWD", Some(1_200)),
        ("12.345", "EUR", None),
        ("12.340", "EUR", None),
        ("1,234", "EUR", None),
        ("1.234,50", "EUR", None),
        ("1,234.50", "EUR", None),
        ("12.0", "JPY", None),
        ("12.", "EUR", None),
        (".5", "EUR", None),
        ("12.-5", "EUR", None),
        ("1 234", "EUR", None),
        ("€12", "EUR", None),
        ("12e3", "EUR", None),
        ("", "EUR", None),
        ("99999999999999999999", "EUR", None),
    ] {
        let currency = code.parse::<Currency>().unwrap();
        assert_eq!(typed_money(text, currency).ok().map(|money| money.amount), expected, "{text} {code}");
    }
}

#[test]
fn a_number_without_a_currency_is_read_as_an_amount_is() {
    for (text, decimals, expected) in [
        ("19", 2, Some(1_900)),
        (" 7,5 ", 2, Some(750)),
        ("7.25", 2, Some(725)),
        ("-1", 2, Some(-100)),
        ("7.255", 2, None),
        ("7.", 2, None),
        ("--1", 2, None),
        ("-", 0, None),
        ("", 0, None),
    ] {
        assert_eq!(typed_decimal(text, decimals).ok(), expected, "{text}");
    }
}

#[test]
fn a_whole_number_has_the_groups_of_the_readers_language() {
    for (value, english, german) in [(0, "0", "0"), (999, "999", "999"), (10_000, "10,000", "10.000")] {
        assert_eq!([Locale::En, Locale::De].map(|locale| number(locale, value)), [english, german]);
    }
}

#[test]
fn a_day_and_an_instant_are_written_as_readers_of_the_language_write_them() {
    let at = Timestamp::parse("2026-11-30T11:14:59.999Z").unwrap();
    assert_eq!(day(Locale::En, at), "30 November 2026");
    assert_eq!(day(Locale::De, at), "30. November 2026");
    assert_eq!(instant(Locale::En, at), "30 November 2026, 11:14 UTC");
    assert_eq!(instant(Locale::De, at), "30. November 2026, 11:14 Uhr (UTC)");
    let early = Timestamp::parse("2024-02-29T00:05:00Z").unwrap();
    assert_eq!(instant(Locale::En, early), "29 February 2024, 00:05 UTC");
    assert_eq!(day(Locale::De, Timestamp::parse("2027-03-01T23:59:59Z").unwrap()), "1. März 2027");
}

#[test]
fn every_month_has_its_own_name() {
    for locale in Locale::ALL {
        let written: std::collections::BTreeSet<_> = (1..=12)
            .map(|month| day(locale, Timestamp::parse(&format!("2026-{month:02}-15T12:00:00Z")).unwrap()))
            .collect();
        assert_eq!(written.len(), 12, "{locale}");
    }
}

fn currencies() -> impl Strategy<Value = Currency> {
    proptest::sample::select(Currency::all().collect::<Vec<_>>())
}

proptest! {
    #[test]
    fn every_digit_of_an_amount_survives_in_its_order(amount: i64, currency in currencies()) {
        let amount = Money::new(amount, currency);
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        for locale in Locale::ALL {
            let written = money(locale, amount);
            prop_assert_eq!(digits(&written), digits(&amount.to_decimal()));
            prop_assert_eq!(written.contains('\u{2212}'), amount.amount < 0);
            prop_assert!(!written.contains(' '), "an amount breaks over two lines: {}", written);
        }
    }

    #[test]
    fn what_a_field_shows_is_read_back(amount: i64, currency in currencies()) {
        let amount = Money::new(amount, currency);
        for locale in Locale::ALL {
            prop_assert_eq!(typed_money(&decimal(locale, amount), currency), Ok(amount));
        }
    }

    #[test]
    fn any_instant_that_can_be_stored_can_be_written(millis: i64) {
        for locale in Locale::ALL {
            prop_assert!(instant(locale, Timestamp::from_millis(millis)).contains("UTC"));
        }
    }
}
