//! Use cases: load, decide, one conditional write, then the provider or the queue. A crash after any of them is healed by
//! the message that comes again.

use crate::config::Config;
use crate::domain::challenge::{Answered, ChallengeRefusal};
use crate::domain::refunds::{Granted, RefundRefusal, StaffRefund};
use crate::domain::{Command, Occasion, Outcome, Payment, PaymentOperation, Rejection, Step, replies};
use crate::providers::{Instruction, Provider, sandbox};
use crate::store::{PostError, Store};
use chassis::{Cause, Failure, Received, StoreError, Table, Wiring, Written};
use events::ids::PaymentId;
use events::payments::{EntriesPosted, Operation};
use events::{Currency, Money, Outgoing};
use tokio::sync::Mutex;

pub use crate::store::Balances;

mod sweeping;

/// Decisions in one go: authorize, capture and void settle at most one undertaking before their own two writes; the rest
/// is room for others who write at the same time.
const ROUNDS: usize = 8;
/// Bookings in one write: a DynamoDB transaction writes at most 100 items, one of which is the balances'.
const MAX_BOOKINGS: usize = 99;

/// The payments capability.
#[derive(Debug)]
pub struct Payments {
    pub(crate) store: Store,
    pub(crate) wiring: Wiring,
    provider: Provider,
    /// Bookings of one currency meet on one item: those of a batch take turns rather than cancel each other.
    booking: Mutex<()>,
}

/// Why a use case that HTTP started did not do it.
#[derive(Debug, thiserror::Error)]
pub enum UseCaseError<R> {
    /// The payment does not take it.
    #[error("{0}")]
    Refused(R),
    /// There is no such payment.
    #[error("no such payment")]
    NotFound,
    /// The table did not answer, or others kept writing.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Payments {
    /// Of these parts.
    pub fn new(config: Config, table: Table, wiring: Wiring) -> Self {
        Self { store: Store::new(table), wiring, provider: config.provider, booking: Mutex::new(()) }
    }

    /// The balances of every currency that money moved in.
    ///
    /// # Errors
    /// Unavailable or corrupt.
    pub async fn balances(&self) -> Result<Vec<Balances>, StoreError> {
        self.store.balances().await
    }

    /// Carries out a command from the queue; what is to be told of it.
    ///
    /// # Errors
    /// Transient, or unreadable for what no payment can take.
    pub async fn carry_out(
        &self,
        id: PaymentId,
        command: &Command,
        message: &Received,
    ) -> Result<Vec<Outgoing>, Failure> {
        let occasion = Occasion {
            at: message.now,
            input: message.envelope.id.clone(),
            traceparent: message.traceparent().map(str::to_owned),
        };
        let mut payment = self.store.payment(id).await?.unwrap_or_else(|| Payment::unknown(id));
        for _ in 0..ROUNDS {
            let next = match payment.next(command, &occasion).map_err(failure)? {
                Step::Reply(undertaking) => return replies::of_undertaking(&payment, undertaking).map_err(failure),
                Step::Record(next) => *next,
                Step::Perform(undertaking) => {
                    let outcome = self.settle(&payment, undertaking).await?;
                    payment.conclude(undertaking, outcome, self.wiring.world.now()).map_err(failure)?
                }
            };
            payment = match self.store.save(&next, &message.cause(next.seq)).await? {
                Written::Done => next,
                Written::Refused(current) => current.map_or_else(|| Payment::unknown(id), |current| *current),
            };
        }
        Err(Failure::Transient("others keep writing this payment".to_owned()))
    }

