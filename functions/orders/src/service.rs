//! The use cases of orders: load, decide, write once, send. Refuses to know HTTP and message shapes.

use crate::Config;
use crate::domain::Rejection;
use crate::domain::decision::Decision;
use crate::domain::effect::{DomainEvent, Effect};
use crate::domain::forgetting::ErasureCount;
use crate::domain::input::Input;
use crate::domain::messages::{deadline_due, outgoing_of, resend};
use crate::domain::order::Order;
use crate::domain::saga;
use crate::domain::transition::{Transition, TransitionKind};
use crate::store::Store;
use chassis::http::Revocations;
use chassis::table::AuditLog;
use chassis::tokens::{Pseudonyms, SecretParameter};
use chassis::{Context, Table, Wiring, Written, decide_and_write};
use events::ids::OrderId;
use events::{Outgoing, Timestamp};
use futures_util::future::try_join;
use guest_tokens::{GuestKey, GuestToken, GuestTokens};
use quotes::QuoteVerifier;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicI64};

mod claims;
mod declines;
mod erasing;
mod guest_links;
pub mod guest_tokens;
mod notes;
mod open_orders;
pub mod place_order;
pub mod quotes;
mod sales;
mod searching;
mod sweep;

pub(crate) use claims::Claimed;
pub(crate) use erasing::Walked;
pub use sales::{SalesOfDay, SalesReport};

/// Name of the input that the clock makes.
const DEADLINE: &str = "deadline";

/// The orders capability.
#[derive(Debug)]
pub struct Orders {
    pub(crate) wiring: Wiring,
    pub(crate) store: Store,
    pub(crate) revocations: Revocations,
    pub(crate) config: Config,
    pub(crate) quotes: QuoteVerifier,
    pub(crate) guest_tokens: GuestTokens,
    /// Of networks.
    pseudonyms: Pseudonyms,
    /// Of guests' mailboxes, the same in `users`.
    guests: Pseudonyms,
    /// Whether this process found nothing left in the index of the version before.
    pub(crate) former_index_is_empty: AtomicBool,
    /// Until when this process knows that no day is to be counted, in milliseconds since the Unix epoch.
    sales_rest_until: AtomicI64,
}

pub type Error<R = Rejection> = chassis::Error<R>;

/// An order and the messages that follow.
type Advanced = (Order, Vec<Outgoing>);

impl Orders {
    /// The first of `guest_keys` signs guests' tokens; all verify them. `limits_key` is that of the pseudonyms by which limits
    /// count networks, `guests_key` that of the pseudonyms of guests: 32 bytes in base64url.
    pub fn new(
        table: Table,
        wiring: Wiring,
        config: Config,
        guest_keys: Vec<GuestKey>,
        limits_key: SecretParameter,
        guests_key: SecretParameter,
    ) -> Self {
        let quotes = QuoteVerifier { catalog: config.catalog.clone(), shipping: config.shipping.clone() };
        let guest_tokens = GuestTokens::new(guest_keys, config.guest_token_days);
        Self {
            wiring,
            revocations: Revocations::new(table.clone()),
            store: Store::new(table),
            config,
            quotes,
            guest_tokens,
            pseudonyms: Pseudonyms::new(limits_key),
            guests: Pseudonyms::new(guests_key),
            former_index_is_empty: AtomicBool::new(false),
            sales_rest_until: AtomicI64::new(0),
        }
    }

    /// What staff and operators changed.
    pub(crate) fn audit_log(&self) -> AuditLog {
        self.store.audit_log()
    }

    /// An order as it is now.
    ///
    /// # Errors
    /// `NotFound`, `Store`.
    pub async fn find(&self, id: OrderId) -> Result<Order, Error> {
        self.store.find_now(id).await?.ok_or(Error::NotFound)
    }

