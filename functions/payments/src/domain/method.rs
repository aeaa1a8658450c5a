//! The means of payment as the provider names it. Refuses everything else, so that a card number never reaches our table.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The longest name that is taken.
const MAX_LENGTH: usize = 64;

/// A provider's token for a means of payment: `pm_` and then letters, digits and underscores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Method(String);

impl Method {
    /// The token, if the text is one.
    pub fn parse(text: &str) -> Option<Self> {
        let name = text.strip_prefix("pm_")?;
        let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        (plain && !name.is_empty() && text.len() <= MAX_LENGTH).then(|| Self(text.to_owned()))
    }

    /// The token's text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_provider_tokens_are_methods() {
        assert!(Method::parse("pm_card_visa").is_some());
        for other in ["4242424242424242", "pm_", "pm_4242 4242", "card_visa", "", &format!("pm_{}", "a".repeat(62))] {
            assert!(Method::parse(other).is_none(), "{other}");
        }
    }
}
