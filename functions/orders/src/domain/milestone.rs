//! What a transition means to people: the key of a sentence in `words/timeline.*.json`, and who cares. Owns the choice of the
//! sentence; refuses the sentences themselves, which are data in the reader's language.

use super::effect::{DomainEvent, Effect};
use super::explanation::DeclineReason;
use super::order::Order;
use super::states::{FulfillmentState, PaymentState, Status};
use super::transition::{Transition, TransitionKind};
use chassis::table::WantedBy;
use events::Timestamp;

/// Who cares for a milestone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    Everyone,
    /// It tells a shopper nothing, or nothing that they could act on.
    Staff,
}

/// One table: name, key and audience of each milestone.
macro_rules! milestones {
    ($($(#[$doc:meta])* $name:ident = $key:literal for $audience:ident;)+) => {
        /// What happened to an order, in the words of people.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Milestone { $($(#[$doc])* $name),+ }

        impl Milestone {
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The key of its sentence. It never changes, as other languages are kept by it.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$name => $key),+ }
            }

            pub const fn audience(self) -> Audience {
                match self { $(Self::$name => Audience::$audience),+ }
            }
        }
    };
}

milestones! {
    Placed = "placed" for Everyone;
    StockReserved = "stock_reserved" for Everyone;
    /// The order costs nothing, so nothing else is awaited.
    StockReservedFree = "stock_reserved_free" for Everyone;
    StockRejected = "stock_rejected" for Everyone;
    PaymentAuthorized = "payment_authorized" for Everyone;
    DeclinedByCardIssuer = "payment_declined_card_declined" for Everyone;
    DeclinedForFunds = "payment_declined_insufficient_funds" for Everyone;
    DeclinedUnconfirmed = "payment_declined_authentication_failed" for Everyone;
    DeclinedUnknownMethod = "payment_declined_unknown_payment_method" for Everyone;
    DeclinedEarlierWaits = "payment_declined_earlier_payment_waits" for Everyone;
    DeclinedOtherwise = "payment_declined_other" for Everyone;
    PaymentActionRequired = "payment_action_required" for Everyone;
    PaymentRetried = "payment_retried" for Everyone;
    PaymentRepeated = "payment_repeated" for Staff;
    PaymentCaptured = "payment_captured" for Everyone;
    CaptureFailed = "capture_failed" for Staff;
    OperationRetried = "operation_retried" for Staff;
    /// A hold existed and is gone.
    HoldReleased = "hold_released" for Everyone;
    /// There was no hold, and there will be none.
    NothingCharged = "nothing_charged" for Everyone;
    VoidFailed = "void_failed" for Staff;
    PartlyRefunded = "partly_refunded" for Everyone;
    Refunded = "refunded" for Everyone;
    RefundFailed = "refund_failed" for Staff;
    ReservationCommitted = "reservation_committed" for Staff;
    ReservationReleased = "reservation_released" for Staff;
    ShipmentCreated = "shipment_created" for Everyone;
    ShipmentDispatched = "shipment_dispatched" for Everyone;
    /// The word about the dispatch came after the delivery.
    DispatchLearnedLate = "dispatch_learned_late" for Staff;
    ShipmentDelivered = "shipment_delivered" for Everyone;
    /// The goods stay, and so the order is canceled.
    OrderCanceled = "order_canceled" for Everyone;
    /// The goods stay; the order had ended before.
    ShipmentCanceled = "shipment_canceled" for Staff;
    /// Somebody waits for the answer.
    CancelRefused = "cancel_refused" for Everyone;
    /// Nobody asked, or the dispatch is taken back.
    CancelRefusedSilently = "cancel_refused_silently" for Staff;
    TrackingCorrected = "tracking_corrected" for Everyone;
    /// The parcel had arrived.
    TrackingCorrectedLate = "tracking_corrected_late" for Staff;
    RetractionRequested = "retraction_requested" for Staff;
    DispatchRetracted = "dispatch_retracted" for Everyone;
    CanceledByCustomer = "canceled_by_customer" for Everyone;
    CanceledByStaff = "canceled_by_staff" for Everyone;
    /// The warehouse decides.
    CancellationRequested = "cancellation_requested" for Everyone;
    CancellationRequestedByStaff = "cancellation_requested_by_staff" for Everyone;
    /// The goods were reserved.
    NotPaidInTime = "not_paid_in_time" for Everyone;
    NotReservedInTime = "not_reserved_in_time" for Everyone;
    AuthorizationLapsed = "authorization_lapsed" for Everyone;
    DeliveryAssumed = "delivery_assumed" for Everyone;
    Compensated = "compensated" for Staff;
    GuestTokenReplaced = "guest_token_replaced" for Staff;
    Claimed = "claimed" for Everyone;
    ErasureRequested = "erasure_requested" for Everyone;
    Erased = "erased" for Everyone;
    ErasureAnswered = "erasure_answered" for Staff;
}