    /// Advances an order by the input that a message brought; the messages that follow. `at` is the time of what it tells.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn advance(
        &self,
        id: OrderId,
        input: &Input,
        at: Timestamp,
        context: &Context,
    ) -> Result<Vec<Outgoing>, Error> {
        let name = message_name(context.input_id(), id, input);
        let order = self.load(id, input, &name, context.now).await?;
        let (order, outgoing) = self.decide(order, input, |order| round_name(order, &name, input), context).await?;
        // Also a decline that comes too late to move the order: somebody learned something about a card.
        if let Some(attempt) = input.declined_attempt() {
            self.count_decline(&order, attempt, at, context).await?;
        }
        Ok(self.with_guest_tokens(&order, outgoing).await?)
    }

    /// Decides a caller's input. The relay sends the messages that follow.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn act(&self, order: Order, input: &Input, context: &Context) -> Result<Order, Error> {
        let (order, _) = self.decide(order, input, |order| own_name(order, input), context).await?;
        Ok(order)
    }

    /// The token with which a guest who places an order opens it: none for who was a customer then, none once it ended, and none after
    /// staff replaced it, since whoever has the old request must not get the new token by repeating it.
    ///
    /// # Errors
    /// `Key`.
    pub(crate) async fn first_guest_token(&self, order: &Order, now: Timestamp) -> Result<Option<GuestToken>, Error> {
        if !order.is_open_to_a_guest() || order.replaced_guest_tokens() > 0 {
            return Ok(None);
        }
        let token = self.guest_tokens.issue(order, order.seq).await?;
        Ok(Some(token).filter(|token| now < token.expires_at))
    }

    /// Another token for a guest's order. Those before open it no more.
    ///
    /// # Errors
    /// Any [`Error`].
    pub(crate) async fn replace_guest_token(&self, order: Order, context: &Context) -> Result<GuestToken, Error> {
        let order = self.act(order, &Input::ReplaceGuestToken, context).await?;
        Ok(self.guest_tokens.issue(&order, order.seq).await?)
    }

    /// Loads an order for deciding. An eventually consistent read is enough for most inputs: the write checks what
    /// moves, and the log only grows. A consistent read confirms that there is no such order, or that the input changes
    /// nothing: a reply may overtake the write of its command in our reads, and once acknowledged it does not come
    /// again by itself.
    async fn load(&self, id: OrderId, input: &Input, name: &str, now: Timestamp) -> Result<Order, Error> {
        let enough = |order: &Order| !matches!(saga::decide(order, input, name, now), Ok(Decision::Nothing));
        match self.store.find(id).await?.filter(enough) {
            Some(order) => Ok(order),
            None => self.find(id).await,
        }
    }

    /// The order after an input, and the messages to send if no relay sends them.
    async fn decide(
        &self,
        order: Order,
        input: &Input,
        name: impl Fn(&Order) -> String,
        context: &Context,
    ) -> Result<Advanced, Error> {
        decide_and_write(order, |order| async {
            let decision = saga::decide(&order, input, &name(&order), context.now).map_err(Error::Rejected)?;
            let outgoing = match decision {
                Decision::Moved(next) => {
                    self.forget_beside(&order, &next, context).await?;
                    return self.write(&order, next.wanted_by(context.actor.as_ref()), context).await;
                }
                Decision::Repeat(seq) => self.repeated(&order, seq, context).await?,
                Decision::Compensate(seq, command) => resend(&order, &[(seq, command)]),
                Decision::Wait(_) => vec![deadline_due(&order, context.now)],
                Decision::Nothing => Vec::new(),
            };
            Ok(ControlFlow::Break((order, outgoing)))
        })
        .await
    }

    /// What a transition sent, once more.
    async fn repeated(&self, order: &Order, seq: u64, context: &Context) -> Result<Vec<Outgoing>, Error> {
        let made = order.transition(seq);
        self.refer_confirmed(order, made, context).await?;
        let mut outgoing = outgoing_of(order, seq);
        let counted = made.is_some_and(|made| made.kind.is_of_erasure());
        if let Some(user) = order.customer.filter(|_| counted) {
            outgoing.extend(self.erasure_of(user).await?);
        }
        Ok(outgoing)
    }

    /// Writes an order with a new transition, unless somebody else changed it meanwhile.
    async fn write(
        &self,
        before: &Order,
        next: Order,
        context: &Context,
    ) -> Result<ControlFlow<Advanced, Order>, Error> {
        let what = next.log.last().map_or("", |last| audit_words(last.kind));
        let cause = context.audited(next.seq, next.id, what);
        let changed = ErasureCount::change(before, &next);
        let write = async {
            match next.customer.filter(|_| !changed.is_nothing()) {
                Some(user) => {
                    let world = &self.wiring.world;
                    self.store.replace_counted((next.clone(), user), next.seq - 1, changed, world, &cause).await
                }
                None => self.store.replace(next.clone(), next.seq - 1, &cause).await,
            }
        };
        let (written, ()) = try_join(write, self.refer_confirmed(&next, next.log.last(), context)).await?;
        match written {
            Written::Done => {
                self.count(next.log.last());
                let mut outgoing = outgoing_of(&next, next.seq);
                outgoing.extend(self.erasure_after(&next, changed).await?);
                Ok(ControlFlow::Break((next, outgoing)))
            }
            Written::Refused(current) => Ok(ControlFlow::Continue(*current.ok_or(Error::NotFound)?)),
        }
    }

    fn count(&self, last: Option<&Transition>) {
        let Some(last) = last else { return };
        let metric = match last.kind {
            _ if last.effects.contains(&Effect::Publish(DomainEvent::Confirmed)) => "orders_confirmed",
            TransitionKind::DeadlinePassed => "orders_expired",
            TransitionKind::DeliveryAssumed => "orders_assumed_delivered",
            TransitionKind::CaptureFailed => "capture_failed",
            TransitionKind::VoidFailed => "void_failed",
            TransitionKind::RefundFailed => "refund_failed",
            _ => return,
        };
        self.wiring.metrics.count(metric, 1);
    }
}

