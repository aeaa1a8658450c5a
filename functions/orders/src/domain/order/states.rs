//! The three fields that say how an order stands (DESIGN §4). They are part of the API.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where an order is on its road.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Accepted; stock is being held.
    Pending,
    /// Stock is held; waits for money until the deadline.
    AwaitingPayment,
    /// Stock and money are held; the goods will be sent.
    Confirmed,
    /// The customer called it off; the warehouse is asked whether the goods are still there.
    Canceling,
    /// Delivered and paid.
    Completed,
    /// Not enough stock.
    Rejected,
    /// Called off.
    Canceled,
    /// Not paid in time.
    Expired,
}

impl Status {
    /// Whether it never changes again.
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Completed | Self::Rejected | Self::Canceled | Self::Expired)
    }

    /// Whether it ended without the customer getting anything: nothing may be held for it.
    pub const fn is_void(self) -> bool {
        matches!(self, Self::Rejected | Self::Canceled | Self::Expired)
    }

    /// Whether time may run out for it.
    pub const fn is_unpaid(self) -> bool {
        matches!(self, Self::Pending | Self::AwaitingPayment)
    }
}

/// How the money stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentState {
    /// Nothing is known of it yet.
    None,
    /// The customer must confirm with the bank.
    RequiresAction,
    /// Declined; another means may be tried until the deadline.
    Declined,
    /// Held.
    Authorized,
    /// Taken.
    Captured,
    /// Could not be taken although the goods left.
    CaptureFailed,
    /// Let go.
    Voided,
    /// Some of it went back.
    PartiallyRefunded,
    /// All of it went back.
    Refunded,
}

impl PaymentState {
    /// Whether money was taken, whatever became of it.
    pub const fn is_captured(self) -> bool {
        matches!(self, Self::Captured | Self::PartiallyRefunded | Self::Refunded)
    }
}

/// How the goods stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FulfillmentState {
    /// No shipment.
    None,
    /// The shipment waits for dispatch.
    Created,
    /// Some of the goods left.
    PartiallyDispatched,
    /// The goods left.
    Dispatched,
    /// The goods arrived.
    Delivered,
    /// The goods came back.
    Returned,
}
