//! The inputs of an order: replies and events of other capabilities, requests, the clock.

use super::order::Tracking;
use events::ids::UserId;
use events::inventory::MissingLine;
use events::payments::{CALLED_OFF, EARLIER_PAYMENT_WAITS, Operation};
use events::{Capability, Money, Timestamp};

/// An input of an order. Most have the names of the messages that bring them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    StockReserved,
    StockRejected {
        missing: Vec<MissingLine>,
    },
    ReservationCommitted,
    ReservationReleased,
    PaymentAuthorized {
        attempt: u32,
        amount: Money,
        /// The provider releases the money at this time.
        capture_before: Option<Timestamp>,
    },
    PaymentDeclined {
        attempt: u32,
        reason: String,
    },
    PaymentActionRequired {
        attempt: u32,
        url: String,
    },
    PaymentCaptured {
        amount: Money,
    },
    PaymentVoided,
    PaymentRefunded {
        amount: Money,
        total_refunded: Money,
    },
    PaymentFailed {
        operation: Operation,
        attempt: u32,
        reason: String,
    },
    ShipmentCreated,
    ShipmentDispatched {
        tracking: Tracking,
        /// Number of the shipment's transition; 0 if the message does not say.
        seq: u64,
    },
    /// Staff corrected the tracking of goods that left.
    TrackingCorrected {
        tracking: Tracking,
        /// Number of the shipment's transition.
        seq: u64,
    },
    /// Staff say that the goods never left.
    RetractionRequested {
        /// Number of the shipment's transition, by which the request is answered.
        request: u64,
    },
    DispatchRetracted,
    ShipmentDelivered,
    ShipmentCanceled,
    CancelRefused,
    DeadlineDue,
    /// The hold on the money is about to end.
    AuthorizationLapses,
    /// The carrier has said nothing for as long as the shop waits.
    DeliveryAssumed,
    /// The customer tries another payment method.
    PayAgain {
        method: String,
        /// The `Idempotency-Key` of the request.
        key: Option<String>,
    },
    /// The customer cancels the order.
    Cancel,
    /// A failed capture or void is to be tried again.
    Retry,
    /// Staff end a guest's token and ask for another.
    ReplaceGuestToken,
    /// The buyer wants to be forgotten.
    Erase {
        /// By this order alone, which counts for no account.
        by_guest: bool,
    },
    /// Somebody keeps nothing personal of the order any more.
    DataErased {
        by: Capability,
    },
    /// A customer has shown to read the mailbox of the guest who placed the order.
    Claim {
        customer: UserId,
    },
}

impl Input {
    /// The attempt to pay whose card the bank declined. Where the bank was not asked, nobody learned anything about a card.
    pub fn declined_attempt(&self) -> Option<u32> {
        match self {
            Self::PaymentDeclined { attempt, reason } => {
                let was_asked = ![CALLED_OFF, EARLIER_PAYMENT_WAITS].contains(&reason.as_str());
                was_asked.then_some(*attempt)
            }
            _ => None,
        }
    }
}
