//! The life of a shipment: created → dispatched → delivered, or created → canceled, or canceled before it was created. Decides
//! commands and the events that follow. Refuses to go back by itself: canceled is final, and a dispatch is taken back only if the
//! order agrees, which knows whether the money was captured.

use chassis::Context;
use events::inventory::StockLine;
use events::message::Origin;
use events::{Actor, Address, Outgoing, Timestamp, ids::ShipmentId};
use serde::{Deserialize, Serialize};

mod corrections;
mod erasure;
mod published;
mod worklist;

pub use published::events_of;
use published::refusal;
pub use worklist::{Action, Urgency, Worklist};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ShipmentStatus")]
pub enum Status {
    /// It waits for its dispatch.
    Created,
    /// The carrier has it.
    Dispatched,
    /// Staff say that it never left, and the order has not answered yet whether the dispatch is taken back.
    Retracting,
    /// It arrived.
    Delivered,
    /// It will not leave.
    Canceled,
}

/// The order's request: the goods, the destination and the service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShipmentRequest {
    pub lines: Vec<StockLine>,
    pub ship_to: Address,
    /// The code of the chosen service.
    pub service: String,
    pub weight_grams: u64,
    /// From this time on the goods stay in the warehouse, since the held money is about to be released.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dispatch_before: Option<Timestamp>,
}

/// The carrier that took the goods, and its number for them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tracking {
    pub carrier: String,
    pub tracking_number: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// From 1.
    pub seq: u64,
    /// The id of the message or request that caused it.
    pub input: String,
    pub at: Timestamp,
    pub to: Status,
    /// The tracking from then on, if it is not the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracking: Option<Tracking>,
    /// Present if it concerns what the shipment forgets of its recipient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forgetting: Option<Forgetting>,
    /// Who wanted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Actor>,
}

impl Transition {
    fn new(seq: u64, to: Status, context: &Context) -> Self {
        Self {
            seq,
            input: context.input_id().to_owned(),
            at: context.now,
            to,
            tracking: None,
            forgetting: None,
            actor: context.actor.clone(),
        }
    }
}

/// What a transition did to the personal data of a shipment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Forgetting {
    /// It will be forgotten when the shipment ends.
    Requested,
    Done,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shipment {
    /// It has the bits of the order's id.
    pub id: ShipmentId,
    pub status: Status,
    /// Absent if it was canceled before it was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<ShipmentRequest>,
    /// Present once it left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracking: Option<Tracking>,
    /// The tracking of the first dispatch, once it is no more the present one: a repeated message says what it said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dispatched_as: Option<Tracking>,
    /// Number of transitions so far.
    pub seq: u64,
    pub log: Vec<Transition>,
    /// Trace context of the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
}

/// What a transition did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Created,
    Dispatched,
    TrackingCorrected,
    RetractionRequested,
    RetractionRefused,
    Retracted,
    Delivered,
    Canceled,
    /// It forgot its recipient, or will.
    Erased,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Create(Box<ShipmentRequest>),
    Cancel,
    Dispatch(Tracking),
    /// The tracking was mistyped.
    CorrectTracking(Tracking),
    /// Staff say that it never left.
    RequestRetraction,
    /// The order takes the dispatch back, by the number of the request.
    Retract(u64),
    /// The order does not take it back, by the number of the request.
    RefuseRetraction(u64),
    Deliver,
    /// The order forgot its buyer.
    Erase,
}

/// The outcome of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// A transition, to be written over the one before or where nothing is.
    Move(Shipment),
    /// No transition; the events of earlier ones are republished.
    Stand(Shipment, Vec<Outgoing>),
}

/// The reason for which a command of staff is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    #[error("there is no such shipment")]
    Unknown,
    #[error("the shipment was canceled: keep the goods")]
    Canceled,
    #[error("the shipment was dispatched before, with another carrier or tracking number")]
    AlreadyDispatched,
    #[error("the held money is about to be released: keep the goods")]
    Overdue,
    #[error("the shipment has not been dispatched yet")]
    NotDispatched,
    #[error("the shipment has arrived")]
    Delivered,
    /// There is no recipient any more whom a correction would concern.
    #[error("the shipment forgot its recipient")]
    Erased,
    #[error("the order has not answered yet whether the dispatch is taken back")]
    RetractionPending,
    /// The money was captured, which is final.
    #[error("the dispatch cannot be taken back: the money was captured")]
    RetractionRefused,
}

