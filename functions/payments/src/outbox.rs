//! What HTTP requests started, told to those who must hear of it: a pure function of the image that was written.

use crate::domain::{Payment, replies};
use crate::store;
use chassis::Change;
use chassis::Undecodable;
use events::Outgoing;

/// The messages of the transition that an HTTP request made: a staff refund to be executed, a challenge's outcome.
///
/// # Errors
/// If the image is not a payment of ours.
pub fn relay(change: &Change) -> Result<Vec<Outgoing>, Undecodable> {
    if !store::is_payment(change.sk()) {
        return Ok(Vec::new());
    }
    let payment: Payment = change.new_image()?;
    replies::relayed(&payment).map_err(|error| Undecodable(error.to_string()))
}
