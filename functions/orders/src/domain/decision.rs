//! The outcome of deciding an input.

use super::effect::Command;
use super::order::Order;
use events::Timestamp;

/// The effect of an input on an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// The order with one more transition. Once it is written, its messages are sent.
    Moved(Box<Order>),
    /// The input made that transition before, whose messages are sent again.
    Repeat(u64),
    /// The input came after the order's end and was compensated before: that transition's command is sent again.
    Compensate(u64, Command),
    /// The input came too early and must come again at that time.
    Wait(Timestamp),
    /// The input changes nothing.
    Nothing,
}

impl Decision {
    pub const fn moves(&self) -> bool {
        matches!(self, Self::Moved(_))
    }
}
