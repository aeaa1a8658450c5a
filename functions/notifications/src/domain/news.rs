//! What happened, as a person is told of it; and in which language. Refuses words: those are each language's own.

use crate::domain::english;
use crate::domain::letter::Letter;
use events::Contact;
use events::orders::{OrderDetails, OrderEvent};

/// What a mail is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// Somebody signed up.
    Welcome(Contact),
    /// Something happened to an order.
    Order(OrderDetails, OrderEvent),
}

/// A language with its customs. Messages do not say yet which one a person prefers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Locale {
    /// English.
    #[default]
    English,
}

impl News {
    /// Whom to tell, if anybody.
    pub fn recipient(&self) -> Option<&Contact> {
        match self {
            Self::Welcome(contact) => Some(contact),
            Self::Order(order, _) => order.contact.as_ref(),
        }
    }

    /// The letter that tells it.
    pub fn letter(&self, locale: Locale) -> Letter {
        match locale {
            Locale::English => english::letter(self),
        }
    }
}
