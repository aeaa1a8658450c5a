//! The three states of an order. They are part of the API, which fixes their names.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The order's progress from placed to completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "OrderStatus")]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Accepted; stock is being reserved.
    Pending,
    /// Stock is reserved; the order waits for the payment until the deadline.
    AwaitingPayment,
    /// Stock is held, and the money if there is something to pay; the goods will be sent.
    Confirmed,
    /// The order is being canceled: `shipping` was asked to cancel the shipment.
    Canceling,
    /// Paid, if there was something to pay, and delivered, or dispatched so long ago that it counts as delivered.
    Completed,
    /// There was not enough stock.
    Rejected,
    /// Canceled before the goods left.
    Canceled,
    /// Not paid in time.
    Expired,
}

impl Status {
    /// Whether the status never changes again.
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Completed | Self::Rejected | Self::Canceled | Self::Expired)
    }

    /// Whether the order ended without goods for the customer: nothing may be held for it.
    pub const fn is_void(self) -> bool {
        matches!(self, Self::Rejected | Self::Canceled | Self::Expired)
    }

    /// Whether the order may expire.
    pub const fn is_unpaid(self) -> bool {
        matches!(self, Self::Pending | Self::AwaitingPayment)
    }
}

/// The state of the payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentState {
    /// No result yet, or nothing to pay.
    None,
    /// The customer must confirm the payment with the bank.
    RequiresAction,
    /// Declined; another payment method may be tried until the deadline.
    Declined,
    /// The money is held.
    Authorized,
    /// The money is taken.
    Captured,
    /// The goods left, but the money could not be taken.
    CaptureFailed,
    /// No money is held, or ever will be.
    Voided,
    /// Some of the money was given back.
    PartiallyRefunded,
    /// All of the money was given back.
    Refunded,
}

impl PaymentState {
    /// Whether money was taken, refunded or not.
    pub const fn is_captured(self) -> bool {
        matches!(self, Self::Captured | Self::PartiallyRefunded | Self::Refunded)
    }
}

/// The state of the delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FulfillmentState {
    /// There is no shipment.
    None,
    /// The shipment waits for dispatch.
    Created,
    /// The goods left.
    Dispatched,
    /// The goods arrived.
    Delivered,
}

impl FulfillmentState {
    /// Whether goods left the warehouse, as far as is known here.
    pub const fn has_left(self) -> bool {
        !matches!(self, Self::None | Self::Created)
    }
}
