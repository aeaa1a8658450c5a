//! What is known of a user: where to write, by which name and in which language; or that they were erased. Refuses to age: of two words
//! about a user, that of the higher version counts, in whatever order they come, and none counts after the erasure.

use events::{Contact, Email, Language, Timestamp};
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

/// Stands for somebody who was erased, so that no late message brings them back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasedPerson {
    pub erased_at: Timestamp,
    /// Number of writes so far.
    pub seq: u64,
}

/// A user, as far as this capability knows one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Person {
    Erased(ErasedPerson),
    Known(KnownContact),
}

impl Person {
    /// Number of writes so far.
    pub const fn seq(&self) -> u64 {
        match self {
            Self::Erased(erased) => erased.seq,
            Self::Known(known) => known.seq,
        }
    }

    /// How to reach them, if they were not erased.
    pub const fn contact(&self) -> Option<&KnownContact> {
        match self {
            Self::Erased(_) => None,
            Self::Known(known) => Some(known),
        }
    }

    /// What to write when somebody is erased, whether or not they were known; `None` if they were erased before.
    pub fn erased(known: Option<&Self>, now: Timestamp) -> Option<Self> {
        match known {
            Some(Self::Erased(_)) => None,
            known => Some(Self::Erased(ErasedPerson { erased_at: now, seq: known.map_or(1, |known| known.seq() + 1) })),
        }
    }
}

impl KnownContact {
    /// What a message says.
    pub fn told(contact: Contact, language: Option<Language>, user_version: u64) -> Self {
        Self { email: contact.email, name: contact.name, language, user_version, seq: 1 }
    }

    /// What to write, if this is newer than what is known.
    pub fn over(self, known: Option<&Person>) -> Option<Self> {
        match known {
            None => Some(self),
            Some(Person::Known(known)) if self.user_version > known.user_version => {
                Some(Self { seq: known.seq + 1, ..self })
            }
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
        let known = |contact: &KnownContact| Person::Known(contact.clone());
        assert_eq!(second.clone().over(Some(&known(&first))), Some(KnownContact { seq: 2, ..second.clone() }));
        assert_eq!(first.over(Some(&known(&second))), None);
        assert_eq!(second.clone().over(Some(&known(&second))), None);
    }

    #[test]
    fn nothing_that_is_told_of_an_erased_person_counts_and_they_are_erased_once() {
        let contact = Contact { email: "ada@example.com".parse().unwrap(), name: None };
        let told = KnownContact::told(contact, None, 9);
        let erased = Person::erased(Some(&Person::Known(told.clone())), Timestamp::default()).unwrap();
        assert_eq!((erased.seq(), erased.contact()), (2, None));
        assert_eq!(told.clone().over(Some(&erased)), None);
        assert_eq!(Person::erased(Some(&erased), Timestamp::default()), None);
        assert_eq!(Person::erased(None, Timestamp::default()).unwrap().seq(), 1);
        for person in [erased, Person::Known(told)] {
            let kept = serde_json::to_value(&person).unwrap();
            assert_eq!(serde_json::from_value::<Person>(kept).unwrap(), person);
        }
    }
}
