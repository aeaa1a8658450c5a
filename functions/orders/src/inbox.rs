//! Turns messages into inputs of the saga. What `users` revokes concerns no order, and is kept apart; a verified address concerns a
//! list of them, and so does a person who wants to be forgotten.

use crate::domain::input::Input;
use crate::domain::order::Tracking;
use crate::service::{Claimed, Orders, Walked};
use chassis::{Failure, Received};
use events::ids::OrderId;
use events::inventory::{ReservationCommitted, ReservationReleased, StockRejected, StockReserved};
use events::notifications::MailsOfOrderErased;
use events::orders::{DeadlineDue, EraseOrder};
use events::payments::{
    PaymentActionRequired, PaymentAuthorized, PaymentCaptured, PaymentDeclined, PaymentFailed, PaymentRefunded,
    PaymentVoided,
};
use events::shipping::{
    CancelRefused, DispatchRetracted, RetractionRequested, ShipmentCanceled, ShipmentCreated, ShipmentDelivered,
    ShipmentDispatched, TrackingCorrected,
};
use events::users::{AccessChanged, EmailVerified, SessionEnded, UserErased};
use events::{Capability, Message, Outgoing, payments, shipping};

pub(crate) async fn receive(app: &Orders, message: &Received) -> Result<Vec<Outgoing>, Failure> {
    if let SessionEnded::TYPE | AccessChanged::TYPE = message.kind() {
        app.revocations.keep(message).await?;
        return Ok(Vec::new());
    }
    if message.kind() == EmailVerified::TYPE {
        return claim(app, message).await;
    }
    if message.kind() == UserErased::TYPE {
        let UserErased { user_id, .. } = message.data()?;
        return Ok(match app.erase_customer(user_id, &message.context()).await? {
            Walked::All(outgoing) => outgoing,
            Walked::Part => vec![message.again(Capability::Orders)],
        });
    }
    if message.kind() == EraseOrder::TYPE {
        let EraseOrder { order_id } = message.data()?;
        return Ok(app.erase_again(order_id, &message.context()).await?);
    }
    let (order, input) = read(message)?;
    // An order is written before any message about it is sent, so an unknown order stays unknown. An amount that is not the
    // order's stays wrong. Both are permanent.
    Ok(app.advance(order, &input, message.envelope.time, &message.context()).await?)
}

/// What is claimed has left the list, so a long one is gone on with by the same message, which ends. An order that is being placed is waited
/// for.
async fn claim(app: &Orders, message: &Received) -> Result<Vec<Outgoing>, Failure> {
    let verified: EmailVerified = message.data()?;
    match app.claim(&verified, message.envelope.time, &message.context()).await? {
        Claimed::All => Ok(Vec::new()),
        Claimed::Part => Ok(vec![message.again(Capability::Orders)]),
        Claimed::Waits => Err(Failure::Transient("the guest is placing an order".to_owned())),
    }
}

/// The order that a message is about, and the input that it brings.
///
/// # Errors
/// `Permanent` if the message cannot be read or its type is unknown.
pub fn read(message: &Received) -> Result<(OrderId, Input), Failure> {
    Ok(match message.kind() {
        StockReserved::TYPE => (message.data::<StockReserved>()?.order_id, Input::StockReserved),
        StockRejected::TYPE => {
            let StockRejected { order_id, missing, .. } = message.data()?;
            (order_id, Input::StockRejected { missing })
        }
        ReservationCommitted::TYPE => (message.data::<ReservationCommitted>()?.order_id, Input::ReservationCommitted),
        ReservationReleased::TYPE => (message.data::<ReservationReleased>()?.order_id, Input::ReservationReleased),
        payments::PaymentOfOrderErased::TYPE => {
            erased(message.data::<payments::PaymentOfOrderErased>()?.order_id, Capability::Payments)
        }
        shipping::ShipmentOfOrderErased::TYPE => {
            erased(message.data::<shipping::ShipmentOfOrderErased>()?.order_id, Capability::Shipping)
        }
        MailsOfOrderErased::TYPE => erased(message.data::<MailsOfOrderErased>()?.order_id, Capability::Notifications),
        kind if kind.starts_with("payments.") => return read_payment(message),
        ShipmentCreated::TYPE => (message.data::<ShipmentCreated>()?.order_id, Input::ShipmentCreated),
        ShipmentDispatched::TYPE => {
            let ShipmentDispatched { order_id, carrier, tracking_number, seq, .. } = message.data()?;
            (order_id, Input::ShipmentDispatched { tracking: Tracking { carrier, tracking_number }, seq })
        }
        TrackingCorrected::TYPE => {
            let TrackingCorrected { order_id, carrier, tracking_number, seq, .. } = message.data()?;
            (order_id, Input::TrackingCorrected { tracking: Tracking { carrier, tracking_number }, seq })
        }
        RetractionRequested::TYPE => {
            let RetractionRequested { order_id, seq, .. } = message.data()?;
            (order_id, Input::RetractionRequested { request: seq })
        }
        DispatchRetracted::TYPE => (message.data::<DispatchRetracted>()?.order_id, Input::DispatchRetracted),
        ShipmentDelivered::TYPE => (message.data::<ShipmentDelivered>()?.order_id, Input::ShipmentDelivered),
        ShipmentCanceled::TYPE => (message.data::<ShipmentCanceled>()?.order_id, Input::ShipmentCanceled),
        CancelRefused::TYPE => (message.data::<CancelRefused>()?.order_id, Input::CancelRefused),
        DeadlineDue::TYPE => (message.data::<DeadlineDue>()?.order_id, Input::DeadlineDue),
        _ => return Err(message.unknown()),
    })
}

const fn erased(order: OrderId, by: Capability) -> (OrderId, Input) {
    (order, Input::DataErased { by })
}

fn read_payment(message: &Received) -> Result<(OrderId, Input), Failure> {
    Ok(match message.kind() {
        PaymentAuthorized::TYPE => {
            let PaymentAuthorized { order_id, attempt, amount, capture_before, .. } = message.data()?;
            (order_id, Input::PaymentAuthorized { attempt, amount, capture_before })
        }
        PaymentDeclined::TYPE => {
            let PaymentDeclined { order_id, attempt, reason, .. } = message.data()?;
            (order_id, Input::PaymentDeclined { attempt, reason })
        }
        PaymentActionRequired::TYPE => {
            let PaymentActionRequired { order_id, attempt, url, .. } = message.data()?;
            (order_id, Input::PaymentActionRequired { attempt, url })
        }
        PaymentCaptured::TYPE => {
            let PaymentCaptured { order_id, amount, .. } = message.data()?;
            (order_id, Input::PaymentCaptured { amount })
        }
        PaymentVoided::TYPE => (message.data::<PaymentVoided>()?.order_id, Input::PaymentVoided),
        PaymentRefunded::TYPE => {
            let PaymentRefunded { order_id, amount, total_refunded, .. } = message.data()?;
            (order_id, Input::PaymentRefunded { amount, total_refunded })
        }
        PaymentFailed::TYPE => {
            let PaymentFailed { order_id, operation, attempt, reason, .. } = message.data()?;
            (order_id, Input::PaymentFailed { operation, attempt, reason })
        }
        _ => return Err(message.unknown()),
    })
}
