//! The edges of the state machine, as exploring it finds them: a test compares, `SOUK_BLESS=1` rewrites this file.

use super::states::Status;
use super::transition::TransitionKind;

/// From, to, and the kinds of transitions between them.
#[rustfmt::skip]
pub(super) const EDGES: &[(Status, Status, &[TransitionKind])] = &[
    (Status::Pending, Status::Pending, &[
        TransitionKind::RetractionRequested,
    ]),
    (Status::Pending, Status::AwaitingPayment, &[
        TransitionKind::StockReserved,
    ]),
    (Status::Pending, Status::Confirmed, &[
        TransitionKind::StockReserved,
    ]),
    (Status::Pending, Status::Rejected, &[
        TransitionKind::StockRejected,
    ]),
    (Status::Pending, Status::Canceled, &[
        TransitionKind::CancellationRequested,
    ]),
    (Status::Pending, Status::Expired, &[
        TransitionKind::DeadlinePassed,
    ]),
    (Status::AwaitingPayment, Status::AwaitingPayment, &[
        TransitionKind::PaymentDeclined,
        TransitionKind::PaymentActionRequired,
        TransitionKind::PaymentRetried,
        TransitionKind::RetractionRequested,
    ]),
    (Status::AwaitingPayment, Status::Confirmed, &[
        TransitionKind::PaymentAuthorized,
    ]),
    (Status::AwaitingPayment, Status::Canceled, &[
        TransitionKind::CancellationRequested,
    ]),
    (Status::AwaitingPayment, Status::Expired, &[
        TransitionKind::DeadlinePassed,
    ]),
    (Status::Confirmed, Status::Confirmed, &[
        TransitionKind::ReservationCommitted,
        TransitionKind::PaymentCaptured,
        TransitionKind::CaptureFailed,
        TransitionKind::OperationRetried,
        TransitionKind::PaymentRefunded,
        TransitionKind::RefundFailed,
        TransitionKind::ShipmentCreated,
        TransitionKind::ShipmentDispatched,
        TransitionKind::ShipmentDelivered,
        TransitionKind::TrackingCorrected,
        TransitionKind::RetractionRequested,
        TransitionKind::DispatchRetracted,
    ]),
    (Status::Confirmed, Status::Canceling, &[
        TransitionKind::CancellationRequested,
        TransitionKind::AuthorizationLapsed,
    ]),
    (Status::Confirmed, Status::Completed, &[
        TransitionKind::PaymentCaptured,
        TransitionKind::PaymentRefunded,
        TransitionKind::ShipmentDelivered,
        TransitionKind::DeliveryAssumed,
    ]),
    (Status::Canceling, Status::Confirmed, &[
        TransitionKind::CancelRefused,
    ]),
    (Status::Canceling, Status::Canceling, &[
        TransitionKind::ReservationCommitted,
        TransitionKind::PaymentCaptured,
        TransitionKind::CaptureFailed,
        TransitionKind::OperationRetried,
        TransitionKind::PaymentRefunded,
        TransitionKind::RefundFailed,
        TransitionKind::ShipmentCreated,
        TransitionKind::ShipmentDispatched,
        TransitionKind::ShipmentDelivered,
        TransitionKind::CancelRefused,
        TransitionKind::TrackingCorrected,
        TransitionKind::RetractionRequested,
        TransitionKind::DispatchRetracted,
    ]),
    (Status::Canceling, Status::Completed, &[
        TransitionKind::CancelRefused,
    ]),
    (Status::Canceling, Status::Canceled, &[
        TransitionKind::ShipmentCanceled,
    ]),
    (Status::Completed, Status::Completed, &[
        TransitionKind::ReservationCommitted,
        TransitionKind::PaymentRefunded,
        TransitionKind::RefundFailed,
        TransitionKind::ShipmentDispatched,
        TransitionKind::ShipmentDelivered,
        TransitionKind::TrackingCorrected,
        TransitionKind::RetractionRequested,
    ]),
    (Status::Rejected, Status::Rejected, &[
        TransitionKind::ReservationReleased,
        TransitionKind::OperationRetried,
        TransitionKind::PaymentVoided,
        TransitionKind::VoidFailed,
        TransitionKind::ShipmentCanceled,
        TransitionKind::RetractionRequested,
        TransitionKind::Compensated,
    ]),
    (Status::Canceled, Status::Canceled, &[
        TransitionKind::ReservationReleased,
        TransitionKind::OperationRetried,
        TransitionKind::PaymentVoided,
        TransitionKind::VoidFailed,
        TransitionKind::PaymentRefunded,
        TransitionKind::RefundFailed,
        TransitionKind::ShipmentCanceled,
        TransitionKind::RetractionRequested,
        TransitionKind::Compensated,
    ]),
    (Status::Expired, Status::Expired, &[
        TransitionKind::ReservationReleased,
        TransitionKind::OperationRetried,
        TransitionKind::PaymentVoided,
        TransitionKind::VoidFailed,
        TransitionKind::ShipmentCanceled,
        TransitionKind::RetractionRequested,
        TransitionKind::Compensated,
    ]),
];
