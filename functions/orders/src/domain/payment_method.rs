//! The provider's token for a payment method. Refuses card numbers, which must never reach this shop.

use chassis::http::card_number::passes_luhn;

/// Most characters of a token.
const MAX_LENGTH: usize = 64;

/// Why a text is no token for a payment method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPaymentMethod {
    #[error("card numbers are refused: send your payment provider's token")]
    CardNumber,
    #[error("must be 1 to 64 letters, digits and underscores")]
    Malformed,
}

/// Checks that a text has the form of a token.
///
/// # Errors
/// If it contains a card number or has another form.
pub fn parse_payment_method(text: &str) -> Result<String, InvalidPaymentMethod> {
    if contains_card_number(text) {
        return Err(InvalidPaymentMethod::CardNumber);
    }
    let formed = (1..=MAX_LENGTH).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if formed { Ok(text.to_owned()) } else { Err(InvalidPaymentMethod::Malformed) }
}

/// Whether 13 to 19 digits in a row, grouped in any way, have a card number's check digit. The text is meant to pay with, so
/// letters around the digits or an unknown issuer are no excuse.
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
            assert_eq!(parse_payment_method(token).as_deref(), Ok(token));
        }
    }

    #[test]
    fn card_numbers_are_refused_in_every_notation() {
        for card in [
            "4242424242424242",
            "4242 4242 4242 4242",
            "pm_4242-4242-4242-4242",
            "378282246310005",
            "x4000056655665556y",
            "4222222222222",
            "9999999999999995",
        ] {
            assert_eq!(parse_payment_method(card), Err(InvalidPaymentMethod::CardNumber), "{card}");
        }
    }

    #[test]
    fn anything_else_is_malformed() {
        for text in ["", "pm card", "pm-card", "pä", &"x".repeat(65)] {
            assert_eq!(parse_payment_method(text), Err(InvalidPaymentMethod::Malformed), "{text}");
        }
    }
}
