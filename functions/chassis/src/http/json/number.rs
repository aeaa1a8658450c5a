//! Numbers by their digits. JSON Schema calls every number without a fraction an integer (2020-12, §4.2.3), so `2`, `2.0` and `2e0` are
//! the same one. Refuses floating point: what a client wrote is never rounded.

use super::Value;

/// More digits than 64 bits hold.
const MAX_DIGITS: usize = 20;

/// A number as JSON writes it.
pub(super) fn read(text: &str) -> Value {
    let Some(number) = integer(text) else { return Value::Number(text.to_owned()) };
    let natural = u64::try_from(number).map(Value::Natural);
    natural.or_else(|_| i64::try_from(number).map(Value::Negative)).unwrap_or_else(|_| Value::Number(text.to_owned()))
}

/// The integer that a number is, if it is one of up to 20 digits.
fn integer(text: &str) -> Option<i128> {
    let (sign, unsigned) = text.strip_prefix('-').map_or(("", text), |unsigned| ("-", unsigned));
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_end_matches('0');
    if significant.is_empty() {
        return Some(0);
    }
    let dropped = i64::try_from(digits.len() - significant.len()).ok()?;
    let shift = exponent.parse::<i64>().ok()?.checked_add(dropped)?.checked_sub(i64::try_from(fraction.len()).ok()?)?;
    let zeros = usize::try_from(shift).ok().filter(|zeros| *zeros <= MAX_DIGITS)?;
    let significant = significant.trim_start_matches('0');
    if significant.len() > MAX_DIGITS {
        return None;
    }
    format!("{sign}{significant}{}", "0".repeat(zeros)).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_integer_may_be_written_with_a_point_or_an_exponent() {
        for (text, number) in [
            ("2.0", 2),
            ("2e0", 2),
            ("1e2", 100),
            ("1E+2", 100),
            ("-0", 0),
            ("0.0e999999999999999999999", 0),
            ("1.50e1", 15),
            ("1500e-2", 15),
            ("-2.0", -2),
            ("18446744073709551615", u64::MAX.into()),
            ("-9223372036854775808.000", i64::MIN.into()),
        ] {
            assert_eq!(integer(text), Some(number), "{text}");
        }
    }

    #[test]
    fn what_has_a_fraction_or_more_than_64_bits_stays_as_it_was_written() {
        for text in [
            "2.5",
            "1.9999999999999999999",
            "1e-1",
            "18446744073709551616",
            "-9223372036854775809",
            "1e300",
            "1e99999999999999999999",
            "1e-99999999999999999999",
        ] {
            assert!(matches!(read(text), Value::Number(kept) if kept == text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn an_integer_is_itself_wherever_its_point_is(number: i64, places in 0usize..30) {
            let (sign, digits) = if number < 0 { ("-", number.unsigned_abs()) } else { ("", number.unsigned_abs()) };
            let digits = format!("{digits:0>width$}", width = places + 1);
            let (whole, fraction) = digits.split_at(digits.len() - places);
            let point = if places == 0 { "" } else { "." };
            // JSON knows no leading zeros, and none are here but that of the whole.
            let whole = whole.trim_start_matches('0');
            let whole = if whole.is_empty() { "0" } else { whole };
            prop_assert_eq!(integer(&format!("{sign}{whole}{point}{fraction}e{places}")), Some(number.into()));
        }
    }
}
