//! What staff correct after a dispatch: a mistyped tracking, or goods that never left. Refuses to take a dispatch back without
//! the order's word: it alone knows whether the money was captured.

use super::{Change, Decision, Rejection, Shipment, Status, Tracking, Transition, events_of};
use chassis::Context;

/// The present tracking is replaced, as long as somebody may follow the parcel by it.
pub(super) fn correct(shipment: Shipment, tracking: &Tracking, context: &Context) -> Result<Decision, Rejection> {
    match shipment.status {
        Status::Dispatched if shipment.tracking.as_ref() == Some(tracking) => Ok(Decision::Stand(shipment, Vec::new())),
        Status::Dispatched => Ok(Decision::Move(shipment.tracked(tracking, context))),
        Status::Created => Err(Rejection::NotDispatched),
        Status::Retracting => Err(Rejection::RetractionPending),
        Status::Delivered => Err(Rejection::Delivered),
        Status::Canceled => Err(Rejection::Canceled),
    }
}

/// Asks the order to take the dispatch back. A repeat asks once more, under another number, as a message may have been lost. A
/// refusal is final, as captured money stays captured.
pub(super) fn request_retraction(shipment: Shipment, context: &Context) -> Result<Decision, Rejection> {
    let last = shipment.last_move().map(|last| shipment.change(last));
    match shipment.status {
        Status::Dispatched if shipment.was_refused() => Err(Rejection::RetractionRefused),
        Status::Dispatched | Status::Retracting => Ok(Decision::Move(shipment.moved(Status::Retracting, context))),
        Status::Created if last == Some(Change::Retracted) => Ok(Decision::Stand(shipment, Vec::new())),
        Status::Created => Err(Rejection::NotDispatched),
        Status::Delivered => Err(Rejection::Delivered),
        Status::Canceled => Err(Rejection::Canceled),
    }
}

/// The order takes the dispatch back: the goods wait for their dispatch again.
pub(super) fn retract(shipment: Shipment, request: u64, context: &Context) -> Result<Decision, Rejection> {
    if shipment.waits_for(request) {
        let mut next = shipment.moved(Status::Created, context);
        let before = next.tracking.take();
        next.dispatched_as = next.dispatched_as.or(before);
        return Ok(Decision::Move(next));
    }
    let answer = shipment.log.iter().find(|made| made.seq > request && shipment.change(made) == Change::Retracted);
    let answered = answer.map(|retracted| events_of(&shipment, retracted)).unwrap_or_default();
    Ok(Decision::Stand(shipment, answered))
}

/// The order does not take it back.
pub(super) fn refuse_retraction(shipment: Shipment, request: u64, context: &Context) -> Result<Decision, Rejection> {
    if shipment.waits_for(request) {
        return Ok(Decision::Move(shipment.moved(Status::Dispatched, context)));
    }
    Ok(Decision::Stand(shipment, Vec::new()))
}

impl Shipment {
    /// Whether the latest transition corrected the tracking.
    pub fn is_corrected(&self) -> bool {
        self.log.last().is_some_and(|last| self.change(last) == Change::TrackingCorrected)
    }

    /// Whether this cancellation was refused before the order took the dispatch back: then it is answered, and a late copy of
    /// it cancels nothing.
    pub(super) fn refused_before(&self, cancellation: &Context) -> bool {
        let since = order_seq(cancellation.input_id());
        let mut retracted = self.log.iter().filter(|made| self.change(made) == Change::Retracted);
        retracted.any(|made| order_seq(&made.input) > since)
    }

    /// The latest transition but for what is only known, and moves nothing.
    fn last_move(&self) -> Option<&Transition> {
        self.log.iter().rfind(|made| self.change(made) != Change::Erased)
    }

    fn waits_for(&self, request: u64) -> bool {
        self.status == Status::Retracting && self.last_move().is_some_and(|last| last.seq == request)
    }

    /// Whether the order refused to take the latest dispatch back.
    fn was_refused(&self) -> bool {
        let since = self.dispatch().map_or(0, |dispatch| dispatch.seq);
        self.log.iter().any(|made| made.seq > since && self.change(made) == Change::RetractionRefused)
    }
}

/// The order's transition that sent a message: `<order>/<seq>/<type>` names it.
fn order_seq(message: &str) -> u64 {
    message.split('/').nth(1).and_then(|seq| seq.parse().ok()).unwrap_or(0)
}
