//! Finds card numbers in text. Systems that store, process or transmit one fall under PCI DSS, so none gets past the
//! edge. Refuses to judge by the check digit alone: products, parcels and phones have long numbers too.

use super::problem::Problem;
use events::text::{ascii_digit, unmarked};
use std::ops::RangeInclusive;

/// Digits of each group, as cards print them.
const GROUPINGS: [&[usize]; 4] = [&[4, 4, 4, 4], &[4, 4, 4, 4, 3], &[4, 6, 5], &[4, 6, 4]];

/// First four digits that issuers use, and lengths of their numbers. Ranges that are no longer issued and would match
/// other numbers are left out: Visa's 13 digits are also every German article number (EAN), Maestro's 12 to 15 are
/// those of parcels. Telephone numbers have up to 15 digits; those of the countries +30, +34 and +36 to +39 have fewer.
const ISSUED: [(RangeInclusive<u16>, RangeInclusive<usize>); 20] = [
    (4000..=4999, 16..=19), // Visa
    (2221..=2720, 16..=16), // Mastercard
    (5100..=5599, 16..=16),
    (3400..=3499, 15..=15), // American Express
    (3700..=3799, 15..=15),
    (3000..=3059, 14..=14), // Diners Club
    (3095..=3095, 14..=14),
    (3600..=3699, 14..=14),
    (3800..=3999, 14..=14),
    (3528..=3589, 16..=19), // JCB
    (6440..=6599, 16..=19), // Discover
    (6000..=6099, 16..=19), // Discover, RuPay
    (5080..=5089, 16..=16), // RuPay
    (8100..=8299, 16..=19), // RuPay, UnionPay
    (6200..=6299, 16..=19), // UnionPay
    (2200..=2204, 16..=19), // Mir
    (5018..=5038, 16..=19), // Maestro
    (5893..=5893, 16..=19),
    (6304..=6304, 16..=19),
    (6759..=6763, 16..=19),
];

/// Whether a text holds a card number of its own, in one piece or grouped as on a card. Digits inside a longer word
/// belong to a token or an id. Digits of any script are digits, with marks and invisible characters between them too.
pub fn is_in(text: &str) -> bool {
    let text: String = unmarked(text).map(ascii_digit).collect();
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let grouped = |start: usize| {
        GROUPINGS.iter().any(|grouping| {
            let groups = words.get(start..start + grouping.len()).unwrap_or_default();
            groups.iter().map(|group| group.len()).eq(grouping.iter().copied()) && is_card_number(&groups.concat())
        })
    };
    words.iter().enumerate().any(|(start, word)| is_card_number(word) || grouped(start))
}

/// Whether a text is a card number: digits of a known issuer with the right check digit (ISO/IEC 7812-1).
pub fn is_card_number(text: &str) -> bool {
    let issuer = text.get(..4).and_then(|first| first.parse().ok());
    let issued =
        |first: u16| ISSUED.iter().any(|(firsts, length)| firsts.contains(&first) && length.contains(&text.len()));
    text.bytes().all(|byte| byte.is_ascii_digit()) && issuer.is_some_and(issued) && passes_luhn(text)
}

/// Whether digits in a row, grouped by anything but letters, are a card number. For a text that is meant to pay with: letters
/// around the digits are no excuse there, nor is another script, and Visa's old 13 digits are no article's. Digits that no issuer
/// uses are a provider's id, as in a UUID.
pub fn is_hidden_in(text: &str) -> bool {
    let grouped: String = unmarked(text).filter(|c| c.is_alphanumeric()).map(ascii_digit).collect();
    let is_old = |run: &str| run.len() == 13 && run.starts_with('4') && passes_luhn(run);
    grouped.split(|c: char| !c.is_ascii_digit()).any(|run| is_card_number(run) || is_old(run))
}

/// 422: a card number was sent. The problem says where, in a `field` of the body or a `parameter`, and does not repeat it.
pub(crate) fn refused(member: &str, place: &str) -> Problem {
    Problem::new(422, "card_number_refused", "Never send card numbers: send your payment provider's token.")
        .with(member, place)
}

/// Whether the last digit is the check digit of the others (ISO/IEC 7812-1 annex B).
fn passes_luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .map(|byte| u32::from(byte.wrapping_sub(b'0')))
        .enumerate()
        .map(|(place, digit)| match (place % 2, digit) {
            (0, digit) => digit,
            (_, digit) if digit < 5 => digit * 2,
            (_, digit) => digit * 2 - 9,
        })
        .sum();
    sum.is_multiple_of(10)
}
