//! What heals an order that stands still: the questions that nobody answered yet, a deadline whose reminder was lost, an
//! operation that failed. The sweep, an operator's redrive and the diagnosis all look here.

use super::order::{Answer, Ask, Effect, FulfillmentState, Order, Party, Status};
use events::Timestamp;

/// An order that stands still for so long is resent; each time after twice as long.
const IDLE_SECONDS: i64 = 60;
/// Doublings of that wait: at most an hour and four minutes, so that an outage is not followed by a flood.
const MAX_DOUBLINGS: u32 = 6;
/// A parcel of which nothing was heard for so long is asked after; each time after twice as long. The word that goods left
/// may have been lost, and until it is heard nobody takes the money.
const UNHEARD_SECONDS: i64 = 6 * 60 * 60;
/// Doublings of that wait: at most two days.
const MAX_UNHEARD_DOUBLINGS: u32 = 3;
/// Tries of an operation that are made without anybody looking.
const MAX_TRIES: u32 = 10;

/// What a standing order needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Overdue {
    /// Its time to pay is over.
    Deadline,
    /// The held money is about to be let go.
    Lapse,
    /// An operation failed and may be tried again.
    Retry,
    /// These questions, asked in these transitions, are to be asked again.
    Ask(Vec<(u64, Ask)>),
}

/// The questions to which an order still expects an answer, each with the transition that asked it.
pub fn outstanding(order: &Order) -> Vec<(u64, Ask)> {
    [Party::Stock, Party::Payment, Party::Shipment]
        .into_iter()
        .filter_map(|party| order.asked(party))
        .filter(|asked| asked.answer == Answer::Awaited)
        .map(|asked| (asked.seq, asked.ask))
        .collect()
}

/// The request for a shipment that is with the warehouse: nobody owes an answer, but the next word is the warehouse's. As
/// people take their time, a sweep asks seldom; an operator may ask at once.
pub fn with_warehouse(order: &Order) -> Option<(u64, Ask)> {
    let waits = order.status == Status::Confirmed && order.fulfillment_state != FulfillmentState::Delivered;
    order.shipment.filter(|asked| waits && asked.answer == Answer::Given)?;
    order.last_asked(|ask| ask == Ask::Create)
}

/// Since when an order stands still.
pub fn idle_since(order: &Order) -> Timestamp {
    order.resent_at.or_else(|| order.log.last().map(|transition| transition.at)).unwrap_or(order.placed_at)
}

/// What an order needs now, if it stood still for long enough.
pub fn overdue(order: &Order, now: Timestamp) -> Option<Overdue> {
    if order.status.is_unpaid() && now >= order.deadline {
        return Some(Overdue::Deadline);
    }
    if is_about_to_lapse(order, now) {
        return Some(Overdue::Lapse);
    }
    let idle = now.seconds_since(idle_since(order));
    if failed_tries(order).is_some_and(|tries| tries < MAX_TRIES && idle >= wait(tries)) {
        return Some(Overdue::Retry);
    }
    let open = outstanding(order);
    if open.is_empty() {
        let unheard = with_warehouse(order)?;
        let patience = UNHEARD_SECONDS << order.resends.min(MAX_UNHEARD_DOUBLINGS);
        return (idle >= patience).then(|| Overdue::Ask(vec![unheard]));
    }
    (idle >= wait(order.resends)).then_some(Overdue::Ask(open))
}

/// Whether the goods of a confirmed order may not leave any more, for all that is known here, and the warehouse was not
/// asked to keep them yet.
pub fn is_about_to_lapse(order: &Order, now: Timestamp) -> bool {
    let left = !matches!(order.fulfillment_state, FulfillmentState::None | FulfillmentState::Created);
    let asked = order.shipment.is_some_and(|asked| asked.ask == Ask::CancelShipment);
    order.status == Status::Confirmed && !left && !asked && order.dispatch_before.is_some_and(|end| now >= end)
}

/// How often the operation was tried that failed and can be tried again, if one did.
pub fn failed_tries(order: &Order) -> Option<u32> {
    let failed = order.payment.filter(|asked| asked.answer == Answer::Failed)?;
    let same: fn(Ask) -> bool = match failed.ask {
        Ask::Capture(_) => |ask| matches!(ask, Ask::Capture(_)),
        Ask::Void => |ask| ask == Ask::Void,
        _ => return None,
    };
    let effects = order.log.iter().flat_map(|transition| &transition.effects);
    let tries = effects.filter(|effect| matches!(effect, Effect::Ask(ask) if same(*ask))).count();
    Some(u32::try_from(tries).unwrap_or(u32::MAX))
}

fn wait(doublings: u32) -> i64 {
    IDLE_SECONDS << doublings.min(MAX_DOUBLINGS)
}
