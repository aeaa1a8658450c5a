//! Arithmetic, rounding and the text of amounts, in currencies with no, two and three minor digits.

use super::*;
use proptest::prelude::*;
use serde_json::json;

fn any_currency() -> impl Strategy<Value = Currency> {
    proptest::sample::select(Currency::all().collect::<Vec<_>>())
}

#[test]
fn halves_round_to_the_even_minor_unit() {
    for currency in [Currency::EUR, Currency::JPY, Currency::KWD] {
        let half_up = Money::new(150, currency).basis_points(100).unwrap();
        let half_down = Money::new(250, currency).basis_points(100).unwrap();
        assert_eq!((half_up.amount, half_down.amount), (2, 2));
    }
}

#[test]
fn currencies_never_mix() {
    let sum = Money::new(1, Currency::EUR).plus(Money::new(1, Currency::USD));
    assert_eq!(sum, Err(MoneyError::MixedCurrencies));
}

#[test]
fn money_reads_like_money() {
    let texts = [
        (Money::new(-1999, Currency::EUR), "-19.99 EUR"),
        (Money::new(5, Currency::EUR), "0.05 EUR"),
        (Money::zero(Currency::USD), "0.00 USD"),
        (Money::new(1999, Currency::JPY), "1999 JPY"),
        (Money::new(-7, Currency::JPY), "-7 JPY"),
        (Money::new(1999, Currency::KWD), "1.999 KWD"),
        (Money::new(-5, Currency::KWD), "-0.005 KWD"),
        (Money::new(i64::MIN, Currency::KWD), "-9223372036854775.808 KWD"),
    ];
    for (money, text) in texts {
        assert_eq!(money.to_string(), text);
    }
}

#[test]
fn a_decimal_has_the_digits_of_its_currency() {
    let good = [("19.99", Currency::EUR, 1999), ("-0.05", Currency::USD, -5), ("0", Currency::JPY, 0)];
    for (text, currency, amount) in good {
        assert_eq!(Money::from_decimal(text, currency), Ok(Money::new(amount, currency)));
    }
    for text in
        ["", "-", ".", "19", "19.", "19.9", "19.999", ".99", "+1.00", "1,00", "--1.00", "1.-1", "1e2", " 1.00", "١.00"]
    {
        assert_eq!(Money::from_decimal(text, Currency::EUR), Err(MoneyError::InvalidDecimal), "{text}");
    }
    for text in ["", "-", "1.", "1.0", "1.00"] {
        assert_eq!(Money::from_decimal(text, Currency::JPY), Err(MoneyError::InvalidDecimal), "{text}");
    }
    assert_eq!(Money::from_decimal("92233720368547758.08", Currency::EUR), Err(MoneyError::Overflow));
}

#[test]
fn the_json_of_money_is_minor_units_and_a_code_whatever_the_currency() {
    for currency in Currency::all() {
        let money = Money::new(-1999, currency);
        let json = json!({"amount": -1999, "currency": currency.as_str()});
        assert_eq!(serde_json::to_value(money).unwrap(), json);
        assert_eq!(serde_json::from_value::<Money>(json).unwrap(), money);
    }
    for currency in ["XAU", "XXX", "DEM", "EURO"] {
        assert!(serde_json::from_value::<Money>(json!({"amount": 1, "currency": currency})).is_err(), "{currency}");
    }
}

proptest! {
    #[test]
    fn every_amount_reads_back_from_its_decimal(amount in any::<i64>(), currency in any_currency()) {
        let money = Money::new(amount, currency);
        let decimal = money.to_decimal();
        prop_assert_eq!(Money::from_decimal(&decimal, currency), Ok(money));
        let decimals = decimal.split_once('.').map_or(0, |(_, minor)| minor.len());
        prop_assert_eq!(u32::try_from(decimals).unwrap(), currency.exponent());
    }

    #[test]
    fn text_is_refused_or_read_but_never_panics(text in "-?[0-9.]{0,24}|.{0,40}", currency in any_currency()) {
        if let Ok(money) = Money::from_decimal(&text, currency) {
            prop_assert_eq!(Money::from_decimal(&money.to_decimal(), currency), Ok(money));
        }
    }

    #[test]
    fn rounding_is_never_further_than_half_a_minor_unit(
        amount in -1_000_000_000i64..1_000_000_000, bp in 0u32..10_000, currency in any_currency(),
    ) {
        let rounded = Money::new(amount, currency).basis_points(bp).unwrap().amount;
        let exact = i128::from(amount) * i128::from(bp);
        prop_assert!((i128::from(rounded) * 10_000 - exact).abs() <= 5_000);
    }

    /// The minor unit is the smallest coin, so no digit of the price with tax is finer than the currency allows.
    #[test]
    fn a_price_times_quantity_plus_tax_stays_whole_minor_units(
        price in 1i64..1_000_000_000, quantity in 1u32..=999, bp in 0u32..=10_000,
        currency in proptest::sample::select(vec![Currency::JPY, Currency::EUR, Currency::KWD]),
    ) {
        let net = Money::new(price, currency).times(quantity).unwrap();
        let gross = net.plus(net.basis_points(bp).unwrap()).unwrap();
        prop_assert_eq!(Money::from_decimal(&gross.to_decimal(), currency), Ok(gross));
        // The same sums with the decimal point moved: the digits do not depend on where a currency puts it.
        let in_cents = Money::new(price, Currency::EUR).times(quantity).unwrap();
        let in_cents = in_cents.plus(in_cents.basis_points(bp).unwrap()).unwrap();
        prop_assert_eq!(gross.amount, in_cents.amount);
    }
}
