//! What happened, as a person is told of it; and in which language. Refuses words: those are each language's own.

use crate::domain::english;
use crate::domain::letter::Letter;
use events::inventory::MissingLine;
use events::orders::OrderNotice;
use events::{Contact, Money, Timestamp};

/// What happened to an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderEvent {
    /// It was accepted.
    Placed,
    /// Stock is held and money authorized.
    Confirmed,
    /// The money was declined.
    PaymentDeclined {
        /// Reason as a stable name.
        reason: String,
        /// Until when to pay.
        pay_until: Timestamp,
    },
    /// The bank wants the customer's consent.
    PaymentActionRequired {
        /// Where to give it.
        url: String,
        /// Until when.
        pay_until: Timestamp,
    },
    /// Not enough stock.
    Rejected {
        /// What fell short.
        missing: Vec<MissingLine>,
    },
    /// Not paid in time.
    Expired,
    /// Called off.
    Canceled,
    /// Too late to be called off.
    CancellationRefused,
    /// The goods left.
    Dispatched {
        /// Who carries them.
        carrier: String,
        /// The carrier's number for them.
        tracking_number: String,
    },
    /// The goods arrived.
    Delivered,
    /// Money went back.
    Refunded {
        /// How much this time.
        amount: Money,
    },
}

/// What a mail is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// Somebody signed up.
    Welcome(Contact),
    /// Something happened to an order.
    Order(OrderNotice, OrderEvent),
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
