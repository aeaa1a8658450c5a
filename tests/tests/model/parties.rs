//! The four capabilities as they meet one message: the functions that run in Lambda, and around them no more than their
//! services do, namely to choose the command, to write under the store's condition and to send. Refuses a state of its own.
//!
//! Every write of a course is a point where a machine may die, so each is kept as a version of its item.

use crate::plants::Plant;
use chassis::Received;
use events::message::{Origin, Outgoing};
use events::payments::{CapturePayment, ExecuteRefund, PaymentRefunded, VoidPayment};
use events::{Capability, Envelope, Message, Timestamp};
use orders::domain::messages::{messages_of, questions, reminder};
use orders::domain::order::{Ask, Effect, Order};
use orders::domain::step::{Decision, Input, step};
use serde_json::Value;

pub mod money;
pub mod parcel;
pub mod stock;

/// When everything happens that does not depend on time.
pub fn now() -> Timestamp {
    Timestamp::from_millis(1_750_000_000_000)
}

/// How a message ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Acknowledged.
    Settled,
    /// It comes again later, as what it needs is not there yet.
    Postponed,
    /// It went to the dead letters.
    Buried,
}

/// What a message, or a person, does to one item.
#[derive(Debug, Clone)]
pub struct Course<T> {
    /// The item after each write.
    pub versions: Vec<T>,
    /// What is sent once all is written.
    pub sends: Vec<Outgoing>,
    /// Whether it is done with.
    pub end: End,
}

impl<T> Course<T> {
    pub const fn settled(versions: Vec<T>, sends: Vec<Outgoing>) -> Self {
        Self { versions, sends, end: End::Settled }
    }

    pub const fn ended(end: End) -> Self {
        Self { versions: Vec::new(), sends: Vec::new(), end }
    }
}

/// A message as its receiver gets it.
pub fn received(envelope: &Envelope<Value>, now: Timestamp) -> Received {
    Received { envelope: envelope.clone(), now }
}

/// What orders makes of a message.
pub fn order_receives(order: &Order, message: &Received, plant: Plant) -> Course<Order> {
    let Ok((id, input)) = orders::inbox::read(message) else { return Course::ended(End::Buried) };
    let name = orders::service::message_name(message, id, &input);
    let input = match (plant, input) {
        (Plant::RefusalTakenForCancellation, Input::CancelRefused) => Input::ShipmentCanceled,
        (Plant::LateMoneyKept, Input::PaymentAuthorized { .. }) if order.status.is_void() => {
            return Course::settled(Vec::new(), Vec::new());
        }
        (_, input) => input,
    };
    let mut course = order_decides(order, &input, &name, message.now);
    match plant {
        Plant::LateMoneyKept => course = deaf_to_money(course),
        Plant::CapturedOnConfirmation if matches!(input, Input::PaymentAuthorized { .. }) => {
            let origin = Origin { subject: order.id.to_string(), seq: 99, at: now(), traceparent: None };
            let capture = CapturePayment { order_id: order.id, payment_id: order.id.payment(), attempt: 1 };
            course.sends.extend(Outgoing::to_all(&origin, &capture));
        }
        _ => {}
    }
    course
}

/// The planted end of an order that asks nobody to let its money go.
fn deaf_to_money(mut course: Course<Order>) -> Course<Order> {
    course.sends.retain(|letter| letter.envelope.kind != VoidPayment::TYPE);
    for order in &mut course.versions {
        order.payment = order.payment.filter(|asked| asked.ask != Ask::Void);
        if let Some(last) = order.log.last_mut() {
            last.effects.retain(|effect| *effect != Effect::Ask(Ask::Void));
        }
    }
    course
}

/// What orders makes of an input: the saga's decision, and what its service sends of it.
pub fn order_decides(order: &Order, input: &Input, name: &str, now: Timestamp) -> Course<Order> {
    match step(order, input, name, now) {
        Err(_) => Course::ended(End::Buried),
        Ok(Decision::Moved(next)) => {
            let next = timeless(*next);
            let sends = messages_of(&next, next.seq);
            Course::settled(vec![next], sends)
        }
        Ok(Decision::Repeat(seq)) => Course::settled(Vec::new(), messages_of(order, seq)),
        Ok(Decision::Undo(seq, ask)) => Course::settled(Vec::new(), questions(order, &[(seq, ask)])),
        Ok(Decision::Wait(_)) => Course::settled(Vec::new(), vec![reminder(order, now)]),
        Ok(Decision::Nothing) => Course::settled(Vec::new(), Vec::new()),
    }
}

/// The order without what only tells how long it waits: two orders of one history are one state.
fn timeless(mut order: Order) -> Order {
    for transition in &mut order.log {
        transition.at = now();
    }
    Order { resends: 0, resent_at: None, ..order }
}

/// Whether a message stays within the four: mails, carts, levels and ledger balances decide nothing.
pub fn matters(letter: &Outgoing) -> bool {
    match letter.to {
        Capability::Orders | Capability::Inventory | Capability::Shipping => true,
        Capability::Payments => !letter.envelope.kind.ends_with(".entries_posted.v1"),
        _ => false,
    }
}

/// Whether it is about a refund by the staff, of which nobody asks again: the queue remembers it, and queues lose nothing.
/// Of the first of the two `payments` has a sweep of its own.
pub fn is_of_a_staff_refund(letter: &Outgoing) -> bool {
    let cause = letter.envelope.data["cause"].as_str().unwrap_or_default();
    letter.envelope.kind == ExecuteRefund::TYPE
        || (letter.envelope.kind == PaymentRefunded::TYPE && cause.starts_with("staff/"))
}

/// Whether it is the order's note to itself, which lies until the time to pay is over.
pub fn is_reminder(letter: &Outgoing) -> bool {
    letter.envelope.kind.ends_with(".deadline_due.v1")
}