/// A line of an order's timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimelineEntry {
    /// Number of the transition, from 1.
    pub seq: u64,
    pub at: Timestamp,
    pub milestone: Milestone,
}

/// The whole timeline of an order, oldest first. A shopper's page leaves out what is for staff.
pub fn timeline(order: &Order) -> Vec<TimelineEntry> {
    let mut before = None;
    let entry = |made| {
        let milestone = Milestone::of(before.replace(made), made);
        TimelineEntry { seq: made.seq, at: made.at, milestone }
    };
    order.log.iter().map(entry).collect()
}

impl Milestone {
    /// The milestone of a transition, by its kind, its states and those before it.
    pub fn of(before: Option<&Transition>, made: &Transition) -> Self {
        let kept_status = before.is_some_and(|before| before.status == made.status);
        match made.kind {
            TransitionKind::Placed => Self::Placed,
            TransitionKind::StockReserved if made.status == Status::Confirmed => Self::StockReservedFree,
            TransitionKind::StockReserved => Self::StockReserved,
            TransitionKind::StockRejected => Self::StockRejected,
            TransitionKind::ReservationCommitted => Self::ReservationCommitted,
            TransitionKind::ReservationReleased => Self::ReservationReleased,
            TransitionKind::ShipmentCreated => Self::ShipmentCreated,
            TransitionKind::ShipmentDispatched if made.fulfillment_state == FulfillmentState::Delivered => {
                Self::DispatchLearnedLate
            }
            TransitionKind::ShipmentDispatched => Self::ShipmentDispatched,
            TransitionKind::ShipmentDelivered => Self::ShipmentDelivered,
            TransitionKind::ShipmentCanceled if kept_status => Self::ShipmentCanceled,
            TransitionKind::ShipmentCanceled => Self::OrderCanceled,
            TransitionKind::CancelRefused
                if made.effects.contains(&Effect::Publish(DomainEvent::CancellationRefused)) =>
            {
                Self::CancelRefused
            }
            TransitionKind::CancelRefused => Self::CancelRefusedSilently,
            TransitionKind::TrackingCorrected => corrected(made),
            TransitionKind::RetractionRequested => Self::RetractionRequested,
            TransitionKind::DispatchRetracted => Self::DispatchRetracted,
            TransitionKind::CancellationRequested => canceled(made),
            TransitionKind::DeadlinePassed if before.is_some_and(|before| before.status == Status::Pending) => {
                Self::NotReservedInTime
            }
            TransitionKind::DeadlinePassed => Self::NotPaidInTime,
            TransitionKind::AuthorizationLapsed => Self::AuthorizationLapsed,
            TransitionKind::DeliveryAssumed => Self::DeliveryAssumed,
            TransitionKind::Compensated => Self::Compensated,
            TransitionKind::GuestTokenReplaced => Self::GuestTokenReplaced,
            TransitionKind::Claimed => Self::Claimed,
            TransitionKind::ErasureRequested => Self::ErasureRequested,
            TransitionKind::Erased => Self::Erased,
            TransitionKind::ErasureAnswered => Self::ErasureAnswered,
            TransitionKind::PaymentAuthorized
            | TransitionKind::PaymentDeclined
            | TransitionKind::PaymentActionRequired
            | TransitionKind::PaymentRetried
            | TransitionKind::PaymentRepeated
            | TransitionKind::PaymentCaptured
            | TransitionKind::CaptureFailed
            | TransitionKind::OperationRetried
            | TransitionKind::PaymentVoided
            | TransitionKind::VoidFailed
            | TransitionKind::PaymentRefunded
            | TransitionKind::RefundFailed => of_payment(before, made),
        }
    }
}

