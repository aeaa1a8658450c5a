//! The one renderer of an order's messages: a pure function of the order and one of its transitions. The relay, the inbox,
//! a redelivery and the sweep all send exactly what is made here, so a repeated message is the same message.

use super::order::{Ask, Effect, Notice, Order, Transition};
use events::inventory::{CommitReservation, ReleaseReservation, ReserveStock};
use events::message::Origin;
use events::orders::{
    DeadlineDue, OrderCanceled, OrderCancellationRefused, OrderConfirmed, OrderDelivered, OrderDetails,
    OrderDispatched, OrderExpired, OrderLine, OrderPaymentActionRequired, OrderPaymentDeclined, OrderPlaced,
    OrderRefunded, OrderRejected,
};
use events::payments::{AuthorizePayment, CapturePayment, RefundPayment, VoidPayment};
use events::shipping::{CancelShipment, CreateShipment};
use events::{Capability, Message, Outgoing, Timestamp};
use std::collections::BTreeSet;

/// The refund cause of an order that was called off: one a payment.
pub const CANCELLATION: &str = "order_canceled";

/// What follows from a transition.
pub fn messages(order: &Order, transition: &Transition) -> Vec<Outgoing> {
    transition.effects.iter().flat_map(|effect| following(order, transition, effect)).collect()
}

/// What follows from the transition of that number.
pub fn messages_of(order: &Order, seq: u64) -> Vec<Outgoing> {
    order.transition(seq).map(|transition| messages(order, transition)).unwrap_or_default()
}

/// Questions again, and before them what requests told: what is sent when nobody answers.
pub fn again(order: &Order, asked: &[(u64, Ask)]) -> Vec<Outgoing> {
    let mut all = retold(order, asked);
    all.extend(questions(order, asked));
    all
}

/// What the requests told that asked these questions: whatever lost the question may have lost that too.
pub fn retold(order: &Order, asked: &[(u64, Ask)]) -> Vec<Outgoing> {
    let asked_in: BTreeSet<u64> = asked.iter().map(|(seq, _)| *seq).collect();
    asked_in.into_iter().flat_map(|seq| told_by_requests(order, seq)).collect()
}

/// What requests told, but not what they asked, from the transition of that number back to one that a message or the clock
/// made: that one was remembered by its queue, but a request only by a stream record, each of which may be lost.
pub fn told_by_requests(order: &Order, seq: u64) -> Vec<Outgoing> {
    let back = order.log.iter().rev().skip_while(|transition| transition.seq > seq);
    let told = |transition: &Transition| -> Vec<Outgoing> {
        let effects = transition.effects.iter().filter(|effect| !matches!(effect, Effect::Ask(_)));
        effects.flat_map(|effect| following(order, transition, effect)).collect()
    };
    back.take_while(|transition| transition.step.is_requested()).flat_map(told).collect()
}

/// Questions again, just as their transitions asked them.
pub fn questions(order: &Order, asked: &[(u64, Ask)]) -> Vec<Outgoing> {
    asked
        .iter()
        .filter_map(|(seq, ask)| order.transition(*seq).map(|transition| (transition, *ask)))
        .flat_map(|(transition, ask)| command(order, &origin(order, transition.seq, transition.at), ask))
        .collect()
}

/// The order's note to itself to look at its deadline, sent at `now`. Longer waits than SQS can delay are chained.
pub fn reminder(order: &Order, now: Timestamp) -> Outgoing {
    let message = DeadlineDue { order_id: order.id, deadline: order.deadline };
    let left = order.deadline.millis().saturating_sub(now.millis());
    // Rounded up: a reminder that comes a moment early would have to be sent once more.
    let seconds = left.saturating_add(999).div_euclid(1000);
    Outgoing::to_one(Capability::Orders, &origin(order, 1, order.placed_at), &message).delayed(seconds)
}

fn following(order: &Order, transition: &Transition, effect: &Effect) -> Vec<Outgoing> {
    let origin = origin(order, transition.seq, transition.at);
    match effect {
        Effect::Ask(ask) => command(order, &origin, *ask),
        Effect::Tell(notice) => notices(order, &origin, notice),
        Effect::Remind => vec![reminder(order, transition.at)],
    }
}

fn origin(order: &Order, seq: u64, at: Timestamp) -> Origin<'_> {
    Origin { subject: order.id.to_string(), seq, at, traceparent: Some(&order.traceparent) }
}

