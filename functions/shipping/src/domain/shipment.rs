//! A shipment's life: created → dispatched → delivered, or created → canceled, or canceled before it was ever created.
//! Decides what a command does and what is told about it. Refuses to go back: dispatched and canceled are final answers
//! to "can it still be stopped?".

use events::inventory::StockLine;
use events::message::Origin;
use events::shipping::{CancelRefused, ShipmentCanceled, ShipmentCreated, ShipmentDelivered, ShipmentDispatched};
use events::{Address, Outgoing, Timestamp, ids::ShipmentId};
use serde::{Deserialize, Serialize};

/// Where a shipment is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ShipmentStatus")]
pub enum Status {
    /// Waits for dispatch.
    Created,
    /// Has left.
    Dispatched,
    /// Has arrived.
    Delivered,
    /// Will never leave.
    Canceled,
}

/// What is sent, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// The goods.
    pub lines: Vec<StockLine>,
    /// Where to.
    pub ship_to: Address,
    /// The chosen service's code.
    pub service: String,
    /// Weight of all goods in grams.
    pub weight_grams: u64,
    /// From then on they stay: the money that was held for them is about to be let go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dispatch_before: Option<Timestamp>,
}

/// Into whose hands the goods went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handover {
    /// Who carries them.
    pub carrier: String,
    /// The carrier's number for them.
    pub tracking_number: String,
}

/// A step that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transition {
    /// Its number, from 1.
    pub seq: u64,
    /// What asked for it: a message's id, or the name of a route.
    pub input: String,
    /// When.
    pub at: Timestamp,
    /// Where it led.
    pub to: Status,
}

/// A shipment as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shipment {
    /// Its id, which has its order's bits.
    pub id: ShipmentId,
    /// Where it is in its life.
    pub status: Status,
    /// What is sent; absent if it was canceled before it was created.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contents: Option<Contents>,
    /// Who carries it, once it left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handover: Option<Handover>,
    /// Number of steps so far.
    pub seq: u64,
    /// All steps, in order.
    pub log: Vec<Transition>,
    /// Trace context of the order's work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
}

/// What is asked of a shipment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Prepare these goods.
    Create(Contents),
    /// Keep them here.
    Cancel,
    /// They were handed over.
    Dispatch(Handover),
    /// They arrived.
    Deliver,
}

/// Who asks, and when.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// Its semantic name.
    pub id: &'a str,
    /// When it came.
    pub at: Timestamp,
    /// Trace context to keep with what it starts.
    pub traceparent: Option<&'a str>,
}

/// What a command comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// A step: to be written where nothing is, or over the step before.
    Move(Shipment),
    /// No step; what is told about an earlier one is told again.
    Stand(Shipment, Vec<Outgoing>),
}

/// Why a command of the staff is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// There is no such shipment.
    #[error("unknown shipment")]
    Unknown,
    /// It was canceled; the goods stay.
    #[error("the shipment was canceled")]
    Canceled,
    /// It was handed over before, to someone else or under another number.
    #[error("the shipment was dispatched before")]
    AlreadyDispatched,
    /// The money that was held for it is about to be let go.
    #[error("nobody would pay for the goods any more")]
    Overdue,
    /// It has not left yet.
    #[error("the shipment was not dispatched yet")]
    NotDispatched,
}

/// What `command` does to the shipment `id`, of which `current` is the latest known.
///
/// # Errors
/// Only for commands of the staff; those of the order are always answered.
pub fn decide(
    id: ShipmentId,
    current: Option<Shipment>,
    command: &Command,
    input: Input<'_>,
) -> Result<Decision, Rejection> {
    match command {
        Command::Create(contents) => Ok(match current {
            None => Decision::Move(Shipment { contents: Some(contents.clone()), ..begun(id, Status::Created, input) }),
            Some(shipment) => recreate(shipment),
        }),
        Command::Cancel => Ok(match current {
            // Undo overtook do: a tombstone that the late command will find.
            None => Decision::Move(begun(id, Status::Canceled, input)),
            Some(shipment) => cancel(shipment, input),
        }),
        Command::Dispatch(handover) => dispatch(current.ok_or(Rejection::Unknown)?, handover, input),
        Command::Deliver => deliver(current.ok_or(Rejection::Unknown)?, input),
    }
}

fn begun(id: ShipmentId, status: Status, input: Input<'_>) -> Shipment {
    let first = Transition { seq: 1, input: input.id.to_owned(), at: input.at, to: status };
    Shipment {
        id,
        status,
        contents: None,
        handover: None,
        seq: 1,
        log: vec![first],
        traceparent: input.traceparent.map(str::to_owned),
    }
}

