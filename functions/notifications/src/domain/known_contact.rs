//! What is known of a user: where to write, by which name and in which language. Refuses to age: of two words about a user, that of the
//! higher version counts, in whatever order they come.

use events::{Contact, Email, Language};
use serde::{Deserialize, Serialize};

/// A user's version when they sign up.
pub const SIGNED_UP: u64 = 1;

/// How to reach a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownContact {
    pub email: Email,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// The version of the user who had it.
    pub user_version: u64,
    /// Number of writes so far.
    pub seq: u64,
}

impl KnownContact {
    /// What a message says.
    pub fn told(contact: Contact, language: Option<Language>, user_version: u64) -> Self {
        Self { email: contact.email, name: contact.name, language, user_version, seq: 1 }
    }

    /// What to write, if this is newer than what is known.
    pub fn over(self, known: Option<&Self>) -> Option<Self> {
        match known {
            None => Some(self),
            Some(known) if self.user_version > known.user_version => Some(Self { seq: known.seq + 1, ..self }),
            Some(_) => None,
        }
    }

    /// As messages have it.
    pub fn contact(&self) -> Contact {
        Contact { email: self.email.clone(), name: self.name.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_higher_version_of_a_user_counts_in_any_order_and_a_repeat_changes_nothing() {
        let told = |email: &str, version| {
            KnownContact::told(Contact { email: email.parse().unwrap(), name: None }, None, version)
        };
        let (first, second) = (told("ada@example.com", SIGNED_UP), told("countess@example.com", 2));
        assert_eq!(first.clone().over(None), Some(first.clone()));
        assert_eq!(second.clone().over(Some(&first)), Some(KnownContact { seq: 2, ..second.clone() }));
        assert_eq!(first.over(Some(&second)), None);
        assert_eq!(second.clone().over(Some(&second)), None);
    }
}
