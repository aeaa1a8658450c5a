//! How the four capabilities handle one message: the functions that run in Lambda, and around them only what their services
//! do: choose the command, write under the store's condition, send. Refuses a state of its own.
//!
//! A process may crash after every write of a handling, so each is kept as a version of its item.

use crate::mutants::Mutant;
use chassis::Received;
use events::message::{Origin, Outgoing};
use events::payments::{CapturePayment, ExecuteRefund, PaymentRefunded, VoidPayment};
use events::{Capability, Envelope, Message, Timestamp};
use orders::domain::decision::Decision;
use orders::domain::effect::{Command, Effect};
use orders::domain::input::Input;
use orders::domain::messages::{commands, deadline_due, outgoing_of};
use orders::domain::order::Order;
use orders::domain::saga::decide;
use serde_json::Value;

pub mod money;
pub mod shipment;
pub mod stock;

/// The time of everything that does not depend on time.
pub fn now() -> Timestamp {
    Timestamp::from_millis(1_750_000_000_000)
}

/// How a message ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// Acknowledged.
    Settled,
    /// It is delivered again later, as what it needs is not there yet.
    RetryLater,
    /// It was sent to the dead-letter queue.
    DeadLettered,
}

/// What a message or a person does to one item.
#[derive(Debug, Clone)]
pub struct Handling<T> {
    /// The item after each write.
    pub versions: Vec<T>,
    /// What is sent once all is written.
    pub sends: Vec<Outgoing>,
    pub end: End,
}

impl<T> Handling<T> {
    pub const fn settled(versions: Vec<T>, sends: Vec<Outgoing>) -> Self {
        Self { versions, sends, end: End::Settled }
    }

    pub const fn ended(end: End) -> Self {
        Self { versions: Vec::new(), sends: Vec::new(), end }
    }
}

pub fn received(envelope: &Envelope<Value>, now: Timestamp) -> Received {
    Received { envelope: envelope.clone(), now }
}

/// How orders handles a message.
pub fn order_receives(order: &Order, message: &Received, mutant: Mutant) -> Handling<Order> {
    let Ok((id, input)) = orders::inbox::read(message) else { return Handling::ended(End::DeadLettered) };
    let name = orders::service::message_name(&message.envelope.id, id, &input);
    let input = match (mutant, input) {
        (Mutant::RefusalTakenForCancellation, Input::CancelRefused) => Input::ShipmentCanceled,
        (Mutant::LateMoneyKept, Input::PaymentAuthorized { .. }) if order.status.is_void() => {
            return Handling::settled(Vec::new(), Vec::new());
        }
        (_, input) => input,
    };
    let mut handling = order_decides(order, &input, &name, message.now);
    match mutant {
        Mutant::LateMoneyKept => handling = deaf_to_money(handling),
        Mutant::CapturedOnConfirmation if matches!(input, Input::PaymentAuthorized { .. }) => {
            let origin = Origin { subject: order.id.to_string(), seq: 99, at: now(), traceparent: None, actor: None };
            let capture = CapturePayment { order_id: order.id, payment_id: order.id.payment(), attempt: 1 };
            handling.sends.extend(Outgoing::to_all(&origin, &capture));
        }
        _ => {}
    }
    handling
}

/// The mutant of an order that ends without voiding its payment.
fn deaf_to_money(mut handling: Handling<Order>) -> Handling<Order> {
    handling.sends.retain(|message| message.envelope.kind != VoidPayment::TYPE);
    for order in &mut handling.versions {
        order.payment = order.payment.filter(|last| last.command != Command::Void);
        if let Some(last) = order.log.last_mut() {
            last.effects.retain(|effect| *effect != Effect::Send(Command::Void));
        }
    }
    handling
}

/// How orders handles an input: the saga's decision, and what its service sends.
pub fn order_decides(order: &Order, input: &Input, name: &str, now: Timestamp) -> Handling<Order> {
    match decide(order, input, name, now) {
        Err(_) => Handling::ended(End::DeadLettered),
        Ok(Decision::Moved(next)) => {
            let next = timeless(*next);
            let sends = outgoing_of(&next, next.seq);
            Handling::settled(vec![next], sends)
        }
        Ok(Decision::Repeat(seq)) => Handling::settled(Vec::new(), outgoing_of(order, seq)),
        Ok(Decision::Compensate(seq, command)) => Handling::settled(Vec::new(), commands(order, &[(seq, command)])),
        Ok(Decision::Wait(_)) => Handling::settled(Vec::new(), vec![deadline_due(order, now)]),
        Ok(Decision::Nothing) => Handling::settled(Vec::new(), Vec::new()),
    }
}

/// The order without its times, so that two orders of one history are one state.
fn timeless(mut order: Order) -> Order {
    for transition in &mut order.log {
        transition.at = now();
    }
    Order { resends: 0, resent_at: None, ..order }
}

/// Whether a message goes to one of the four: mails, carts, stock levels and balances decide nothing.
pub fn matters(message: &Outgoing) -> bool {
    match message.to {
        Capability::Orders | Capability::Inventory | Capability::Shipping => true,
        Capability::Payments => !message.envelope.kind.ends_with(".entries_posted.v1"),
        _ => false,
    }
}

/// Whether a message is about a refund by the staff. Nobody asks for those again, as queues lose nothing; `payments` sweeps
/// for the first of the two.
pub fn is_of_a_staff_refund(message: &Outgoing) -> bool {
    let cause = message.envelope.data["cause"].as_str().unwrap_or_default();
    message.envelope.kind == ExecuteRefund::TYPE
        || (message.envelope.kind == PaymentRefunded::TYPE && cause.starts_with("staff/"))
}

/// Whether it is the order's reminder to itself, delayed until the time to pay is over.
pub fn is_reminder(message: &Outgoing) -> bool {
    message.envelope.kind.ends_with(".deadline_due.v1")
}
