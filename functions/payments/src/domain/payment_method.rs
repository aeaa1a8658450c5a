//! The provider's token for a payment method. Refuses everything else, so a card number never reaches the table.

use serde::{Deserialize, Serialize};
use std::fmt;

/// In bytes.
const MAX_LENGTH: usize = 64;

/// A provider's token for a payment method: `pm_`, then letters, digits and underscores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PaymentMethod(String);

impl PaymentMethod {
    /// The token, if the text is one.
    pub fn parse(text: &str) -> Option<Self> {
        let name = text.strip_prefix("pm_")?;
        let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        (plain && !name.is_empty() && text.len() <= MAX_LENGTH).then(|| Self(text.to_owned()))
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
    fn only_provider_tokens_are_payment_methods() {
        assert!(PaymentMethod::parse("pm_card_visa").is_some());
        for other in ["4242424242424242", "pm_", "pm_4242 4242", "card_visa", "", &format!("pm_{}", "a".repeat(62))] {
            assert!(PaymentMethod::parse(other).is_none(), "{other}");
        }
    }
}
