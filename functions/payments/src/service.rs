//! Use cases: load, decide, one conditional write, then the provider or the queue. The message that comes again heals a
//! crash after any of these.

use crate::config::Config;
use crate::domain::balances::{Balances, TrialBalance};
use crate::domain::figures::{self, CurrencyFigures, Period};
use crate::domain::{Command, Decision, Outcome, Payment, PaymentOperation, Rejection, StaffRefund, replies};
use crate::providers::{Instruction, Provider, ProviderError, sandbox};
use crate::store::Store;
use chassis::http::Revocations;
use chassis::table::AuditLog;
use chassis::{Context, Failure, Table, Wiring, Written, decide_and_write};
use events::ids::{PaymentId, RefundId};
use events::payments::EntriesPosted;
use events::{Currency, Day, Outgoing};
use std::ops::ControlFlow;
use std::sync::atomic::AtomicBool;

mod erasing;
mod exceptions;
mod sweep;

/// A DynamoDB transaction writes at most 100 items, two of which may be a shard of the balances and its former day.
const MAX_BOOKINGS: usize = 98;

pub type Error<R = Rejection> = chassis::Error<R>;

/// The payments capability.
#[derive(Debug)]
pub struct Payments {
    pub(crate) wiring: Wiring,
    pub(crate) store: Store,
    pub(crate) revocations: Revocations,
    pub(crate) provider: Provider,
    /// Whether index `refunding` of the version before holds nothing any more.
    pub(crate) former_index_is_empty: AtomicBool,
}

impl Payments {
    pub fn new(table: Table, wiring: Wiring, config: Config) -> Self {
        let revocations = Revocations::new(table.clone());
        let store = Store::new(table, wiring.world.clone());
        let provider = config.provider.with_pages(wiring.site.has_pages);
        Self { wiring, store, revocations, provider, former_index_is_empty: AtomicBool::new(false) }
    }

    /// What staff and operators changed.
    pub(crate) fn audit_log(&self) -> AuditLog {
        self.store.audit_log()
    }

    /// A payment as it is now, with all of its transactions.
    ///
    /// # Errors
    /// The table.
    pub async fn find(&self, id: PaymentId) -> Result<Option<Payment>, Error> {
        // What only says that an order is forgotten is no payment.
        Ok(self.store.whole_payment(id).await?.filter(|payment| !payment.log.is_empty()))
    }

    /// A payment as it is now, without the refunds that were set aside.
    ///
    /// # Errors
    /// If there is none.
    pub async fn payment(&self, id: PaymentId) -> Result<Payment, Error> {
        self.store.payment_now(id).await?.filter(|payment| !payment.log.is_empty()).ok_or(Error::NotFound)
    }

    /// The balances of every currency that has bookings.
    ///
    /// # Errors
    /// The table.
    pub async fn balances(&self) -> Result<Vec<Balances>, Error> {
        self.store.balances().await
    }

    /// The debits and credits of every currency that has bookings on a day.
    ///
    /// # Errors
    /// The table.
    pub async fn trial_balance(&self, day: &Day) -> Result<Vec<TrialBalance>, Error> {
        self.store.trial_balance(day).await
    }

    /// Money by day and the refund rate, of every currency that moved in a period, or of one alone.
    ///
    /// # Errors
    /// The table.
    pub async fn figures(&self, period: &Period, currency: Option<Currency>) -> Result<Vec<CurrencyFigures>, Error> {
        let moved = self.store.trial_balances(&period.days, currency).await?;
        figures::by_currency(&moved).map_err(Error::Rejected)
    }

    /// Carries out a command from the queue; returns the messages that follow.
    ///
    /// # Errors
    /// See [`Payment::decide`]; `ProviderUnavailable`.
    pub async fn carry_out(&self, id: PaymentId, command: &Command, context: &Context) -> Result<Vec<Outgoing>, Error> {
        let payment = self.load(id).await?;
        // A command takes several writes: each round makes one, the last one replies.
        decide_and_write(payment, move |payment: Payment| async move {
            let payment = self.recalled(payment, command.refund(id)).await?;
            let next = match self.next(&payment, command, context).await? {
                ControlFlow::Continue(next) => next,
                ControlFlow::Break(operation) => {
                    let messages = replies::of_operation(&payment, operation).map_err(Error::Rejected)?;
                    return Ok(ControlFlow::Break(messages));
                }
            };
            let (next, settled) = next.set_settled_aside().map_err(Error::Rejected)?;
            Ok(ControlFlow::Continue(match self.store.save(&next, &settled, context).await? {
                Written::Done => next,
                Written::Refused(current) => current.map_or_else(|| Payment::unknown(id), |current| *current),
            }))
        })
        .await
    }

    /// The payment to decide on. What has begun is gone on with as it is now only: it may have been called off meanwhile, and
    /// then the provider must not be asked for the money.
    async fn load(&self, id: PaymentId) -> Result<Payment, Error> {
        let mut payment = self.store.payment(id).await?;
        if payment.as_ref().is_some_and(|payment| payment.unsettled().is_some()) {
            payment = self.store.payment_now(id).await?;
        }
        Ok(payment.unwrap_or_else(|| Payment::unknown(id)))
    }

