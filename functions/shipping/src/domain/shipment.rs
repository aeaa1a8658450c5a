//! The life of a shipment: created → dispatched → delivered, or created → canceled, or canceled before it was created. Decides
//! commands and the events that follow. Refuses to go back: dispatched and canceled are final.

use chassis::Context;
use events::inventory::StockLine;
use events::message::Origin;
use events::shipping::{CancelRefused, ShipmentCanceled, ShipmentCreated, ShipmentDelivered, ShipmentDispatched};
use events::{Actor, Address, Outgoing, Timestamp, ids::ShipmentId};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ShipmentStatus")]
pub enum Status {
    /// It waits for its dispatch.
    Created,
    /// The carrier has it.
    Dispatched,
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
    /// Who wanted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<Actor>,
}

impl Transition {
    fn new(seq: u64, to: Status, context: &Context) -> Self {
        Self { seq, input: context.input_id().to_owned(), at: context.now, to, actor: context.actor.clone() }
    }
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
    /// Number of transitions so far.
    pub seq: u64,
    pub log: Vec<Transition>,
    /// Trace context of the order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    Create(ShipmentRequest),
    Cancel,
    Dispatch(Tracking),
    Deliver,
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
    match command {
        Command::Create(request) => Ok(match current {
            None => Decision::Move(Shipment { request: Some(request.clone()), ..begun(id, Status::Created, context) }),
            Some(shipment) => recreate(shipment),
        }),
        Command::Cancel => Ok(match current {
            // The cancellation overtook the creation: it leaves a tombstone for the creation to find.
            None => Decision::Move(begun(id, Status::Canceled, context)),
            Some(shipment) => cancel(shipment, context),
        }),
        Command::Dispatch(tracking) => dispatch(current.ok_or(Rejection::Unknown)?, tracking, context),
        Command::Deliver => deliver(current.ok_or(Rejection::Unknown)?, context),
    }
}

fn begun(id: ShipmentId, status: Status, context: &Context) -> Shipment {
    let first = Transition::new(1, status, context);
    Shipment {
        id,
        status,
        request: None,
        tracking: None,
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
    match shipment.status {
        Status::Created => Decision::Move(shipment.moved(Status::Canceled, context)),
        Status::Canceled => {
            let republished = shipment.transition(Status::Canceled).map(|canceled| events_of(&shipment, canceled));
            let republished = republished.unwrap_or_default();
            Decision::Stand(shipment, republished)
        }
        Status::Dispatched | Status::Delivered => {
            let refused = shipment.transition(Status::Dispatched).map(|dispatched| refusal(&shipment, dispatched));
            let refused = refused.unwrap_or_default();
            Decision::Stand(shipment, refused)
        }
    }
}

fn dispatch(shipment: Shipment, tracking: &Tracking, context: &Context) -> Result<Decision, Rejection> {
    let overdue =
        shipment.request.as_ref().and_then(|request| request.dispatch_before).is_some_and(|end| context.now >= end);
    match shipment.status {
        Status::Created if overdue => Err(Rejection::Overdue),
        Status::Created => {
            let shipment = Shipment { tracking: Some(tracking.clone()), ..shipment };
            Ok(Decision::Move(shipment.moved(Status::Dispatched, context)))
        }
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
        Status::Delivered => Ok(Decision::Stand(shipment, Vec::new())),
        Status::Canceled => Err(Rejection::Canceled),
    }
}

impl Shipment {
    /// The transition to a status.
    pub fn transition(&self, to: Status) -> Option<&Transition> {
        self.log.iter().find(|transition| transition.to == to)
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

/// The events of a transition, the same at every repeat.
pub fn events_of(shipment: &Shipment, transition: &Transition) -> Vec<Outgoing> {
    let origin = shipment.origin(transition);
    let (order_id, shipment_id) = (shipment.id.order(), shipment.id);
    match transition.to {
        Status::Created => Outgoing::to_all(&origin, &ShipmentCreated { order_id, shipment_id }),
        Status::Delivered => Outgoing::to_all(&origin, &ShipmentDelivered { order_id, shipment_id }),
        Status::Canceled => Outgoing::to_all(&origin, &ShipmentCanceled { order_id, shipment_id }),
        Status::Dispatched => {
            let Some(Tracking { carrier, tracking_number }) = shipment.tracking.clone() else { return Vec::new() };
            Outgoing::to_all(&origin, &ShipmentDispatched { order_id, shipment_id, carrier, tracking_number })
        }
    }
}

/// The answer to a cancellation after the goods left. It needs no transition of its own: the dispatch is final, so the answer
/// always follows from it.
fn refusal(shipment: &Shipment, dispatch: &Transition) -> Vec<Outgoing> {
    let refused = CancelRefused { order_id: shipment.id.order(), shipment_id: shipment.id };
    Outgoing::to_all(&shipment.origin(dispatch), &refused)
}

#[cfg(test)]
mod tests;
