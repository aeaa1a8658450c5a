//! Amounts and dates as readers of a language write them. Refuses time zones: instants are in UTC.

use crate::locale::Locale;
use crate::words::{Phrase, Words};
use events::money::MoneyError;
use events::{Currency, Money, Timestamp};
use time::{Duration, OffsetDateTime};

/// Keeps a number and its unit on one line.
const NO_BREAK_SPACE: char = '\u{a0}';
/// The sign that screen readers say; many pass over a hyphen.
const MINUS: &str = "\u{2212}";

/// An amount with its currency, such as `€1,234.50` or `1.234,50 €`.
pub fn money(locale: Locale, amount: Money) -> String {
    let decimal = amount.to_decimal();
    let (sign, digits) = decimal.strip_prefix('-').map_or(("", decimal.as_str()), |digits| (MINUS, digits));
    let point = match locale {
        Locale::En => '.',
        Locale::De => ',',
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let mut number = grouped(whole, separator(locale));
    if !part.is_empty() {
        number.push(point);
        number.push_str(part);
    }
    let code = amount.currency.as_str();
    match (locale, symbol(code)) {
        (Locale::En, Some(symbol)) => format!("{sign}{symbol}{number}"),
        (Locale::En, None) => format!("{sign}{code}{NO_BREAK_SPACE}{number}"),
        (Locale::De, symbol) => format!("{sign}{number}{NO_BREAK_SPACE}{}", symbol.unwrap_or(code)),
    }
}

/// An amount as somebody types it into a field: without a currency or groups of digits.
pub(crate) fn decimal(locale: Locale, amount: Money) -> String {
    match locale {
        Locale::En => amount.to_decimal(),
        Locale::De => amount.to_decimal().replace('.', ","),
    }
}

/// The amount that somebody typed in units of the currency: `12`, `12.3`, `12.34` or `12,34` euros, whatever the language. A point or a
/// comma stands before the part of a unit and never between groups of digits: `1,234` could be either, so what has more digits than
/// the currency is refused.
///
/// # Errors
/// Text of another form, or an amount that does not fit.
pub fn typed_money(text: &str, currency: Currency) -> Result<Money, MoneyError> {
    typed_decimal(text, currency.exponent()).map(|amount| Money::new(amount, currency))
}

/// The number that somebody typed with up to so many decimals, as a count of the smallest part that they can say: `7.5` with two decimals is
/// 750. It is read as an amount is.
///
/// # Errors
/// Text of another form, or a number that does not fit.
pub fn typed_decimal(text: &str, decimals: u32) -> Result<i64, MoneyError> {
    let decimals = usize::try_from(decimals).unwrap_or_default();
    let (whole, part) = match text.trim().split_once(['.', ',']) {
        Some((_, "")) => return Err(MoneyError::InvalidDecimal),
        Some((whole, part)) => (whole, part),
        None => (text.trim(), ""),
    };
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if digits.is_empty() || part.len() > decimals || !is_digits(digits) || !is_digits(part) {
        return Err(MoneyError::InvalidDecimal);
    }
    format!("{whole}{part:0<decimals$}").parse().map_err(|_| MoneyError::Overflow)
}

/// The sign of a currency that is no other's in Europe.
fn symbol(code: &str) -> Option<&'static str> {
    match code {
        "EUR" => Some("€"),
        "USD" => Some("$"),
        "GBP" => Some("£"),
        "JPY" => Some("¥"),
        _ => None,
    }
}

/// A whole number, such as `1,234` or `1.234`.
pub(crate) fn number(locale: Locale, number: u64) -> String {
    grouped(&number.to_string(), separator(locale))
}

const fn separator(locale: Locale) -> char {
    match locale {
        Locale::En => ',',
        Locale::De => '.',
    }
}

/// Digits in groups of three.
fn grouped(digits: &str, separator: char) -> String {
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// A day, such as `30 November 2026` or `30. November 2026`.
pub(crate) fn day(locale: Locale, at: Timestamp) -> String {
    written_day(locale, utc(at)).to_string()
}

/// An instant, such as `30 November 2026, 11:14 UTC` or `30. November 2026, 11:14 Uhr (UTC)`.
pub fn instant(locale: Locale, at: Timestamp) -> String {
    let at = utc(at);
    let time = format!("{:02}:{:02}", at.hour(), at.minute());
    let words = &Words::of(locale).dates;
    words.instant.with("day", written_day(locale, at)).with("time", time).to_string()
}

fn written_day(locale: Locale, at: OffsetDateTime) -> Phrase {
    let words = &Words::of(locale).dates;
    let mut months = words.months.iter().skip(usize::from(u8::from(at.month())) - 1);
    let month = months.next().map(ToString::to_string).unwrap_or_default();
    words.day.with("day", at.day()).with("month", month).with("year", at.year())
}

fn utc(at: Timestamp) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH.saturating_add(Duration::milliseconds(at.millis()))
}

#[cfg(test)]
mod tests;
