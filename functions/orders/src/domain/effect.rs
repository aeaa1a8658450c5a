//! The effects of a transition: commands to participants, events, the scheduled check of the deadline. Refuses the
//! messages that carry them, which [`super::messages`] renders.

use super::tracking::Tracking;
use serde::{Deserialize, Serialize};

/// A participant of the saga. It gets one command at a time and replies to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Participant {
    /// `inventory`, which reserves the stock.
    Stock,
    /// `payments`, which holds and takes the money.
    Payment,
    /// `shipping`, which sends the goods.
    Shipment,
}

impl Participant {
    pub const ALL: [Self; 3] = [Self::Stock, Self::Payment, Self::Shipment];
}

/// A command to a participant. Every command has a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Reserve the stock.
    Reserve,
    /// The reserved stock is sold.
    Commit,
    /// Give the reserved or sold stock back.
    Release,
    /// Hold the money. The number is that of the customer's attempt, from 1.
    Authorize(u32),
    /// Take the held money. The number is that of our attempt, from 1.
    Capture(u32),
    /// Release the held money.
    Void,
    /// Give all of the money back, as the order is canceled.
    Refund,
    /// Create the shipment.
    Create,
    /// Cancel the shipment.
    CancelShipment,
    /// Take the dispatch back, as staff asked for under this number.
    RetractDispatch(u64),
}

impl Command {
    pub const fn participant(self) -> Participant {
        match self {
            Self::Reserve | Self::Commit | Self::Release => Participant::Stock,
            Self::Authorize(_) | Self::Capture(_) | Self::Void | Self::Refund => Participant::Payment,
            Self::Create | Self::CancelShipment | Self::RetractDispatch(_) => Participant::Shipment,
        }
    }

    pub const fn is_authorize(self) -> bool {
        matches!(self, Self::Authorize(_))
    }

    pub const fn is_capture(self) -> bool {
        matches!(self, Self::Capture(_))
    }

    pub const fn is_retraction(self) -> bool {
        matches!(self, Self::RetractDispatch(_))
    }
}

/// A domain event as its transition stores it, without the fields of the order. `messages.rs` renders the whole event.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DomainEvent {
    Placed,
    Confirmed,
    /// The text is the reason.
    PaymentDeclined(String),
    /// The text is the address where the customer confirms the payment.
    ActionRequired(String),
    Rejected,
    Expired,
    Canceled,
    CancellationRefused,
    Dispatched,
    /// The goods left after an earlier dispatch was taken back.
    DispatchedAgain(Tracking),
    TrackingCorrected(Tracking),
    /// The number is that of the request.
    RetractionRefused(u64),
    Delivered,
    /// The order forgot its buyer, and so must everybody.
    Erased,
    /// The amount is in minor units.
    Refunded(i64),
}

/// An effect of a transition.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    Send(Command),
    Publish(DomainEvent),
    /// Check the deadline when it has passed.
    Schedule,
}

/// The state of the reply to a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplyState {
    Pending,
    Answered,
    /// The command failed for good: only a new command can change that.
    Failed,
}

/// The last command to a participant. It is stored as a tuple, as an item costs by its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "(Command, u64, ReplyState)", into = "(Command, u64, ReplyState)")]
pub struct PendingCommand {
    pub command: Command,
    /// The transition that sent it.
    pub seq: u64,
    pub reply: ReplyState,
}

impl From<(Command, u64, ReplyState)> for PendingCommand {
    fn from((command, seq, reply): (Command, u64, ReplyState)) -> Self {
        Self { command, seq, reply }
    }
}

impl From<PendingCommand> for (Command, u64, ReplyState) {
    fn from(pending: PendingCommand) -> Self {
        (pending.command, pending.seq, pending.reply)
    }
}
