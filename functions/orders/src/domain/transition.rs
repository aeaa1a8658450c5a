//! A transition: the effect of an input on an order. Refuses to decide one, which [`super::saga`] does.

use super::effect::Effect;
use super::states::{FulfillmentState, PaymentState, Status};
use chassis::table::WantedBy;
use events::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The kind of a transition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "OrderTransitionKind")]
#[serde(rename_all = "snake_case")]
pub enum TransitionKind {
    /// The order was accepted.
    Placed,
    /// The stock is reserved.
    StockReserved,
    /// There was not enough stock.
    StockRejected,
    /// The reserved stock is sold.
    ReservationCommitted,
    /// The stock was given back.
    ReservationReleased,
    /// The money is held.
    PaymentAuthorized,
    /// The payment was declined.
    PaymentDeclined,
    /// The customer must confirm the payment with the bank.
    PaymentActionRequired,
    /// The customer tried another payment method.
    PaymentRetried,
    /// The customer asked again for the payment that is under way.
    PaymentRepeated,
    /// The money is taken.
    PaymentCaptured,
    /// The money could not be taken.
    CaptureFailed,
    /// A failed capture or void is tried again.
    OperationRetried,
    /// The hold on the money was released.
    PaymentVoided,
    /// The hold on the money could not be released.
    VoidFailed,
    /// Money was given back.
    PaymentRefunded,
    /// Money could not be given back.
    RefundFailed,
    /// The shipment waits for dispatch.
    ShipmentCreated,
    /// The goods left.
    ShipmentDispatched,
    /// The goods arrived.
    ShipmentDelivered,
    /// The shipment was canceled; the goods stay.
    ShipmentCanceled,
    /// The shipment could not be canceled: the goods had left.
    CancelRefused,
    /// The carrier or the tracking number was corrected.
    TrackingCorrected,
    /// Staff say that the goods never left, and want the dispatch taken back.
    RetractionRequested,
    /// The dispatch was taken back: the shipment waits for dispatch again.
    DispatchRetracted,
    /// The customer, or staff, canceled the order.
    CancellationRequested,
    /// The order was not paid in time.
    DeadlinePassed,
    /// The goods did not leave before the hold on the money ends: the order is canceled.
    AuthorizationLapsed,
    /// The carrier said nothing for so long after the dispatch that the order is completed.
    DeliveryAssumed,
    /// A success that came after the order's end was compensated.
    Compensated,
    /// Staff gave the guest another token; those before open the order no more.
    GuestTokenReplaced,
    /// A customer who has the guest's address took the order over.
    Claimed,
    /// The buyer wants to be forgotten, and will be when the order ends.
    ErasureRequested,
    /// The order forgot its buyer, and everybody who keeps something personal of it was asked to.
    Erased,
    /// Somebody who was asked keeps nothing personal any more.
    ErasureAnswered,
}

impl TransitionKind {
    /// Whether a request made the transition. Only the table's stream remembers what follows from it, and no queue does. A claim and an
    /// erasure may come by a message, too; they must not part the requests before it from those after it.
    pub const fn is_requested(self) -> bool {
        matches!(
            self,
            Self::Placed
                | Self::PaymentRetried
                | Self::PaymentRepeated
                | Self::CancellationRequested
                | Self::GuestTokenReplaced
                | Self::Claimed
                | Self::ErasureRequested
                | Self::Erased
        )
    }

    /// Whether it concerns the erasure of the order.
    pub const fn is_of_erasure(self) -> bool {
        matches!(self, Self::ErasureRequested | Self::Erased | Self::ErasureAnswered)
    }

    /// Whether the order got further by it. What it waits for is as old as before otherwise.
    pub const fn is_progress(self) -> bool {
        !matches!(self, Self::PaymentRepeated | Self::GuestTokenReplaced | Self::Claimed | Self::ErasureRequested)
    }
}

/// One transition of an order. The input's name makes a repeated input known; the effects make its messages repeatable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct Transition {
    /// From 1.
    pub seq: u64,
    /// Name of the input.
    pub input: String,
    pub at: Timestamp,
    pub kind: TransitionKind,
    /// Status after the transition, like the two states below.
    pub status: Status,
    pub payment_state: PaymentState,
    pub fulfillment_state: FulfillmentState,
    pub effects: Vec<Effect>,
    /// The owner is the order's customer.
    pub by: WantedBy,
}

/// The stored form, a tuple: `(seq, input, at in milliseconds, kind, status, payment state, fulfillment state, effects, who wanted it)`. The last is
/// left out for nobody.
/// Each transition writes the whole order and a write costs by the kilobyte; names would be a third of the item.
#[derive(Serialize, Deserialize)]
struct Stored(
    u64,
    String,
    i64,
    TransitionKind,
    Status,
    PaymentState,
    FulfillmentState,
    Vec<Effect>,
    #[serde(default, skip_serializing_if = "WantedBy::is_nobody")] WantedBy,
);

impl From<Stored> for Transition {
    fn from(Stored(seq, input, at, kind, status, payment_state, fulfillment_state, effects, by): Stored) -> Self {
        let at = Timestamp::from_millis(at);
        Self { seq, input, at, kind, status, payment_state, fulfillment_state, effects, by }
    }
}

impl From<Transition> for Stored {
    fn from(t: Transition) -> Self {
        let at = t.at.millis();
        Self(t.seq, t.input, at, t.kind, t.status, t.payment_state, t.fulfillment_state, t.effects, t.by)
    }
}