    /// Has the provider do what was requested, or asks what became of it once the provider may have forgotten the key.
    async fn settle(&self, payment: &Payment, undertaking: PaymentOperation) -> Result<Outcome, Failure> {
        let unavailable = |error: crate::providers::ProviderError| Failure::Transient(error.to_string());
        let requested = payment.last_of(undertaking).ok_or_else(|| failure(Rejection::Unrequested))?;
        let held = payment.success(Operation::Authorize);
        let instruction = Instruction {
            key: undertaking.provider_key(payment.id),
            requested_at: requested.at,
            payment: payment.id,
            operation: undertaking.operation,
            attempt: undertaking.attempt,
            amount: payment.terms.map(|terms| Money::new(requested.amount, terms.currency)),
            method: payment.method.as_ref(),
            authorization: held.and_then(|held| held.reference.as_deref()),
            capture_before: held.and_then(|held| held.capture_before),
        };
        let age = self.wiring.world.now().seconds_since(requested.at);
        if age <= self.provider.remembers_keys_seconds() {
            return self.provider.perform(&instruction, &self.wiring.world).await.map_err(unavailable);
        }
        let found = self.provider.look_up(&instruction).await.map_err(unavailable)?;
        // The provider never heard of it and posting it now might do it twice: it did not happen.
        Ok(found.unwrap_or_else(|| Outcome::Refused { reason: "not_processed".to_owned() }))
    }

    /// Brings the balances of a currency up by its bookings, each once.
    ///
    /// # Errors
    /// Transient, or unreadable if one is no booking.
    pub async fn post(&self, currency: Currency, bookings: &[(&Received, EntriesPosted)]) -> Result<(), Failure> {
        let _turn = self.booking.lock().await;
        for part in bookings.chunks(MAX_BOOKINGS) {
            let caused: Vec<_> = part.iter().map(|(message, booking)| (booking, message.cause(booking.seq))).collect();
            self.store.post(currency, &caused, self.wiring.world.now()).await.map_err(|error| match error {
                PostError::Rejected(rejection) => failure(rejection),
                PostError::Store(error) => error.into(),
            })?;
        }
        Ok(())
    }

    /// Grants a refund that staff ask for; the relay has it executed.
    ///
    /// # Errors
    /// See [`UseCaseError`] and [`RefundRefusal`].
    pub async fn request_refund(
        &self,
        id: PaymentId,
        asked: &StaffRefund,
        occasion: &Occasion,
        cause: impl Fn(u64) -> Cause,
    ) -> Result<Payment, UseCaseError<RefundRefusal>> {
        self.write_once(id, cause, |payment| match payment.grant_staff_refund(asked, occasion)? {
            Granted::Now(next) => Ok(Some(*next)),
            Granted::Before => Ok(None),
        })
        .await
    }

    /// Takes the customer's answer to the sandbox's challenge; the relay tells the order.
    ///
    /// # Errors
    /// See [`UseCaseError`] and [`ChallengeRefusal`].
    pub async fn answer_challenge(
        &self,
        id: PaymentId,
        succeeds: bool,
        occasion: &Occasion,
        cause: impl Fn(u64) -> Cause,
    ) -> Result<Payment, UseCaseError<ChallengeRefusal>> {
        let capture_before = sandbox::held_until(occasion.at);
        self.write_once(id, cause, |payment| match payment.answer_challenge(succeeds, capture_before, occasion)? {
            Answered::Now(next) => Ok(Some(*next)),
            Answered::Before => Ok(None),
        })
        .await
    }

    /// Decides on the payment as it is and writes the decision, if there is one to write, deciding anew if others wrote.
    async fn write_once<R>(
        &self,
        id: PaymentId,
        cause: impl Fn(u64) -> Cause,
        decide: impl Fn(&Payment) -> Result<Option<Payment>, R>,
    ) -> Result<Payment, UseCaseError<R>> {
        let mut payment = self.store.payment_now(id).await?.ok_or(UseCaseError::NotFound)?;
        for _ in 0..ROUNDS {
            let Some(next) = decide(&payment).map_err(UseCaseError::Refused)? else {
                return Ok(payment);
            };
            match self.store.save(&next, &cause(next.seq)).await? {
                Written::Done => return Ok(next),
                Written::Refused(current) => payment = *current.ok_or(UseCaseError::NotFound)?,
            }
        }
        Err(StoreError::Unavailable("others keep writing this payment".to_owned()).into())
    }
}

fn failure(rejection: Rejection) -> Failure {
    match rejection {
        // A read may be a moment older than the message that follows from the write.
        Rejection::Unrequested => Failure::Transient(rejection.to_string()),
        _ => Failure::Permanent(rejection.to_string()),
    }
}