/// Of a transition that concerns money.
fn of_payment(before: Option<&Transition>, made: &Transition) -> Milestone {
    match made.kind {
        TransitionKind::PaymentAuthorized => Milestone::PaymentAuthorized,
        TransitionKind::PaymentActionRequired => Milestone::PaymentActionRequired,
        TransitionKind::PaymentRetried => Milestone::PaymentRetried,
        TransitionKind::PaymentRepeated => Milestone::PaymentRepeated,
        TransitionKind::PaymentCaptured => Milestone::PaymentCaptured,
        TransitionKind::CaptureFailed => Milestone::CaptureFailed,
        TransitionKind::OperationRetried => Milestone::OperationRetried,
        TransitionKind::PaymentVoided
            if before.is_some_and(|before| before.payment_state == PaymentState::Authorized) =>
        {
            Milestone::HoldReleased
        }
        TransitionKind::PaymentVoided => Milestone::NothingCharged,
        TransitionKind::VoidFailed => Milestone::VoidFailed,
        TransitionKind::PaymentRefunded if made.payment_state == PaymentState::Refunded => Milestone::Refunded,
        TransitionKind::PaymentRefunded => Milestone::PartlyRefunded,
        TransitionKind::RefundFailed => Milestone::RefundFailed,
        _ => declined(made),
    }
}

fn declined(made: &Transition) -> Milestone {
    let reason = made.effects.iter().find_map(|effect| match effect {
        Effect::Publish(DomainEvent::PaymentDeclined(reason)) => Some(DeclineReason::named(reason)),
        _ => None,
    });
    match reason.unwrap_or(DeclineReason::Other) {
        DeclineReason::CardDeclined => Milestone::DeclinedByCardIssuer,
        DeclineReason::InsufficientFunds => Milestone::DeclinedForFunds,
        DeclineReason::AuthenticationFailed => Milestone::DeclinedUnconfirmed,
        DeclineReason::UnknownPaymentMethod => Milestone::DeclinedUnknownMethod,
        DeclineReason::EarlierPaymentWaits => Milestone::DeclinedEarlierWaits,
        DeclineReason::Other => Milestone::DeclinedOtherwise,
    }
}

/// A correction may be the first word of a dispatch.
fn corrected(made: &Transition) -> Milestone {
    let published = made.effects.iter().find_map(|effect| match effect {
        Effect::Publish(DomainEvent::TrackingCorrected(_)) => Some(Milestone::TrackingCorrected),
        Effect::Publish(DomainEvent::DispatchedAgain(_)) => Some(Milestone::ShipmentDispatched),
        _ => None,
    });
    published.unwrap_or(Milestone::TrackingCorrectedLate)
}

fn canceled(made: &Transition) -> Milestone {
    match (made.status, &made.by) {
        (Status::Canceling, WantedBy::Other(_)) => Milestone::CancellationRequestedByStaff,
        (Status::Canceling, _) => Milestone::CancellationRequested,
        (_, WantedBy::Other(_)) => Milestone::CanceledByStaff,
        _ => Milestone::CanceledByCustomer,
    }
}

#[cfg(test)]
mod tests;
