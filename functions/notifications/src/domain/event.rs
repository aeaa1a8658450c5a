//! Events that a person is notified of. Refuses words, which belong to each language.

use events::Contact;
use events::orders::{OrderDetails, OrderEvent};

/// An event that a person is notified of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    UserRegistered(Contact),
    Order(OrderDetails, OrderEvent),
}

impl Event {
    /// The person to notify, if the message names one.
    pub fn recipient(&self) -> Option<&Contact> {
        match self {
            Self::UserRegistered(contact) => Some(contact),
            Self::Order(order, _) => order.contact.as_ref(),
        }
    }
}
