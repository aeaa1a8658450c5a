//! The saga: decides one input against the order as it is. Owns every transition; refuses to know how inputs arrive.
//!
//! An input that was seen before repeats the messages of its own transition, in whatever state the order is now. A reply to
//! a command that was never sent, or that has another reply, changes nothing. A success that comes after the order's end is
//! compensated.

use super::decision::Decision;
use super::effect::Command;
use super::input::Input;
use super::order::Order;
use super::rejection::Rejection;
use super::transition::TransitionKind;
use super::transition_builder::TransitionBuilder;
use events::Timestamp;

mod customer;
mod erasure;
mod goods;
mod payment;
mod retraction;
mod shipment;
mod stock;

/// Decides one input, named `id`, against an order.
///
/// # Errors
/// If the input cannot be accepted.
pub fn decide(order: &Order, input: &Input, id: &str, now: Timestamp) -> Result<Decision, Rejection> {
    if let Some(seen) = order.log.iter().find(|transition| transition.input == id) {
        return Ok(Decision::Repeat(seen.seq));
    }
    let builder = TransitionBuilder::new(order, id, now);
    Ok(match input {
        Input::StockReserved => stock::reserved(builder),
        Input::StockRejected { missing } => stock::rejected(builder, missing),
        Input::ReservationCommitted => stock::replied(builder, Command::Commit, TransitionKind::ReservationCommitted),
        Input::ReservationReleased => stock::replied(builder, Command::Release, TransitionKind::ReservationReleased),
        Input::PaymentAuthorized { attempt, amount, capture_before } => {
            return payment::authorized(builder, *attempt, *amount, *capture_before);
        }
        Input::PaymentDeclined { attempt, reason } => payment::declined(builder, *attempt, reason),
        Input::PaymentActionRequired { attempt, url } => payment::action_required(builder, *attempt, url),
        Input::PaymentCaptured { amount } => return payment::captured(builder, *amount),
        Input::PaymentVoided => payment::voided(builder),
        Input::PaymentRefunded { amount, total_refunded } => payment::refunded(builder, *amount, *total_refunded),
        Input::PaymentFailed { operation, attempt, reason } => payment::failed(builder, *operation, *attempt, reason),
        Input::ShipmentCreated => shipment::created(builder),
        Input::ShipmentDispatched { tracking, seq } => shipment::dispatched(builder, tracking, *seq),
        Input::TrackingCorrected { tracking, seq } => retraction::tracking_corrected(builder, tracking, *seq),
        Input::RetractionRequested { request } => retraction::requested(builder, *request),
        Input::DispatchRetracted => retraction::retracted(builder),
        Input::ShipmentDelivered => shipment::delivered(builder),
        Input::ShipmentCanceled => shipment::canceled(builder),
        Input::CancelRefused => shipment::cancel_refused(builder),
        Input::DeadlineDue => customer::deadline(builder),
        Input::AuthorizationLapses => payment::lapses(builder),
        Input::DeliveryAssumed => shipment::assumed_delivered(builder),
        Input::PayAgain { method, key } => return customer::pay_again(builder, method, key.as_deref()),
        Input::Cancel => return customer::cancel(builder),
        Input::Retry => payment::retry(builder),
        Input::ReplaceGuestToken => return customer::replace_guest_token(builder),
        Input::Claim { customer } => return customer::claim(builder, *customer),
        Input::Erase { by_guest } => erasure::erase(builder, *by_guest),
        Input::DataErased { by } => erasure::answered(builder, *by),
    })
}
