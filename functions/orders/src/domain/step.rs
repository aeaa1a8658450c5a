//! The saga: one input, decided against the order as it is. Owns every transition; refuses to know how inputs arrive.
//!
//! An input that was seen is answered by its own transition's messages again, whatever the order is now. An answer to a
//! question that was never asked, or that was answered otherwise, changes nothing. A late success that reaches an order
//! which ended is answered with its undo.

use super::order::{Answer, Ask, Asked, Effect, FulfillmentState, Notice, Order, Party, Status, Tracking, Transition};
use events::inventory::MissingLine;
use events::payments::Operation;
use events::{Money, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

mod customer;
mod payment;
mod shipment;
mod stock;

pub use customer::MAX_ATTEMPTS;

/// What reaches an order.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)] // The names are those of the messages and requests; what they mean is said there.
pub enum Input {
    StockReserved,
    StockRejected { missing: Vec<MissingLine> },
    ReservationCommitted,
    ReservationReleased,
    PaymentAuthorized { attempt: u32, amount: Money, capture_before: Option<Timestamp> },
    PaymentDeclined { attempt: u32, reason: String },
    PaymentActionRequired { attempt: u32, url: String },
    PaymentCaptured { amount: Money },
    PaymentVoided,
    PaymentRefunded { amount: Money, total_refunded: Money },
    PaymentFailed { operation: Operation, attempt: u32, reason: String },
    ShipmentCreated,
    ShipmentDispatched(Tracking),
    ShipmentDelivered,
    ShipmentCanceled,
    CancelRefused,
    DeadlineDue,
    AuthorizationLapses,
    PayAgain { method: String, key: Option<String> },
    Cancel,
    Retry,
}

/// What happened in a transition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The order was accepted.
    Placed,
    /// Stock is held.
    StockReserved,
    /// Not enough stock.
    StockRejected,
    /// The stock is sold.
    ReservationCommitted,
    /// The stock was given back.
    ReservationReleased,
    /// The money is held.
    PaymentAuthorized,
    /// The money was declined.
    PaymentDeclined,
    /// The customer must confirm with the bank.
    PaymentActionRequired,
    /// The customer tries another means of payment.
    PaymentRetried,
    /// The money is taken.
    PaymentCaptured,
    /// The money could not be taken.
    CaptureFailed,
    /// What failed with the money is tried again.
    OperationRetried,
    /// The money was let go.
    PaymentVoided,
    /// The money could not be let go.
    VoidFailed,
    /// Money went back.
    PaymentRefunded,
    /// Money could not be given back.
    RefundFailed,
    /// The shipment waits for dispatch.
    ShipmentCreated,
    /// The goods left.
    ShipmentDispatched,
    /// The goods arrived.
    ShipmentDelivered,
    /// The goods stay.
    ShipmentCanceled,
    /// Too late to cancel: the goods left.
    CancelRefused,
    /// The customer called the order off.
    CancellationRequested,
    /// The time to pay is over.
    DeadlinePassed,
    /// The goods did not leave while the held money could be taken: the order is called off.
    AuthorizationLapsed,
    /// Something that came too late was undone.
    Undone,
}

impl Step {
    /// Whether a request made it. What followed is then remembered by the table's stream alone, not by a queue.
    pub const fn is_requested(self) -> bool {
        matches!(self, Self::Placed | Self::PaymentRetried | Self::CancellationRequested)
    }
}

/// What follows from an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// The order with one more transition, whose messages follow once it is written.
    Moved(Box<Order>),
    /// The input was seen: that transition's messages follow again.
    Repeat(u64),
    /// It came too late: what was asked to undo it is asked again.
    Undo(u64, Ask),
    /// It came too early: nothing before then.
    Wait(Timestamp),
    /// It says nothing new.
    Nothing,
}

impl Decision {
    /// Whether the order makes a transition.
    pub const fn moves(&self) -> bool {
        matches!(self, Self::Moved(_))
    }
}

/// Why an input cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// Paid already, or nothing to pay any more.
    #[error("there is nothing to pay")]
    NothingToPay,
    /// A try with another means is not decided yet.
    #[error("another payment is under way")]
    PaymentUnderWay,
    /// The time to pay is over.
    #[error("the time to pay is over")]
    TooLateToPay,
    /// Too many tries.
    #[error("there were too many payments")]
    TooManyAttempts,
    /// The same key came with another means of payment.
    #[error("the idempotency key was used for another payment")]
    KeyReused,
    /// The goods left.
    #[error("the goods have left")]
    AlreadyDispatched,
    /// The order ended otherwise.
    #[error("the order has ended")]
    Ended,
    /// Money of another amount than the order's was held or taken.
    #[error("the amount is not the order's")]
    AmountMismatch,
}

