//! The use cases of orders: load, decide, one write, send. Refuses to know HTTP and message shapes.

use crate::domain::messages::{again, messages_of, reminder};
use crate::domain::order::{Order, Transition};
use crate::domain::shopper::Limits;
use crate::domain::step::{Decision, Input, Rejection, Step, step};
use crate::store::Store;
use chassis::{Cause, Failure, Page, Received, StoreError, Wiring, Written};
use events::ids::{OrderId, UserId};
use events::{Outgoing, Timestamp};
use guests::GuestTokens;
use quotes::Quotes;

pub mod guests;
pub mod placing;
pub mod quotes;
mod shoppers;
pub mod sweeping;

/// How often a decision is made anew because somebody else changed the order meanwhile.
const TRIES: u32 = 5;
/// Name of the input that the clock makes.
const DEADLINE: &str = "deadline";

/// Orders, wired.
#[derive(Debug)]
pub struct Orders {
    /// What the chassis uses.
    pub wiring: Wiring,
    /// The table.
    pub store: Store,
    /// Verifies quotes.
    pub quotes: Quotes,
    /// How long a customer may take to pay.
    pub seconds_to_pay: i64,
    /// How many orders may count at once.
    pub limits: Limits,
    /// Makes and checks guests' tokens.
    pub guests: GuestTokens,
}

/// Why a use case did not do what was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such order.
    #[error("no such order")]
    NotFound,
    /// The saga says no.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The store does not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Others keep changing the order.
    #[error("the order keeps changing")]
    Contended,
}

impl Orders {
    /// An order as it is now.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn find(&self, id: OrderId) -> Result<Option<Order>, StoreError> {
        self.store.find_now(id).await
    }

    /// A page of a customer's orders, newest first; `after` is the id where the page before ended.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn of_customer(&self, id: UserId, after: Option<&str>, limit: u32) -> Result<Page<Order>, StoreError> {
        self.store.of_customer(id, after, limit).await
    }

    /// Advances an order by a message; what follows.
    ///
    /// # Errors
    /// `Permanent` if it can never be handled, `Transient` if it may be later.
    pub async fn advance(&self, message: &Received, id: OrderId, input: Input) -> Result<Vec<Outgoing>, Failure> {
        let name = message_name(message, id, &input);
        let order = self.load(id, &input, &name, message.now).await?;
        let outcome = self.decide(order, &input, |_| name.clone(), message.now, |seq| message.cause(seq)).await;
        match outcome {
            Ok((_, follow)) => Ok(follow),
            // It was written before anybody was asked about it, so an unknown order never becomes known; and an amount
            // that is not the order's never becomes right. Both are for a person to look at.
            Err(error @ (Refusal::NotFound | Refusal::Rejected(_))) => Err(Failure::Permanent(error.to_string())),
            Err(error) => Err(Failure::Transient(error.to_string())),
        }
    }

    /// Does what a caller asks of an order; the relay sends what follows.
    ///
    /// # Errors
    /// Any [`Refusal`].
    pub async fn act(
        &self,
        order: Order,
        input: &Input,
        now: Timestamp,
        cause: impl Fn(u64) -> Cause,
    ) -> Result<Order, Refusal> {
        let (order, _) = self.decide(order, input, |order| own_name(order, input), now, cause).await?;
        Ok(order)
    }

    /// An order as it was a moment ago, where that is enough: what moves is checked by its write, and what the log says
    /// stays. That there is no such order, or that the input says nothing to it, must be true now: an answer may overtake
    /// the write that asked for it in our reads, and once acknowledged it does not come again by itself.
    async fn load(&self, id: OrderId, input: &Input, name: &str, now: Timestamp) -> Result<Order, Failure> {
        let enough = |order: &Order| !matches!(step(order, input, name, now), Ok(Decision::Nothing));
        let found = match self.store.find(id).await?.filter(enough) {
            Some(order) => Some(order),
            None => self.store.find_now(id).await?,
        };
        found.ok_or_else(|| Failure::Permanent(format!("no order {id}")))
    }

    /// The order after an input, and what is to be sent about it where no relay does.
    async fn decide(
        &self,
        mut order: Order,
        input: &Input,
        name: impl Fn(&Order) -> String,
        now: Timestamp,
        cause: impl Fn(u64) -> Cause,
    ) -> Result<(Order, Vec<Outgoing>), Refusal> {
        for _ in 0..TRIES {
            let follow = match step(&order, input, &name(&order), now)? {
                Decision::Moved(next) => {
                    match self.store.replace((*next).clone(), order.seq, &cause(next.seq)).await? {
                        Written::Done => {
                            self.count(next.log.last());
                            let follow = messages_of(&next, next.seq);
                            return Ok((*next, follow));
                        }
                        Written::Refused(current) => order = *current.ok_or(Refusal::NotFound)?,
                    }
                    continue;
                }
                Decision::Repeat(seq) => messages_of(&order, seq),
                Decision::Undo(seq, ask) => again(&order, &[(seq, ask)]),
                Decision::Wait(_) => vec![reminder(&order, now)],
                Decision::Nothing => Vec::new(),
            };
            return Ok((order, follow));
        }
        Err(Refusal::Contended)
    }

    /// What an operator is woken for.
    fn count(&self, made: Option<&Transition>) {
        let Some(made) = made else { return };
        let figure = match made.step {
            Step::PaymentAuthorized => "orders_confirmed",
            Step::DeadlinePassed => "orders_expired",
            Step::CaptureFailed => "capture_failed",
            Step::VoidFailed => "void_failed",
            Step::RefundFailed => "refund_failed",
            _ => return,
        };
        self.wiring.metrics.count(figure, 1);
    }
}

/// The name of a message's input: the message's id without the bits that it shares with the order. The deadline has one
/// name, whoever notices it.
pub fn message_name(message: &Received, id: OrderId, input: &Input) -> String {
    if *input == Input::DeadlineDue {
        return DEADLINE.to_owned();
    }
    let id = id.to_string();
    let bits = id.split_once('_').map_or("", |(_, bits)| bits);
    message.envelope.id.replace(bits, "")
}

/// The name of an input that no message brought. A repeat of it is recognised by what it would do to the order, so the
/// name only has to be new.
fn own_name(order: &Order, input: &Input) -> String {
    let what = match input {
        Input::DeadlineDue => return DEADLINE.to_owned(),
        Input::AuthorizationLapses => return "lapse".to_owned(),
        Input::Cancel => "cancel",
        Input::PayAgain { .. } => "pay",
        _ => "retry",
    };
    format!("{what}/{}", order.seq + 1)
}
