//! Email addresses and names, checked and normalized. Refuses to know whether an address receives mail.

use events::text::normalized;
use serde::{Deserialize, Serialize};
use std::str::FromStr;

/// Bytes: the longest path of RFC 5321 §4.5.3.1.3 without its angle brackets.
const MAX_EMAIL: usize = 254;
/// Characters.
const MAX_NAME: usize = 200;

/// A normalized email address: trimmed, in lower case and in Normalization Form C, so that a mailbox has one user.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

/// The text is not an email address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an email address of at most 254 bytes, such as ada@example.com")]
pub struct InvalidEmail;

impl Email {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Email {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Email(…)")
    }
}

impl FromStr for Email {
    type Err = InvalidEmail;
    fn from_str(text: &str) -> Result<Self, InvalidEmail> {
        let email = normalized(&text.trim().to_lowercase()).into_owned();
        // These would need quoting, or make one field several recipients.
        let odd = |c: char| c.is_whitespace() || c.is_control() || "<>()[],;:\\\"".contains(c);
        let (local, domain) = email.split_once('@').ok_or(InvalidEmail)?;
        let labels_fine = domain.contains('.') && domain.split('.').all(|label| !label.is_empty());
        if email.len() > MAX_EMAIL || local.is_empty() || domain.contains('@') || !labels_fine || email.contains(odd) {
            return Err(InvalidEmail);
        }
        Ok(Self(email))
    }
}

/// 1 to 200 characters, trimmed, on one line.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonName(String);

/// The text is not a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 200 characters on one line")]
pub struct InvalidName;

impl PersonName {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for PersonName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PersonName(…)")
    }
}

impl FromStr for PersonName {
    type Err = InvalidName;
    fn from_str(text: &str) -> Result<Self, InvalidName> {
        let name = text.trim();
        if !(1..=MAX_NAME).contains(&name.chars().count()) || name.contains(char::is_control) {
            return Err(InvalidName);
        }
        Ok(Self(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn spelling_and_space_do_not_make_another_mailbox() {
        let email: Email = " Ada.Lovelace@Example.COM\t".parse().unwrap();
        assert_eq!(email.as_str(), "ada.lovelace@example.com");
        assert_eq!("Zoe\u{308}@example.com".parse::<Email>(), "zoë@example.com".parse());
    }

    #[test]
    fn what_is_no_mailbox_is_refused() {
        let long = format!("{}@example.com", "a".repeat(243));
        for bad in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@example",
            "ada@.com",
            "ada@example.",
            "ada@exa..mple.com",
            "ada@lovelace@example.com",
            "ada lovelace@example.com",
            "ada@example.com,eve@example.com",
            "ada\n@example.com",
            "<ada@example.com>",
            &long,
        ] {
            assert!(bad.parse::<Email>().is_err(), "{bad:?}");
        }
        assert!(long[1..].parse::<Email>().is_ok(), "254 bytes are allowed");
    }

    #[test]
    fn a_name_is_trimmed_bounded_and_on_one_line() {
        assert_eq!(" Ada Ω ".parse::<PersonName>().unwrap().as_str(), "Ada Ω");
        assert!("Ω".repeat(200).parse::<PersonName>().is_ok());
        for bad in [String::new(), "  ".to_owned(), "Ω".repeat(201), "Ada\nEve".to_owned()] {
            assert!(bad.parse::<PersonName>().is_err(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn normalizing_twice_changes_nothing(text in "\\PC{0,12}@\\PC{0,12}\\.\\PC{0,4}") {
            if let Ok(email) = text.parse::<Email>() {
                prop_assert_eq!(email.as_str().parse::<Email>().unwrap(), email);
            }
        }
    }
}
