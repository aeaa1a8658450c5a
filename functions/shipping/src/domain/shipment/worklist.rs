//! What staff have to do: the lists that they work through, how soon a shipment must leave, and what they may do with one. Refuses
//! lists of what left, arrived or was canceled: those would only grow.

use super::{Command, Decision, Rejection, Shipment, Status, Tracking, decide};
use chassis::Context;
use events::Timestamp;
use serde::{Deserialize, Serialize};

/// Seconds before the end of the held money from which on a shipment is urgent.
const URGENT_SECONDS: i64 = 24 * 60 * 60;

/// Shipments that wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(rename = "ShipmentWorklist")]
pub enum Worklist {
    /// They wait for their dispatch.
    #[default]
    Created,
    /// Staff say that they never left, and the order has not answered yet whether the dispatch is taken back.
    Retracting,
}

/// How soon a shipment must leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// There is a day or more, or no end at all.
    None,
    /// There is less than a day.
    Soon,
    /// It must stay: the held money is about to be released.
    Overdue,
}

/// What staff may do with a shipment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    Dispatch,
    Deliver,
    CorrectTracking,
    RequestRetraction,
}

impl Worklist {
    pub const ALL: [Self; 2] = [Self::Created, Self::Retracting];

    /// The name of the status that its shipments have.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Retracting => "retracting",
        }
    }
}

impl Shipment {
    /// The list that it is in.
    pub const fn worklist(&self) -> Option<Worklist> {
        match self.status {
            Status::Created => Some(Worklist::Created),
            Status::Retracting => Some(Worklist::Retracting),
            Status::Dispatched | Status::Delivered | Status::Canceled => None,
        }
    }

    /// Whether it still has to leave, or may have to.
    pub const fn is_waiting(&self) -> bool {
        self.worklist().is_some()
    }

    /// From this time on it must not leave.
    pub fn dispatch_before(&self) -> Option<Timestamp> {
        self.request.as_ref().and_then(|request| request.dispatch_before)
    }

    /// How soon it must leave, if it still waits.
    pub fn urgency(&self, now: Timestamp) -> Urgency {
        match self.dispatch_before().filter(|_| self.is_waiting()) {
            Some(end) if now >= end => Urgency::Overdue,
            Some(end) if now.plus_seconds(URGENT_SECONDS) > end => Urgency::Soon,
            _ => Urgency::None,
        }
    }

    /// Units of all its lines.
    pub fn units(&self) -> u64 {
        let lines = self.request.iter().flat_map(|request| &request.lines);
        lines.fold(0, |sum: u64, line| sum.saturating_add(line.quantity.into()))
    }

    /// Why it cannot leave now; `None` if it can.
    pub fn dispatch_refusal(&self, context: &Context) -> Option<Rejection> {
        decide(self.id, Some(self.clone()), &Command::Dispatch(another()), context).err()
    }

    /// What staff may do with it now: what would change it.
    pub fn actions(&self, context: &Context) -> Vec<Action> {
        let commands = [
            (Action::Dispatch, Command::Dispatch(another())),
            (Action::Deliver, Command::Deliver),
            (Action::CorrectTracking, Command::CorrectTracking(another())),
            (Action::RequestRetraction, Command::RequestRetraction),
        ];
        let moves =
            |command: &Command| matches!(decide(self.id, Some(self.clone()), command, context), Ok(Decision::Move(_)));
        commands.into_iter().filter(|(_, command)| moves(command)).map(|(action, _)| action).collect()
    }
}

/// A tracking that no shipment has.
const fn another() -> Tracking {
    Tracking { carrier: String::new(), tracking_number: String::new() }
}