/// The order asks again because something that was told may have been lost, be it a later step's: all is told again.
fn recreate(shipment: Shipment) -> Decision {
    let told = shipment.log.iter().flat_map(|step| told(&shipment, step)).collect();
    Decision::Stand(shipment, told)
}

fn cancel(shipment: Shipment, input: Input<'_>) -> Decision {
    match shipment.status {
        Status::Created => Decision::Move(shipment.moved(Status::Canceled, input)),
        Status::Canceled => {
            let told = shipment.step(Status::Canceled).map(|step| told(&shipment, step)).unwrap_or_default();
            Decision::Stand(shipment, told)
        }
        Status::Dispatched | Status::Delivered => {
            let refused = shipment.step(Status::Dispatched).map(|step| refusal(&shipment, step)).unwrap_or_default();
            Decision::Stand(shipment, refused)
        }
    }
}

fn dispatch(shipment: Shipment, handover: &Handover, input: Input<'_>) -> Result<Decision, Rejection> {
    let overdue =
        shipment.contents.as_ref().and_then(|contents| contents.dispatch_before).is_some_and(|end| input.at >= end);
    match shipment.status {
        Status::Created if overdue => Err(Rejection::Overdue),
        Status::Created => {
            let shipment = Shipment { handover: Some(handover.clone()), ..shipment };
            Ok(Decision::Move(shipment.moved(Status::Dispatched, input)))
        }
        Status::Dispatched | Status::Delivered if shipment.handover.as_ref() == Some(handover) => {
            Ok(Decision::Stand(shipment, Vec::new()))
        }
        Status::Dispatched | Status::Delivered => Err(Rejection::AlreadyDispatched),
        Status::Canceled => Err(Rejection::Canceled),
    }
}

fn deliver(shipment: Shipment, input: Input<'_>) -> Result<Decision, Rejection> {
    match shipment.status {
        Status::Created => Err(Rejection::NotDispatched),
        Status::Dispatched => Ok(Decision::Move(shipment.moved(Status::Delivered, input))),
        Status::Delivered => Ok(Decision::Stand(shipment, Vec::new())),
        Status::Canceled => Err(Rejection::Canceled),
    }
}

impl Shipment {
    /// The step that led to a status.
    pub fn step(&self, to: Status) -> Option<&Transition> {
        self.log.iter().find(|step| step.to == to)
    }

    /// What the latest step tells.
    pub fn news(&self) -> Vec<Outgoing> {
        self.log.last().map(|step| told(self, step)).unwrap_or_default()
    }

    fn moved(mut self, to: Status, input: Input<'_>) -> Self {
        self.seq += 1;
        self.log.push(Transition { seq: self.seq, input: input.id.to_owned(), at: input.at, to });
        self.status = to;
        self
    }

    fn origin(&self, step: &Transition) -> Origin<'_> {
        Origin { subject: self.id.to_string(), seq: step.seq, at: step.at, traceparent: self.traceparent.as_deref() }
    }
}

/// What a step tells, the same however often it is told.
pub fn told(shipment: &Shipment, step: &Transition) -> Vec<Outgoing> {
    let origin = shipment.origin(step);
    let (order_id, shipment_id) = (shipment.id.order(), shipment.id);
    match step.to {
        Status::Created => Outgoing::to_all(&origin, &ShipmentCreated { order_id, shipment_id }),
        Status::Delivered => Outgoing::to_all(&origin, &ShipmentDelivered { order_id, shipment_id }),
        Status::Canceled => Outgoing::to_all(&origin, &ShipmentCanceled { order_id, shipment_id }),
        Status::Dispatched => {
            let Some(Handover { carrier, tracking_number }) = shipment.handover.clone() else { return Vec::new() };
            Outgoing::to_all(&origin, &ShipmentDispatched { order_id, shipment_id, carrier, tracking_number })
        }
    }
}

/// The answer to a cancellation that came after the goods left. It needs no step of its own: leaving is final, so the
/// answer follows from the dispatch for ever.
fn refusal(shipment: &Shipment, dispatch: &Transition) -> Vec<Outgoing> {
    let refused = CancelRefused { order_id: shipment.id.order(), shipment_id: shipment.id };
    Outgoing::to_all(&shipment.origin(dispatch), &refused)
}

#[cfg(test)]
mod tests;
