//! Which users staff look for. Refuses more than one way at once: an address has one user, and the beginning of a name has a list.

use super::person_name::NameStart;
use events::Email;

#[derive(Debug, Clone)]
pub enum Search {
    /// Everybody, newest first.
    All,
    /// The user with this address.
    Email(Email),
    /// Users whose names begin so, in the order of their names.
    Name(NameStart),
}

impl Search {
    /// The list that cursors are of.
    pub fn list(&self) -> String {
        match self {
            Self::All => "users".to_owned(),
            Self::Email(email) => format!("users with {}", email.as_str()),
            Self::Name(start) => format!("users named {}", start.as_str()),
        }
    }
}
