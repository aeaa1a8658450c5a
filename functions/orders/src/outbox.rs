//! What others hear when HTTP changed an order: a pure function of the two images.

use crate::domain::messages::{messages, questions, reminder};
use crate::domain::order::Order;
use crate::domain::overdue::{outstanding, with_warehouse};
use crate::store::Item;
use chassis::Change;
use chassis::relay::Undecodable;
use events::Outgoing;

/// The messages of the transition that was made. A write without a transition is an operator's redrive: the open questions
/// again, and the reminder at once, which finds out by itself whether it is time.
///
/// # Errors
/// If an image is not an order.
pub fn relay(change: &Change) -> Result<Vec<Outgoing>, Undecodable> {
    let order = change.new_image::<Item>()?.order;
    let before = change.old_image::<Item>()?.map_or(0, |item| item.order.seq);
    if order.seq > before {
        return Ok(order.log.last().map(|transition| messages(&order, transition)).unwrap_or_default());
    }
    Ok(redriven(&order))
}

fn redriven(order: &Order) -> Vec<Outgoing> {
    let mut open = outstanding(order);
    open.extend(with_warehouse(order));
    let mut again = questions(order, &open);
    if order.status.is_unpaid() {
        again.push(reminder(order, order.deadline));
    }
    again
}