/// Decides a command on the shipment `id`, whose latest known state is `current`.
///
/// # Errors
/// Only for commands of staff; those of the order are always answered.
pub fn decide(
    id: ShipmentId,
    current: Option<Shipment>,
    command: &Command,
    context: &Context,
) -> Result<Decision, Rejection> {
    if let Some((shipment, seen)) = seen(current.as_ref(), command, context) {
        return Ok(Decision::Stand(shipment.clone(), events_of(shipment, seen)));
    }
    let moved = match command {
        Command::CorrectTracking(_) | Command::RequestRetraction if is_erased(current.as_ref()) => {
            Err(Rejection::Erased)
        }
        Command::Erase => Ok(match current {
            None => erasure::tombstone(id, context),
            Some(shipment) => erasure::erase(shipment, context),
        }),
        Command::Create(request) => Ok(match current {
            None => Decision::Move(Shipment {
                request: Some(request.as_ref().clone()),
                ..begun(id, Status::Created, context)
            }),
            Some(shipment) => recreate(shipment),
        }),
        Command::Cancel => Ok(match current {
            // The cancellation overtook the creation: it leaves a tombstone for the creation to find.
            None => Decision::Move(begun(id, Status::Canceled, context)),
            Some(shipment) => cancel(shipment, context),
        }),
        Command::Dispatch(tracking) => dispatch(current.ok_or(Rejection::Unknown)?, tracking, context),
        Command::CorrectTracking(tracking) => {
            corrections::correct(current.ok_or(Rejection::Unknown)?, tracking, context)
        }
        Command::RequestRetraction => corrections::request_retraction(current.ok_or(Rejection::Unknown)?, context),
        Command::Retract(request) => corrections::retract(current.ok_or(Rejection::Unknown)?, *request, context),
        Command::RefuseRetraction(request) => {
            corrections::refuse_retraction(current.ok_or(Rejection::Unknown)?, *request, context)
        }
        Command::Deliver => deliver(current.ok_or(Rejection::Unknown)?, context),
    };
    moved.map(|decision| match decision {
        Decision::Move(next) => Decision::Move(next.forgetting_at_its_end()),
        stand @ Decision::Stand(..) => stand,
    })
}

fn is_erased(current: Option<&Shipment>) -> bool {
    current.is_some_and(Shipment::is_erased)
}

/// The transition that this input made before: its answer was lost, and nothing else follows from it. A creation that is repeated
/// asks for all news, and an erasure whether it is done by now.
fn seen<'a>(
    current: Option<&'a Shipment>,
    command: &Command,
    context: &Context,
) -> Option<(&'a Shipment, &'a Transition)> {
    let shipment = current.filter(|_| !matches!(command, Command::Create(_) | Command::Erase))?;
    let made = shipment.log.iter().find(|made| !made.input.is_empty() && made.input == context.input_id())?;
    Some((shipment, made))
}

fn begun(id: ShipmentId, status: Status, context: &Context) -> Shipment {
    let first = Transition::new(1, status, context);
    Shipment {
        id,
        status,
        request: None,
        tracking: None,
        dispatched_as: None,
        seq: 1,
        log: vec![first],
        traceparent: context.traceparent.clone(),
    }
}

/// The order repeats the creation because an event may have been lost, perhaps one of a later transition: all are republished.
fn recreate(shipment: Shipment) -> Decision {
    let republished = shipment.log.iter().flat_map(|transition| events_of(&shipment, transition)).collect();
    Decision::Stand(shipment, republished)
}

fn cancel(shipment: Shipment, context: &Context) -> Decision {
    let refused = |shipment: Shipment| {
        let refused = shipment.dispatch().map(|dispatched| refusal(&shipment, dispatched)).unwrap_or_default();
        Decision::Stand(shipment, refused)
    };
    match shipment.status {
        Status::Created if shipment.refused_before(context) => refused(shipment),
        Status::Created => Decision::Move(shipment.moved(Status::Canceled, context)),
        Status::Canceled => {
            let republished = shipment.transition(Status::Canceled).map(|canceled| events_of(&shipment, canceled));
            let republished = republished.unwrap_or_default();
            Decision::Stand(shipment, republished)
        }
        // As long as the order did not take the dispatch back, the goods count as gone.
        Status::Dispatched | Status::Retracting | Status::Delivered => refused(shipment),
    }
}

