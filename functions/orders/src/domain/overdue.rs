//! What a stuck order needs: a command sent again, its expiry, an operation tried again, its completion. And when: the sweep
//! looks at an order no earlier. The sweep, an operator's redrive and the diagnosis all use this.

use super::effect::{Command, Effect, Participant, ReplyState};
use super::order::Order;
use super::states::{FulfillmentState, Status};
use super::transition::Transition;
use chassis::retry::{FAILED_OPERATION, MISSED_EVENT, UNANSWERED};
use events::Timestamp;

/// The look at an order that nothing moves but staff: no sweep comes that far, and the list of open orders ends with it
/// (9999-12-31T00:00:00Z).
pub const WAITS_FOR_STAFF: Timestamp = Timestamp::from_millis(253_402_214_400_000);
/// Seconds of a day.
const DAY: i64 = 24 * 60 * 60;

/// The need of a stuck order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Overdue {
    /// It must expire.
    Deadline,
    /// The hold on the money is about to end.
    Lapse,
    /// A capture or void failed and may be tried again.
    Retry,
    /// The carrier has said nothing for so long that the goods count as delivered.
    Complete,
    /// It has ended and must forget its buyer.
    Erase,
    /// Somebody has not answered the erasure that this transition began.
    Forget(u64),
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

/// Time of the last progress or resend.
pub fn idle_since(order: &Order) -> Timestamp {
    let progress = order.log.iter().rfind(|transition| transition.kind.is_progress());
    order.resent_at.or_else(|| progress.map(|transition| transition.at)).unwrap_or(order.placed_at)
}

/// The need of an order that has been stuck for long enough.
pub fn overdue(order: &Order, now: Timestamp) -> Option<Overdue> {
    needs(order).into_iter().find(|(at, _)| *at <= now).map(|(_, need)| need)
}

/// When the sweep must look at an order: the first moment at which [`overdue`] says something if nothing happens until
/// then. `None` if the order is settled.
pub fn next_look(order: &Order) -> Option<Timestamp> {
    let look = needs(order).into_iter().map(|(at, _)| at).min();
    look.or_else(|| (!order.is_settled()).then_some(WAITS_FOR_STAFF))
}

/// When the sweep looks at an order that was just changed. A key of an index that moves costs two writes, so one that comes
/// soon enough stays until the order rests, when the look may be days away.
pub fn due_after(order: &Order, now: Timestamp) -> Option<Timestamp> {
    let look = next_look(order)?;
    let rests = outstanding(order).is_empty() && failed_tries(order).is_none();
    let kept = order.due_at.filter(|due| *due > now && *due <= look && !rests);
    Some(kept.unwrap_or(look))
}

/// Everything that an order will need if nothing happens, each with the time from which on it does; what matters most first.
fn needs(order: &Order) -> Vec<(Timestamp, Overdue)> {
    let after = |seconds| idle_since(order).plus_seconds(seconds);
    let deadline = order.status.is_unpaid().then_some((order.deadline, Overdue::Deadline));
    let lapse = lapses_at(order).map(|at| (at, Overdue::Lapse));
    let retry = failed_tries(order).filter(|tries| *tries < FAILED_OPERATION.attempts);
    let retry = retry.map(|tries| (after(FAILED_OPERATION.wait_seconds(tries)), Overdue::Retry));
    let complete = completes_at(order).map(|at| (at, Overdue::Complete));
    let open = outstanding(order);
    let resend = if open.is_empty() {
        with_warehouse(order)
            .map(|silent| (vec![silent], if is_news_missing(order) { UNANSWERED } else { MISSED_EVENT }))
    } else {
        Some((open, UNANSWERED))
    };
    let resend = resend.map(|(open, policy)| (after(policy.wait_seconds(order.resends)), Overdue::Resend(open)));
    let erase =
        (order.has_ended() && order.is_to_be_erased()).then(|| (after(UNANSWERED.wait_seconds(0)), Overdue::Erase));
    let forget = order.unanswered_erasure();
    let forget = forget.map(|seq| (after(UNANSWERED.wait_seconds(order.resends)), Overdue::Forget(seq)));
    [deadline, lapse, retry, complete, resend, erase, forget].into_iter().flatten().collect()
}

/// When a confirmed order's goods may no longer leave, if no message says that they left and the warehouse has no command
/// yet to keep them.
pub fn lapses_at(order: &Order) -> Option<Timestamp> {
    let left = order.fulfillment_state.has_left();
    let canceling = order.shipment.is_some_and(|last| last.command == Command::CancelShipment);
    order.dispatch_before.filter(|_| order.status == Status::Confirmed && !left && !canceling)
}

/// When a dispatched and paid order counts as delivered without a word of the carrier.
pub fn completes_at(order: &Order) -> Option<Timestamp> {
    let under_way = order.status == Status::Confirmed && order.fulfillment_state == FulfillmentState::Dispatched;
    let left = |made: &[Transition]| {
        let [before, after] = [0, 1].map(|place| made.get(place).map(|made| made.fulfillment_state));
        before != after && after == Some(FulfillmentState::Dispatched)
    };
    let dispatched = order.log.windows(2).rfind(|made| left(made))?.last()?;
    let seconds = i64::from(order.complete_after_days) * DAY;
    (under_way && order.is_paid()).then(|| dispatched.at.plus_seconds(seconds))
}

/// Whether it is known that the goods left, though no message said so: the cancellation was refused.
fn is_news_missing(order: &Order) -> bool {
    let refused = order.shipment.is_some_and(|last| last.command == Command::CancelShipment);
    refused && !order.fulfillment_state.has_left()
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
