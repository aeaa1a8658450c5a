//! What heals an order that stands still: the questions that nobody answered yet, a deadline whose reminder was lost, a
//! capture that failed. The sweep, an operator's redrive and the diagnosis all look here.

use super::order::{Ask, FulfilmentState, Order, Party, PaymentState, Status};
use events::Timestamp;

/// An order that stands still for so long is nudged; each time after twice as long.
const IDLE_SECONDS: i64 = 60;
/// Doublings of that wait: at most an hour and four minutes, so that an outage is not followed by a flood.
const MOST_DOUBLINGS: u32 = 6;
/// Tries to capture that are made without anybody looking.
const MOST_CAPTURES: u32 = 10;

/// What a standing order needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Overdue {
    /// Its time to pay is over.
    Deadline,
    /// Its capture failed and may be tried again.
    RetryCapture,
    /// These questions, asked in these transitions, are to be asked again.
    Ask(Vec<(u64, Ask)>),
}

/// The questions to which an order still expects an answer, each with the transition that asked it.
pub fn outstanding(order: &Order) -> Vec<(u64, Ask)> {
    let mut open: Vec<_> = [Party::Stock, Party::Payment, Party::Shipment]
        .into_iter()
        .filter_map(|party| order.asked(party))
        .filter(|asked| !asked.answered)
        .map(|asked| (asked.seq, asked.ask))
        .collect();
    // The shipment exists and the next word is the warehouse's. Asking for it again lets a lost word be repeated.
    let with_warehouse = order.status == Status::Confirmed && order.fulfilment_state != FulfilmentState::Delivered;
    if with_warehouse && order.shipment.is_some_and(|asked| asked.answered) {
        open.extend(order.last_asked(|ask| ask == Ask::Create));
    }
    open
}

/// Since when an order stands still.
pub fn idle_since(order: &Order) -> Timestamp {
    order.nudged_at.or_else(|| order.log.last().map(|transition| transition.at)).unwrap_or(order.placed_at)
}

/// What an order needs now, if it stood still for long enough.
pub fn overdue(order: &Order, now: Timestamp) -> Option<Overdue> {
    if order.status.is_unpaid() && now >= order.deadline {
        return Some(Overdue::Deadline);
    }
    let idle = now.seconds_since(idle_since(order));
    if capture_failed(order) {
        let tried = order.payment.map_or(0, |asked| if let Ask::Capture(n) = asked.ask { n } else { 0 });
        return (tried < MOST_CAPTURES && idle >= wait(tried)).then_some(Overdue::RetryCapture);
    }
    let open = outstanding(order);
    (!open.is_empty() && idle >= wait(order.nudges)).then_some(Overdue::Ask(open))
}

/// Whether the money could not be taken and nobody is trying.
pub fn capture_failed(order: &Order) -> bool {
    order.payment_state == PaymentState::CaptureFailed && order.payment.is_some_and(|asked| asked.answered)
}

fn wait(doublings: u32) -> i64 {
    IDLE_SECONDS << doublings.min(MOST_DOUBLINGS)
}