/// What staff did, in the words of the audit log.
const fn audit_words(kind: TransitionKind) -> &'static str {
    match kind {
        TransitionKind::CancellationRequested => "canceled",
        TransitionKind::PaymentRetried => "another payment method",
        TransitionKind::PaymentRepeated => "the payment under way asked for again",
        TransitionKind::OperationRetried => "a failed operation tried again",
        TransitionKind::GuestTokenReplaced => "the guest's token replaced",
        TransitionKind::ErasureRequested => "the guest's data to be erased when the order ends",
        TransitionKind::Erased => "the guest's data erased",
        _ => "",
    }
}

/// The name of an input that no message brought. It only has to be new: a repeat is recognized by its effect on the
/// order.
fn own_name(order: &Order, input: &Input) -> String {
    let what = match input {
        Input::DeadlineDue => return DEADLINE.to_owned(),
        Input::AuthorizationLapses => return "lapse".to_owned(),
        Input::DeliveryAssumed => return "assume".to_owned(),
        Input::Cancel => "cancel",
        Input::ReplaceGuestToken => "guest_token",
        Input::Claim { .. } => "claim",
        Input::Erase { .. } => "erase",
        Input::PayAgain { .. } => "pay",
        _ => "retry",
    };
    format!("{what}/{}", order.seq + 1)
}

/// The name of an input that a message brought to this order. Payments and shipping answer each time they are asked to forget with one and
/// the same message, so an answer counts once for each time.
fn round_name(order: &Order, name: &str, input: &Input) -> String {
    match input {
        Input::DataErased { .. } => format!("{name}/{}", order.last_erased().unwrap_or_default()),
        _ => name.to_owned(),
    }
}

/// The name of an input that a message brought: the message's id without the bits that it shares with the order. The
/// deadline has one name, as the sweep may find it first.
pub fn message_name(message_id: &str, order: OrderId, input: &Input) -> String {
    if *input == Input::DeadlineDue {
        return DEADLINE.to_owned();
    }
    let order = order.to_string();
    let bits = order.split_once('_').map_or("", |(_, bits)| bits);
    message_id.replace(bits, "")
}