fn command(order: &Order, origin: &Origin<'_>, ask: Ask) -> Vec<Outgoing> {
    let order_id = order.id;
    let (reservation_id, payment_id, shipment_id) = (order_id.reservation(), order_id.payment(), order_id.shipment());
    match ask {
        Ask::Reserve => {
            Outgoing::to_all(origin, &ReserveStock { order_id, reservation_id, lines: order.stock_lines() })
        }
        Ask::Commit => Outgoing::to_all(origin, &CommitReservation { order_id, reservation_id }),
        Ask::Release => Outgoing::to_all(origin, &ReleaseReservation { order_id, reservation_id }),
        Ask::Authorize(attempt) => Outgoing::to_all(origin, &authorize(order, attempt)),
        Ask::Capture(attempt) => Outgoing::to_all(origin, &CapturePayment { order_id, payment_id, attempt }),
        Ask::Void => Outgoing::to_all(origin, &VoidPayment { order_id, payment_id }),
        Ask::Refund => {
            let (cause, amount) = (CANCELLATION.to_owned(), order.money(order.total));
            Outgoing::to_all(origin, &RefundPayment { order_id, payment_id, cause, amount })
        }
        Ask::Create => Outgoing::to_all(
            origin,
            &CreateShipment {
                order_id,
                shipment_id,
                lines: order.stock_lines(),
                ship_to: order.ship_to.clone(),
                service: order.carriage.service.clone(),
                weight_grams: order.weight_grams(),
                dispatch_before: order.dispatch_before,
            },
        ),
        Ask::CancelShipment => Outgoing::to_all(origin, &CancelShipment { order_id, shipment_id }),
    }
}

fn authorize(order: &Order, attempt: u32) -> AuthorizePayment {
    let index = usize::try_from(attempt.saturating_sub(1)).unwrap_or(usize::MAX);
    AuthorizePayment {
        order_id: order.id,
        payment_id: order.id.payment(),
        attempt,
        amount: order.money(order.total),
        parts: order.parts(),
        payment_method: order.attempts.get(index).map(|attempt| attempt.method.clone()).unwrap_or_default(),
        customer: order.customer,
    }
}

fn notices(order: &Order, origin: &Origin<'_>, notice: &Notice) -> Vec<Outgoing> {
    let pay_until = order.deadline;
    match notice.clone() {
        Notice::Placed => told(order, origin, |about| OrderPlaced {
            order: about,
            cart_id: order.cart_id,
            lines: order.stock_lines(),
        }),
        Notice::Confirmed => told(order, origin, |about| OrderConfirmed { order: about }),
        Notice::PaymentDeclined(reason) => {
            told(order, origin, |about| OrderPaymentDeclined { order: about, reason: reason.clone(), pay_until })
        }
        Notice::ActionRequired(url) => {
            told(order, origin, |about| OrderPaymentActionRequired { order: about, url: url.clone(), pay_until })
        }
        Notice::Rejected => told(order, origin, |about| OrderRejected { order: about, missing: order.missing.clone() }),
        Notice::Expired => told(order, origin, |about| OrderExpired { order: about }),
        Notice::Canceled => told(order, origin, |about| OrderCanceled { order: about }),
        Notice::CancellationRefused => told(order, origin, |about| OrderCancellationRefused { order: about }),
        Notice::Dispatched => {
            let tracking = order.tracking.clone();
            let (carrier, tracking_number) = tracking.map(|t| (t.carrier, t.tracking_number)).unwrap_or_default();
            told(order, origin, |about| OrderDispatched {
                order: about,
                carrier: carrier.clone(),
                tracking_number: tracking_number.clone(),
            })
        }
        Notice::Delivered => told(order, origin, |about| OrderDelivered { order: about }),
        Notice::Refunded(amount) => {
            told(order, origin, |about| OrderRefunded { order: about, amount: order.money(amount) })
        }
    }
}

/// One copy for each receiver; only the one for `notifications` says how to reach the customer.
fn told<M: Message>(order: &Order, origin: &Origin<'_>, message: impl Fn(OrderDetails) -> M) -> Vec<Outgoing> {
    let copy = |to: Capability| {
        let contact = (to == Capability::Notifications).then(|| order.contact.clone());
        let about = OrderDetails {
            order_id: order.id,
            customer: order.customer,
            contact,
            lines: order.lines.iter().map(|line| notice_line(order, line)).collect(),
            total: order.money(order.total),
        };
        Outgoing::to_one(to, origin, &message(about))
    };
    M::TO.iter().map(|&to| copy(to)).collect()
}

fn notice_line(order: &Order, line: &events::quotes::QuotedLine) -> OrderLine {
    // Both were added into the total when the order was placed, so their sum fits.
    let total = line.net().unwrap_or_default().saturating_add(line.tax);
    OrderLine { sku: line.sku.clone(), title: line.title.clone(), quantity: line.quantity, total: order.money(total) }
}
