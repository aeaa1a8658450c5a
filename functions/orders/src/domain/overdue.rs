//! What a stuck order needs: a command sent again, its expiry, an operation tried again. The sweep, an operator's
//! redrive and the diagnosis all use this.

use super::effect::{Command, Effect, Participant, ReplyState};
use super::order::Order;
use super::states::{FulfillmentState, Status};
use chassis::retry::{FAILED_OPERATION, MISSED_EVENT, UNANSWERED};
use events::Timestamp;

/// The need of a stuck order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Overdue {
    /// It must expire.
    Deadline,
    /// The hold on the money is about to end.
    Lapse,
    /// A capture or void failed and may be tried again.
    Retry,
    /// These commands, each with the transition that sent it, are sent again.
    Resend(Vec<(u64, Command)>),
}

/// The commands that got no reply yet, each with the transition that sent it.
pub fn outstanding(order: &Order) -> Vec<(u64, Command)> {
    Participant::ALL
        .into_iter()
        .filter_map(|participant| order.last_command(participant))
        .filter(|last| last.reply == ReplyState::Pending)
        .map(|last| (last.seq, last.command))
        .collect()
}

/// The command that created the shipment, while the goods are with the warehouse or the carrier. It got its reply, but the
/// next message is theirs. As people take their time, the sweep resends it seldom; an operator may do so at once.
pub fn with_warehouse(order: &Order) -> Option<(u64, Command)> {
    let waits = order.status == Status::Confirmed && order.fulfillment_state != FulfillmentState::Delivered;
    order.shipment.filter(|last| waits && last.reply == ReplyState::Answered)?;
    order.last_sent(|command| command == Command::Create)
}

/// Time of the last transition or resend.
pub fn idle_since(order: &Order) -> Timestamp {
    order.resent_at.or_else(|| order.log.last().map(|transition| transition.at)).unwrap_or(order.placed_at)
}

/// The need of an order that has been stuck for long enough.
pub fn overdue(order: &Order, now: Timestamp) -> Option<Overdue> {
    if order.status.is_unpaid() && now >= order.deadline {
        return Some(Overdue::Deadline);
    }
    if is_about_to_lapse(order, now) {
        return Some(Overdue::Lapse);
    }
    let idle = now.seconds_since(idle_since(order));
    let may_retry = |tries| tries < FAILED_OPERATION.attempts && idle >= FAILED_OPERATION.wait_seconds(tries);
    if failed_tries(order).is_some_and(may_retry) {
        return Some(Overdue::Retry);
    }
    let open = outstanding(order);
    if open.is_empty() {
        let silent = with_warehouse(order)?;
        return (idle >= MISSED_EVENT.wait_seconds(order.resends)).then(|| Overdue::Resend(vec![silent]));
    }
    (idle >= UNANSWERED.wait_seconds(order.resends)).then_some(Overdue::Resend(open))
}

/// Whether a confirmed order's goods may no longer leave, no message says that they left, and the warehouse has no
/// command yet to keep them.
pub fn is_about_to_lapse(order: &Order, now: Timestamp) -> bool {
    let left = order.fulfillment_state.has_left();
    let canceling = order.shipment.is_some_and(|last| last.command == Command::CancelShipment);
    order.status == Status::Confirmed && !left && !canceling && order.dispatch_before.is_some_and(|end| now >= end)
}

/// Attempts at a capture or void that failed and can be tried again.
pub fn failed_tries(order: &Order) -> Option<u32> {
    let failed = order.payment.filter(|last| last.reply == ReplyState::Failed)?;
    let same: fn(Command) -> bool = match failed.command {
        Command::Capture(_) => Command::is_capture,
        Command::Void => |command| command == Command::Void,
        _ => return None,
    };
    let effects = order.log.iter().flat_map(|transition| &transition.effects);
    let tries = effects.filter(|effect| matches!(effect, Effect::Send(command) if same(*command))).count();
    Some(u32::try_from(tries).unwrap_or(u32::MAX))
}
