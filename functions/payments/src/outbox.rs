//! The messages that follow from HTTP requests: a pure function of the written image.

use crate::domain::{Payment, replies};
use crate::store;
use chassis::{Change, Undecodable};
use events::Outgoing;

/// The messages of the transition that an HTTP request made: a staff refund to execute, or the outcome of a challenge.
///
/// # Errors
/// If the image is not a payment of ours.
pub(crate) fn relay(change: &Change) -> Result<Vec<Outgoing>, Undecodable> {
    if !store::is_payment(change.sk()) {
        return Ok(Vec::new());
    }
    let payment: Payment = change.new_image()?;
    replies::relayed(&payment).map_err(|error| Undecodable(error.to_string()))
}
