//! The provider's token for a payment method. Refuses card numbers, so that none reaches the table, and to know any
//! provider's own form: its adapter declines what it does not know.

use chassis::http::card_number::is_hidden_in;
use serde::{Deserialize, Serialize};
use std::fmt;

/// In bytes.
const MAX_LENGTH: usize = 255;

/// A provider's token for a payment method: visible ASCII without blanks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PaymentMethod(String);

impl PaymentMethod {
    /// The token, if the text may be one.
    pub fn parse(text: &str) -> Option<Self> {
        let formed = (1..=MAX_LENGTH).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        (formed && !is_hidden_in(text)).then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PaymentMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_of_any_provider_are_payment_methods_and_card_numbers_are_not() {
        for token in ["pm_card_visa", "cnon:CBASEIUwUf7V", "354d11b4-6c6c-0b1d", &"a".repeat(255)] {
            assert!(PaymentMethod::parse(token).is_some(), "{token}");
        }
        for other in ["4242424242424242", "x:4242/4242/4242/4242", "pm_4242 4242", "", "pä", &"a".repeat(256)] {
            assert!(PaymentMethod::parse(other).is_none(), "{other}");
        }
    }
}
