//! The messages that follow from an HTTP request's change of an order: a pure function of the two images in a stream
//! record. What only a secret can add to them comes after.

use crate::domain::messages::{deadline_due, events_of_requests, outgoing, outgoing_of, resend};
use crate::domain::order::Order;
use crate::domain::overdue::{outstanding, with_warehouse};
use crate::service::Orders;
use crate::store::Item;
use chassis::{Change, Failure, Undecodable};
use events::Outgoing;

/// The messages of the new transition, and the events of the requests directly before it, whose records may be lost. A write
/// without a transition is an operator's redrive: the pending commands are sent again. The message about the deadline is sent
/// without delay, and finds out by itself whether it is time.
pub(crate) fn relay(change: &Change) -> Result<Vec<Outgoing>, Undecodable> {
    let order = change.new_image::<Item>()?.order;
    let before = change.old_image::<Item>()?.map_or(0, |item| item.order.seq);
    if order.seq > before {
        let Some(last) = order.log.last() else { return Ok(Vec::new()) };
        let mut messages = outgoing(&order, last);
        messages.extend(events_of_requests(&order, before));
        return Ok(messages);
    }
    Ok(redriven(&order))
}

/// The messages with the tokens of guests.
pub(crate) async fn complete(app: &Orders, change: &Change, messages: Vec<Outgoing>) -> Result<Vec<Outgoing>, Failure> {
    let item = change.new_image::<Item>().map_err(|error| Failure::Permanent(error.to_string()))?;
    Ok(app.with_guest_tokens(&item.order, messages).await?)
}

fn redriven(order: &Order) -> Vec<Outgoing> {
    let mut pending = outstanding(order);
    pending.extend(with_warehouse(order));
    let mut messages = resend(order, &pending);
    messages.extend(order.unanswered_erasure().map(|seq| outgoing_of(order, seq)).unwrap_or_default());
    if order.status.is_unpaid() {
        messages.push(deadline_due(order, order.deadline));
    }
    messages
}
