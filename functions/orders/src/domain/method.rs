//! A provider's token for a means of payment. Refuses card numbers, which must never reach this shop.

use chassis::http::card_number::passes_luhn;

/// Characters in a token at most.
const LONGEST: usize = 64;

/// What was sent is no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoMethod {
    /// It contains a card number.
    #[error("card numbers are refused: send your payment provider's token")]
    CardNumber,
    /// It has other characters than a token has.
    #[error("must be 1 to 64 letters, digits and underscores")]
    Malformed,
}

/// The token, if it is one.
///
/// # Errors
/// If it is or contains a card number, or has not the form of a token.
pub fn parse_method(text: &str) -> Result<String, NoMethod> {
    if contains_card_number(text) {
        return Err(NoMethod::CardNumber);
    }
    let formed = (1..=LONGEST).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if formed { Ok(text.to_owned()) } else { Err(NoMethod::Malformed) }
}

/// Whether a run of 13 to 19 digits, however grouped, has a card number's check digit. What is sent here is meant to pay
/// with, so neither letters around the digits nor an unknown issuer make it any better.
fn contains_card_number(text: &str) -> bool {
    let grouped: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '_' | '.')).collect();
    grouped.split(|c: char| !c.is_ascii_digit()).any(|run| (13..=19).contains(&run.len()) && passes_luhn(run))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_pass() {
        for token in ["pm_card_visa", "pm_1MqLiJLkdIwHu7ixUEgbFdYF", "tok_4242424242424241", "x"] {
            assert_eq!(parse_method(token).as_deref(), Ok(token));
        }
    }

    #[test]
    fn card_numbers_are_refused_however_they_are_written() {
        for card in [
            "4242424242424242",
            "4242 4242 4242 4242",
            "pm_4242-4242-4242-4242",
            "378282246310005",
            "x4000056655665556y",
            "4222222222222",
            "9999999999999995",
        ] {
            assert_eq!(parse_method(card), Err(NoMethod::CardNumber), "{card}");
        }
    }

    #[test]
    fn anything_else_is_malformed() {
        for text in ["", "pm card", "pm-card", "pä", &"x".repeat(65)] {
            assert_eq!(parse_method(text), Err(NoMethod::Malformed), "{text}");
        }
    }
}
