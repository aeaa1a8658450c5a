//! The provider's token for a payment method. Refuses card numbers, which must never reach this shop, and to know any
//! provider's own form: `payments` asks the provider, which declines what it does not know.

use chassis::http::card_number::is_hidden_in;

/// Most characters of a token: more than any provider's have.
const MAX_LENGTH: usize = 255;

/// Why a text is no token for a payment method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPaymentMethod {
    #[error("card numbers are refused: send your payment provider's token")]
    CardNumber,
    #[error("must be 1 to 255 visible ASCII characters without blanks")]
    Malformed,
}

/// Checks that a text has the form of a token.
///
/// # Errors
/// If it contains a card number or has another form.
pub fn parse_payment_method(text: &str) -> Result<String, InvalidPaymentMethod> {
    if is_hidden_in(text) {
        return Err(InvalidPaymentMethod::CardNumber);
    }
    let formed = (1..=MAX_LENGTH).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    if formed { Ok(text.to_owned()) } else { Err(InvalidPaymentMethod::Malformed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_of_any_provider_pass() {
        let long = "x".repeat(255);
        for token in [
            "pm_card_visa",
            "pm_1MqLiJLkdIwHu7ixUEgbFdYF",
            "tok_4242424242424241",
            "cnon:CBASEIUwUf7V",
            "354d11b4-6c6c-0b1d",
            "fake-valid-nonce",
            "9999999999999995",
            "c0ffee12-3456-7890-1234-500000000000",
            "eyJh.eyJp/+=",
            "x",
            &long,
        ] {
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
            "4242/4242/4242/4242",
            "cnon:4242:4242:4242:4242",
        ] {
            assert_eq!(parse_payment_method(card), Err(InvalidPaymentMethod::CardNumber), "{card}");
        }
    }

    #[test]
    fn anything_else_is_malformed() {
        for text in ["", "pm card", "pm\tcard", "pm\u{7f}", "pä", &"x".repeat(256)] {
            assert_eq!(parse_payment_method(text), Err(InvalidPaymentMethod::Malformed), "{text}");
        }
    }
}