/// Decides one input, named `id`, against an order.
///
/// # Errors
/// If the input cannot be accepted at all.
pub fn step(order: &Order, input: &Input, id: &str, now: Timestamp) -> Result<Decision, Rejection> {
    if let Some(seen) = order.log.iter().find(|transition| transition.input == id) {
        return Ok(Decision::Repeat(seen.seq));
    }
    let draft = Draft { order: order.clone(), effects: Vec::new(), id, now };
    Ok(match input {
        Input::StockReserved => stock::reserved(draft),
        Input::StockRejected { missing } => stock::rejected(draft, missing),
        Input::ReservationCommitted => stock::answered(draft, Ask::Commit, Step::ReservationCommitted),
        Input::ReservationReleased => stock::answered(draft, Ask::Release, Step::ReservationReleased),
        Input::PaymentAuthorized { attempt, amount, capture_before } => {
            return payment::authorized(draft, *attempt, *amount, *capture_before);
        }
        Input::PaymentDeclined { attempt, reason } => payment::declined(draft, *attempt, reason),
        Input::PaymentActionRequired { attempt, url } => payment::action_required(draft, *attempt, url),
        Input::PaymentCaptured { amount } => return payment::captured(draft, *amount),
        Input::PaymentVoided => payment::voided(draft),
        Input::PaymentRefunded { amount, total_refunded } => payment::refunded(draft, *amount, *total_refunded),
        Input::PaymentFailed { operation, attempt, reason } => payment::failed(draft, *operation, *attempt, reason),
        Input::ShipmentCreated => shipment::created(draft),
        Input::ShipmentDispatched(tracking) => shipment::dispatched(draft, tracking),
        Input::ShipmentDelivered => shipment::delivered(draft),
        Input::ShipmentCanceled => shipment::canceled(draft),
        Input::CancelRefused => shipment::cancel_refused(draft),
        Input::DeadlineDue => customer::deadline(draft),
        Input::AuthorizationLapses => payment::lapses(draft),
        Input::PayAgain { method, key } => return customer::pay_again(draft, method, key.as_deref()),
        Input::Cancel => return customer::cancel(draft),
        Input::Retry => payment::retry(draft),
    })
}

/// A transition in the making.
struct Draft<'a> {
    order: Order,
    effects: Vec<Effect>,
    id: &'a str,
    now: Timestamp,
}

impl Draft<'_> {
    fn conversation(&mut self, party: Party) -> &mut Option<Asked> {
        match party {
            Party::Stock => &mut self.order.stock,
            Party::Payment => &mut self.order.payment,
            Party::Shipment => &mut self.order.shipment,
        }
    }

    fn ask(&mut self, ask: Ask) {
        let seq = self.order.seq + 1;
        *self.conversation(ask.party()) = Some(Asked { ask, seq, answer: Answer::Awaited });
        self.effects.push(Effect::Ask(ask));
    }

    fn tell(&mut self, notice: Notice) {
        self.effects.push(Effect::Tell(notice));
    }

    /// The party's last question is answered, if it is of that kind.
    fn answer(&mut self, party: Party, kind: impl Fn(Ask) -> bool) {
        self.conclude(party, kind, Answer::Given);
    }

    fn conclude(&mut self, party: Party, kind: impl Fn(Ask) -> bool, answer: Answer) {
        if let Some(asked) = self.conversation(party).as_mut().filter(|asked| kind(asked.ask)) {
            asked.answer = answer;
        }
    }

    /// Ends the order before the customer got anything: whatever may be held is let go.
    fn let_go(&mut self, status: Status, notice: Notice) {
        self.order.status = status;
        self.order.next_action = None;
        self.ask(Ask::Release);
        if self.order.payment.is_some() {
            self.ask(if self.order.payment_state.is_captured() { Ask::Refund } else { Ask::Void });
        }
        self.tell(notice);
    }

    fn complete_if_done(&mut self) {
        let order = &mut self.order;
        let done = order.fulfillment_state == FulfillmentState::Delivered && order.payment_state.is_captured();
        if order.status == Status::Confirmed && done {
            order.status = Status::Completed;
        }
    }

    /// A late success reached an order that ended: its undo is asked again, or for the first time.
    fn undo(mut self, ask: Ask) -> Decision {
        match self.order.last_asked(|earlier| earlier == ask) {
            Some((seq, ask)) => Decision::Undo(seq, ask),
            None => {
                self.ask(ask);
                self.done(Step::Undone)
            }
        }
    }

    fn done(self, step: Step) -> Decision {
        let Self { mut order, effects, id, now } = self;
        order.seq += 1;
        order.resends = 0;
        order.resent_at = None;
        order.log.push(Transition {
            seq: order.seq,
            input: id.to_owned(),
            at: now,
            step,
            status: order.status,
            payment_state: order.payment_state,
            fulfillment_state: order.fulfillment_state,
            effects,
        });
        Decision::Moved(Box::new(order))
    }
}
