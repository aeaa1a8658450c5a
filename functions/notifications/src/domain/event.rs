//! Events that a person is notified of. Refuses words, which belong to each language.

use events::ids::UserId;
use events::orders::{OrderDetails, OrderEvent};
use events::{Contact, Timestamp};

/// An event that a person is notified of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    UserRegistered(Contact),
    Order(OrderDetails, OrderEvent),
}

impl Event {
    /// The person to notify, if the message names one.
    pub fn contact(&self) -> Option<&Contact> {
        match self {
            Self::UserRegistered(contact) => Some(contact),
            Self::Order(order, _) => order.contact.as_ref(),
        }
    }

    /// The user whom it is about; none for a guest's order.
    pub fn user(&self) -> Option<UserId> {
        match self {
            Self::UserRegistered(_) => None,
            Self::Order(order, _) => order.customer,
        }
    }

    /// The time from which an email about it would mislead: it asks for a payment by then.
    pub const fn ends_at(&self) -> Option<Timestamp> {
        match self {
            Self::Order(
                _,
                OrderEvent::PaymentDeclined { pay_until, .. } | OrderEvent::PaymentActionRequired { pay_until, .. },
            ) => Some(*pay_until),
            Self::Order(..) | Self::UserRegistered(_) => None,
        }
    }

    /// The same without the token that opens a guest's order.
    #[must_use]
    pub fn without_token(&self) -> Self {
        match self.clone() {
            Self::Order(order, event) => Self::Order(OrderDetails { guest_token: None, ..order }, event),
            registered @ Self::UserRegistered(_) => registered,
        }
    }
}