    /// The payment to write next, or the operation whose messages are the reply.
    async fn next(
        &self,
        payment: &Payment,
        command: &Command,
        context: &Context,
    ) -> Result<ControlFlow<PaymentOperation, Payment>, Error> {
        let now = || self.wiring.world.now();
        let next = match payment.decide(command, context).map_err(Error::Rejected)? {
            Decision::Reply(operation) => return Ok(ControlFlow::Break(operation)),
            Decision::Record(next) => Ok(*next),
            Decision::Perform(operation) => {
                let outcome = self.perform(payment, operation).await?;
                payment.conclude(operation, outcome, now())
            }
            Decision::LookUp(operation) => {
                let known = self.look_up(&instruction(payment, operation)?).await?;
                payment.found(operation, known, now(), context)
            }
        };
        next.map(ControlFlow::Continue).map_err(Error::Rejected)
    }

    /// Has the provider perform a requested operation. Once the provider may have forgotten the key, it is asked for
    /// the outcome instead.
    async fn perform(&self, payment: &Payment, operation: PaymentOperation) -> Result<Outcome, Error> {
        let instruction = instruction(payment, operation)?;
        let age = self.wiring.world.now().seconds_since(instruction.requested_at);
        if age <= self.provider.remembers_keys_seconds() {
            return self.provider.perform(&instruction, &self.wiring.world).await.map_err(unavailable);
        }
        let found = self.look_up(&instruction).await?;
        // The provider does not know it, and a request now might do it twice. So it did not happen.
        Ok(found.unwrap_or_else(|| Outcome::Refused { reason: "not_processed".to_owned() }))
    }

    async fn look_up(&self, instruction: &Instruction<'_>) -> Result<Option<Outcome>, Error> {
        self.provider.look_up(instruction, &self.wiring.world).await.map_err(unavailable)
    }

    /// The payment with the refund that is to be decided on. Where that is in neither place, it was never asked for: if
    /// somebody asks for it meanwhile, the write on this payment is refused.
    async fn recalled(&self, payment: Payment, refund: Option<RefundId>) -> Result<Payment, Error> {
        let Some(refund) = refund.filter(|refund| payment.set_aside.count > 0 && !payment.has_refund(*refund)) else {
            return Ok(payment);
        };
        Ok(match self.store.settled_refund(payment.id, refund).await? {
            Some(settled) => payment.recall(settled),
            None => payment,
        })
    }

    /// Applies bookings of one currency and day to the balances, each once.
    ///
    /// # Errors
    /// `Unbalanced`, `Overflow`.
    pub async fn post(&self, day: &Day, bookings: &[(EntriesPosted, Context)]) -> Result<(), Error> {
        for part in bookings.chunks(MAX_BOOKINGS) {
            self.store.post(day, part).await?;
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
        let request = refund.request(id).id;
        self.record_once(id, Some(request), context, |payment| payment.grant_staff_refund(refund, context)).await
    }

    /// Takes the customer's answer to the sandbox's challenge; the relay sends the outcome to the order.
    ///
    /// # Errors
    /// See [`Payment::answer_challenge`].
    pub async fn answer_challenge(
        &self,
        id: PaymentId,
        attempt: Option<u32>,
        succeeds: bool,
        context: &Context,
    ) -> Result<Payment, Error> {
        let until = sandbox::held_until(context.now);
        self.record_once(id, None, context, |payment| payment.answer_challenge(attempt, succeeds, until, context)).await
    }

    /// Decides on a payment and makes at most one write; returns the payment after it, with the refund that it is about.
    async fn record_once(
        &self,
        id: PaymentId,
        refund: Option<RefundId>,
        context: &Context,
        decide: impl Fn(&Payment) -> Result<Decision, Rejection>,
    ) -> Result<Payment, Error> {
        let decide = &decide;
        decide_and_write(self.store.payment_now(id).await?, move |payment: Option<Payment>| async move {
            let payment = self.recalled(payment.ok_or(Error::NotFound)?, refund).await?;
            let Decision::Record(next) = decide(&payment).map_err(Error::Rejected)? else {
                return Ok(ControlFlow::Break(payment));
            };
            let (next, settled) = next.set_settled_aside().map_err(Error::Rejected)?;
            let written = self.store.save(&next, &settled, context).await?;
            Ok(written.or_again(next))
        })
        .await
    }
}

/// Two rejections pass by themselves; every other one is permanent.
pub(crate) fn failure(error: Error) -> Failure {
    match error {
        // `NotRequested`: a read may be a moment older than the message that follows from the write.
        Error::Rejected(rejection @ (Rejection::NotRequested | Rejection::ProviderUnavailable(_))) => {
            Failure::Transient(rejection.to_string())
        }
        error => error.into(),
    }
}

fn unavailable(error: ProviderError) -> Error {
    Error::Rejected(Rejection::ProviderUnavailable(error.0))
}

/// What the provider is asked for an operation that was requested.
fn instruction(payment: &Payment, operation: PaymentOperation) -> Result<Instruction<'_>, Error> {
    Instruction::of(payment, operation).ok_or(Error::Rejected(Rejection::NotRequested))
}
