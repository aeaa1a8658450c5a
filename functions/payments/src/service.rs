//! Use cases: load, decide, one conditional write, then the provider or the queue. The message that comes again heals a
//! crash after any of these.

use crate::config::Config;
use crate::domain::ledger::Balances;
use crate::domain::{Command, Decision, Outcome, Payment, PaymentOperation, Rejection, StaffRefund, replies};
use crate::providers::{Instruction, Provider, ProviderError, sandbox};
use crate::store::Store;
use chassis::{Context, Table, Wiring, Written, decide_and_write};
use events::ids::PaymentId;
use events::payments::{EntriesPosted, Operation};
use events::{Currency, Money, Outgoing};
use std::ops::ControlFlow;
use tokio::sync::Mutex;

mod sweep;

/// A DynamoDB transaction writes at most 100 items, one of which is the balances'.
const MAX_BOOKINGS: usize = 99;

pub type Error<R = Rejection> = chassis::Error<R>;

/// The payments capability.
#[derive(Debug)]
pub struct Payments {
    pub(crate) wiring: Wiring,
    pub(crate) store: Store,
    pub(crate) provider: Provider,
    /// Bookings of one currency meet at one item. Those of a batch take turns, so that none cancels another.
    pub(crate) booking: Mutex<()>,
}

impl Payments {
    pub fn new(table: Table, wiring: Wiring, config: Config) -> Self {
        Self { wiring, store: Store::new(table), provider: config.provider, booking: Mutex::new(()) }
    }

    /// A payment as it is now.
    ///
    /// # Errors
    /// The table.
    pub async fn find(&self, id: PaymentId) -> Result<Option<Payment>, Error> {
        Ok(self.store.payment_now(id).await?)
    }

    /// The balances of every currency that has bookings.
    ///
    /// # Errors
    /// The table.
    pub async fn balances(&self) -> Result<Vec<Balances>, Error> {
        Ok(self.store.balances().await?)
    }

    /// Carries out a command from the queue; returns the messages that follow.
    ///
    /// # Errors
    /// See [`Payment::decide`]; `ProviderUnavailable`.
    pub async fn carry_out(&self, id: PaymentId, command: &Command, context: &Context) -> Result<Vec<Outgoing>, Error> {
        let payment = self.store.payment(id).await?.unwrap_or_else(|| Payment::unknown(id));
        // A command takes several writes: each round makes one, the last one replies.
        decide_and_write(payment, move |payment: Payment| async move {
            let next = match payment.decide(command, context).map_err(Error::Rejected)? {
                Decision::Reply(operation) => {
                    let messages = replies::of_operation(&payment, operation).map_err(Error::Rejected)?;
                    return Ok(ControlFlow::Break(messages));
                }
                Decision::Record(next) => *next,
                Decision::Perform(operation) => {
                    let outcome = self.perform(&payment, operation).await?;
                    payment.conclude(operation, outcome, self.wiring.world.now()).map_err(Error::Rejected)?
                }
            };
            Ok(ControlFlow::Continue(match self.store.save(&next, context).await? {
                Written::Done => next,
                Written::Refused(current) => current.map_or_else(|| Payment::unknown(id), |current| *current),
            }))
        })
        .await
    }

    /// Has the provider perform a requested operation. Once the provider may have forgotten the key, it is asked for
    /// the outcome instead.
    async fn perform(&self, payment: &Payment, operation: PaymentOperation) -> Result<Outcome, Error> {
        let unavailable = |error: ProviderError| Error::Rejected(Rejection::ProviderUnavailable(error.0));
        let requested = payment.last_of(operation).ok_or(Error::Rejected(Rejection::NotRequested))?;
        let held = payment.success(Operation::Authorize);
        let instruction = Instruction {
            key: operation.provider_key(payment.id),
            requested_at: requested.at,
            payment: payment.id,
            operation: operation.kind,
            attempt: operation.attempt,
            amount: payment.terms.map(|terms| Money::new(requested.amount, terms.currency)),
            method: payment.method.as_ref(),
            authorization: held.and_then(|held| held.reference.as_deref()),
            capture_before: held.and_then(|held| held.capture_before),
        };
        let age = self.wiring.world.now().seconds_since(requested.at);
        if age <= self.provider.remembers_keys_seconds() {
            return self.provider.perform(&instruction, &self.wiring.world).await.map_err(unavailable);
        }
        let found = self.provider.look_up(&instruction, &self.wiring.world).await.map_err(unavailable)?;
        // The provider does not know it, and a request now might do it twice. So it did not happen.
        Ok(found.unwrap_or_else(|| Outcome::Refused { reason: "not_processed".to_owned() }))
    }

    /// Applies bookings of one currency to its balances, each once.
    ///
    /// # Errors
    /// `Unbalanced`, `Overflow`.
    pub async fn post(&self, currency: Currency, bookings: &[(EntriesPosted, Context)]) -> Result<(), Error> {
        let _turn = self.booking.lock().await;
        for part in bookings.chunks(MAX_BOOKINGS) {
            self.store.post(currency, part).await?;
        }
        Ok(())
    }

    /// Grants a refund to staff; the relay has it executed.
    ///
    /// # Errors
    /// See [`Payment::grant_staff_refund`].
    pub async fn request_refund(
        &self,
        id: PaymentId,
        refund: &StaffRefund,
        context: &Context,
    ) -> Result<Payment, Error> {
        self.record_once(id, context, |payment| payment.grant_staff_refund(refund, context)).await
    }

    /// Takes the customer's answer to the sandbox's challenge; the relay sends the outcome to the order.
    ///
    /// # Errors
    /// See [`Payment::answer_challenge`].
    pub async fn answer_challenge(&self, id: PaymentId, succeeds: bool, context: &Context) -> Result<Payment, Error> {
        let capture_before = sandbox::held_until(context.now);
        self.record_once(id, context, |payment| payment.answer_challenge(succeeds, capture_before, context)).await
    }

    /// Decides on a payment and makes at most one write; returns the payment after it.
    async fn record_once(
        &self,
        id: PaymentId,
        context: &Context,
        decide: impl Fn(&Payment) -> Result<Decision, Rejection>,
    ) -> Result<Payment, Error> {
        let decide = &decide;
        decide_and_write(self.store.payment_now(id).await?, move |payment: Option<Payment>| async move {
            let payment = payment.ok_or(Error::NotFound)?;
            let Decision::Record(next) = decide(&payment).map_err(Error::Rejected)? else {
                return Ok(ControlFlow::Break(payment));
            };
            let written = self.store.save(&next, context).await?;
            Ok(written.or_again(*next))
        })
        .await
    }
}
