//! What an order asks and tells, and how its questions stand.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Somebody with whom an order talks: each is asked one thing at a time and answers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// `inventory`, about the hold on stock.
    Stock,
    /// `payments`, about the money.
    Payment,
    /// `shipping`, about the shipment.
    Shipment,
}

/// What an order asks of others; each is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Hold the stock.
    Reserve,
    /// The held stock is sold.
    Commit,
    /// Give the held or sold stock back.
    Release,
    /// Hold the money, the customer's how-manieth try.
    Authorize(u32),
    /// Take the held money, our how-manieth try.
    Capture(u32),
    /// Let the held money go.
    Void,
    /// Give all taken money back, as the order is called off.
    Refund,
    /// Prepare the goods.
    Create,
    /// Do not send the goods.
    CancelShipment,
}

impl Ask {
    /// Who is asked.
    pub const fn party(self) -> Party {
        match self {
            Self::Reserve | Self::Commit | Self::Release => Party::Stock,
            Self::Authorize(_) | Self::Capture(_) | Self::Void | Self::Refund => Party::Payment,
            Self::Create | Self::CancelShipment => Party::Shipment,
        }
    }
}

/// What everyone who follows an order is told.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// Accepted.
    Placed,
    /// Stock and money are held.
    Confirmed,
    /// Declined, for that reason.
    PaymentDeclined(String),
    /// To be confirmed with the bank, there.
    ActionRequired(String),
    /// Not enough stock.
    Rejected,
    /// Not paid in time.
    Expired,
    /// Called off.
    Canceled,
    /// Too late to call off.
    CancellationRefused,
    /// The goods left.
    Dispatched,
    /// The goods arrived.
    Delivered,
    /// So many minor units went back.
    Refunded(i64),
}

/// What follows from a transition.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Ask.
    Ask(Ask),
    /// Tell.
    Tell(Notice),
    /// Be reminded of the deadline.
    Remind,
}

/// How a question stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// No answer yet.
    Awaited,
    /// Answered for good.
    Given,
    /// It failed for good: only a new question can change that.
    Failed,
}

/// A conversation: what was asked last, in which transition, and how that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Asked {
    /// What.
    pub ask: Ask,
    /// In which transition.
    pub seq: u64,
    /// How it stands.
    pub answer: Answer,
}
