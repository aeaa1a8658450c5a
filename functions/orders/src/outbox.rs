//! What others hear when HTTP changed an order: a pure function of the two images.

use crate::domain::messages::{again, messages, reminder, told_by_requests};
use crate::domain::order::Order;
use crate::domain::overdue::{outstanding, with_warehouse};
use crate::store::Item;
use chassis::Change;
use chassis::Undecodable;
use events::Outgoing;

/// The messages of the transition that was made, and what the requests directly before it told, as their records may be lost.
/// A write without a transition is an operator's redrive: the open questions again, and the reminder at once, which finds out
/// by itself whether it is time.
///
/// # Errors
/// If an image is not an order.
pub fn relay(change: &Change) -> Result<Vec<Outgoing>, Undecodable> {
    let order = change.new_image::<Item>()?.order;
    let before = change.old_image::<Item>()?.map_or(0, |item| item.order.seq);
    if order.seq > before {
        let Some(made) = order.log.last() else { return Ok(Vec::new()) };
        let mut follow = messages(&order, made);
        follow.extend(told_by_requests(&order, before));
        return Ok(follow);
    }
    Ok(redriven(&order))
}

fn redriven(order: &Order) -> Vec<Outgoing> {
    let mut open = outstanding(order);
    open.extend(with_warehouse(order));
    let mut sent = again(order, &open);
    if order.status.is_unpaid() {
        sent.push(reminder(order, order.deadline));
    }
    sent
}
