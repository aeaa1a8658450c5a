//! The languages of emails.

use super::email::Email;
use super::english;
use super::event::Event;

/// A language with its customs. Messages do not name a person's preference yet.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Locale {
    #[default]
    English,
}

impl Locale {
    /// The email about an event in the shop of that name at `public_url`.
    pub fn email(self, event: &Event, shop: &str, public_url: &str) -> Email {
        match self {
            Self::English => english::email(event, shop, public_url),
        }
    }
}