fn dispatch(shipment: Shipment, tracking: &Tracking, context: &Context) -> Result<Decision, Rejection> {
    match shipment.status {
        Status::Created if shipment.is_overdue(context.now) => Err(Rejection::Overdue),
        Status::Created => Ok(Decision::Move(shipment.tracked(tracking, context))),
        Status::Retracting => Err(Rejection::RetractionPending),
        Status::Dispatched | Status::Delivered if shipment.tracking.as_ref() == Some(tracking) => {
            Ok(Decision::Stand(shipment, Vec::new()))
        }
        Status::Dispatched | Status::Delivered => Err(Rejection::AlreadyDispatched),
        Status::Canceled => Err(Rejection::Canceled),
    }
}

fn deliver(shipment: Shipment, context: &Context) -> Result<Decision, Rejection> {
    match shipment.status {
        Status::Created => Err(Rejection::NotDispatched),
        Status::Dispatched => Ok(Decision::Move(shipment.moved(Status::Delivered, context))),
        Status::Retracting => Err(Rejection::RetractionPending),
        Status::Delivered => Ok(Decision::Stand(shipment, Vec::new())),
        Status::Canceled => Err(Rejection::Canceled),
    }
}

impl Shipment {
    /// The first transition to a status.
    pub fn transition(&self, to: Status) -> Option<&Transition> {
        self.log.iter().find(|transition| transition.to == to)
    }

    /// The latest dispatch, taken back or not.
    pub fn dispatch(&self) -> Option<&Transition> {
        self.log.iter().rfind(|made| self.change(made) == Change::Dispatched)
    }

    /// What a transition did, which the one before it tells.
    pub fn change(&self, made: &Transition) -> Change {
        let before = self.log.iter().find(|before| before.seq + 1 == made.seq).map(|before| before.to);
        match (before, made.to) {
            (before, to) if made.forgetting.is_some() && before == Some(to) => Change::Erased,
            (Some(Status::Retracting), Status::Created) => Change::Retracted,
            (Some(Status::Retracting), Status::Dispatched) => Change::RetractionRefused,
            (Some(Status::Dispatched), Status::Dispatched) => Change::TrackingCorrected,
            (_, Status::Created) => Change::Created,
            (_, Status::Dispatched) => Change::Dispatched,
            (_, Status::Retracting) => Change::RetractionRequested,
            (_, Status::Delivered) => Change::Delivered,
            (_, Status::Canceled) => Change::Canceled,
        }
    }

    /// Whether it is too late for a dispatch, as the held money is about to be released.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.urgency(now) == Urgency::Overdue
    }

    /// The events of the latest transition.
    pub fn outgoing(&self) -> Vec<Outgoing> {
        self.log.last().map(|transition| events_of(self, transition)).unwrap_or_default()
    }

    fn moved(mut self, to: Status, context: &Context) -> Self {
        self.seq += 1;
        self.log.push(Transition::new(self.seq, to, context));
        self.status = to;
        self
    }

    /// Dispatched with this tracking. The first is kept, so that a repeated event says the same.
    fn tracked(self, tracking: &Tracking, context: &Context) -> Self {
        let first = self.tracking.is_none() && self.dispatched_as.is_none();
        let mut shipment = self.moved(Status::Dispatched, context);
        let before = shipment.tracking.replace(tracking.clone());
        if !first {
            shipment.dispatched_as = shipment.dispatched_as.or(before);
            if let Some(last) = shipment.log.last_mut() {
                last.tracking = Some(tracking.clone());
            }
        }
        shipment
    }

    fn origin(&self, transition: &Transition) -> Origin<'_> {
        Origin {
            subject: self.id.to_string(),
            seq: transition.seq,
            at: transition.at,
            traceparent: self.traceparent.as_deref(),
            actor: transition.actor.clone(),
        }
    }
}

#[cfg(test)]
mod tests;
