//! An order as it is stored. Owns its fields and what can be read from them; refuses to change them, which [`super::saga`]
//! does.

use super::effect::{Command, Effect, Participant, PendingCommand, ReplyState};
use super::erasure::Erasure;
use super::states::{FulfillmentState, PaymentState, Status};
use super::transition::{Transition, TransitionKind};
use chassis::table::WantedBy;
use events::ids::{CartId, OrderId, UserId};
use events::inventory::{MissingLine, StockLine};
use events::payments::AmountParts;
use events::quotes::QuotedLine;
use events::{Actor, Address, Contact, Currency, Language, Money, Timestamp};
use serde::{Deserialize, Serialize};

mod attempt;
mod lines;

pub use super::tracking::Tracking;
pub use attempt::{Attempt, MAX_KEYS};

/// Most attempts to pay for one order: enough for a mistyped card, too few to test stolen ones.
pub const MAX_ATTEMPTS: u32 = 5;

/// Days after dispatch after which an order is completed without a word of the carrier, unless the shop says otherwise.
/// Carriers search for a parcel within the country for about a week, and across borders for longer.
pub const COMPLETE_AFTER_DAYS: u32 = 14;

/// Shipping as the shipping quote promised it. Amounts are in minor units of the order's currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shipping {
    /// Code of the shipping service.
    pub service: String,
    /// Before tax.
    pub amount: i64,
    pub tax: i64,
}

/// An order. All amounts are in minor units of its currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Order {
    /// The price quote's id under another prefix.
    pub id: OrderId,
    /// Absent for a guest's order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<UserId>,
    /// Pseudonym of a guest's e-mail address, by which limits count. Gone when the order is confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guest: Option<String>,
    /// Pseudonym of the network that placed the order, by which limits count. Gone when the order is confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<String>,
    /// Of a guest alone, and leaves orders for `notifications` only. Orders of customers that an earlier version wrote have one,
    /// at which these are told until they end: `users` never told how to reach them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// In which the order was placed, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    pub currency: Currency,
    #[serde(with = "lines")]
    pub lines: Vec<QuotedLine>,
    /// All lines after discount, before tax.
    pub net: i64,
    /// Tax on the lines.
    pub tax: i64,
    pub shipping: Shipping,
    /// Amount to pay: net, shipping and the tax on both.
    pub total: i64,
    pub ship_to: Address,
    /// For the bill, if it is another one than `ship_to`. It leaves orders for nobody but the order's owner and staff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub billing_address: Option<Address>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cart_id: Option<CartId>,
    /// Version of the shop's terms that the buyer accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_terms: Option<String>,
    pub placed_at: Timestamp,
    /// The order expires if it is not paid by then.
    pub deadline: Timestamp,
    pub status: Status,
    pub payment_state: PaymentState,
    pub fulfillment_state: FulfillmentState,
    /// The last command to `inventory`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stock: Option<PendingCommand>,
    /// The last command to `payments`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<PendingCommand>,
    /// The last command to `shipping`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipment: Option<PendingCommand>,
    /// The first is number 1. An order that costs nothing has none.
    pub attempts: Vec<Attempt>,
    /// Goods that leave later may find the money no longer held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dispatch_before: Option<Timestamp>,
    /// All refunds so far.
    #[serde(default)]
    pub refunded: i64,
    /// Page on which the customer confirms the payment with the bank.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_action: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracking: Option<Tracking>,
    /// The tracking of the first dispatch, once it is no more the present one: a repeated message says what it said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dispatched_as: Option<Tracking>,
    /// Number of the shipment's last transition that corrected the tracking or took the dispatch back. What came before it
    /// tells nothing new.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub shipment_seq: u64,
    /// The request to take the dispatch back that waits until it is known whether the money was captured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retraction: Option<u64>,
    /// The lines for which there was not enough stock.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<MissingLine>,
    /// Trace context of the request that placed the order; every message about it carries it on.
    pub traceparent: String,
    /// Digest of the request and its caller. It tells a repeated request from another one.
    pub request_digest: String,
    /// Resends since the last transition.
    #[serde(default)]
    pub resends: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resent_at: Option<Timestamp>,
    /// When the sweep looks at the order: the sort key of the index `due`. Absent if it never needs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<Timestamp>,
    /// Days after dispatch after which the order is completed if the carrier says no more.
    #[serde(default = "complete_after_days", skip_serializing_if = "is_usual")]
    pub complete_after_days: u32,
    /// Present once the buyer wants to be forgotten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erasure: Option<Erasure>,
    /// Number of the last transition.
    pub seq: u64,
    pub log: Vec<Transition>,
}

const fn complete_after_days() -> u32 {
    COMPLETE_AFTER_DAYS
}

/// The usual number is not stored, since an item costs by its size.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_usual(days: &u32) -> bool {
    *days == COMPLETE_AFTER_DAYS
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_zero(seq: &u64) -> bool {
    *seq == 0
}

impl Order {
    /// How a guest is reached. A customer is known to `users`.
    pub fn guest_contact(&self) -> Option<&Contact> {
        self.contact.as_ref().filter(|_| self.customer.is_none())
    }

    pub const fn money(&self, amount: i64) -> Money {
        Money::new(amount, self.currency)
    }

    /// The parts of the total, as the ledger books them.
    pub const fn parts(&self) -> AmountParts {
        AmountParts {
            net: self.net,
            shipping: self.shipping.amount,
            // Both were added into the total when the order was placed, so their sum fits.
            tax: self.tax.saturating_add(self.shipping.tax),
        }
    }

    pub fn stock_lines(&self) -> Vec<StockLine> {
        self.lines.iter().map(|line| StockLine { sku: line.sku.clone(), quantity: line.quantity }).collect()
    }

    pub fn weight_grams(&self) -> u64 {
        let weights = self.lines.iter().map(|line| u64::from(line.weight_grams) * u64::from(line.quantity));
        weights.fold(0, u64::saturating_add)
    }

    /// The last command to a participant.
    pub const fn last_command(&self, participant: Participant) -> Option<PendingCommand> {
        match participant {
            Participant::Stock => self.stock,
            Participant::Payment => self.payment,
            Participant::Shipment => self.shipment,
        }
    }

    /// Whether the command is its participant's last and has no reply yet.
    pub fn awaits(&self, command: Command) -> bool {
        self.last_reply(command) == Some(ReplyState::Pending)
    }

    /// Whether the command is its participant's last and is not done, even if it failed before.
    pub fn is_open(&self, command: Command) -> bool {
        self.last_reply(command).is_some_and(|reply| reply != ReplyState::Answered)
    }

    fn last_reply(&self, command: Command) -> Option<ReplyState> {
        self.last_command(command.participant()).filter(|last| last.command == command).map(|last| last.reply)
    }

    /// The latest command that matches, with the transition that sent it.
    pub fn last_sent(&self, matches: impl Fn(Command) -> bool) -> Option<(u64, Command)> {
        self.log.iter().rev().find_map(|transition| {
            transition.effects.iter().find_map(|effect| match effect {
                Effect::Send(command) if matches(*command) => Some((transition.seq, *command)),
                _ => None,
            })
        })
    }

    /// Number of the current attempt to pay.
    pub fn attempt(&self) -> u32 {
        u32::try_from(self.attempts.len()).unwrap_or(u32::MAX)
    }

    /// Whether another request to pay with this method, under a new key, finds the bank still waiting for the customer to confirm.
    pub fn waits_for_confirmation_of(&self, method: &str, key: Option<&str>, now: Timestamp) -> bool {
        let is_new = |attempt: &Attempt| attempt.method == method && !key.is_some_and(|key| attempt.answers(key));
        let may_confirm = self.status.is_unpaid() && now < self.deadline;
        may_confirm && self.payment_state == PaymentState::RequiresAction && self.attempts.last().is_some_and(is_new)
    }

    pub fn transition(&self, seq: u64) -> Option<&Transition> {
        self.log.iter().find(|transition| transition.seq == seq)
    }

    /// Whether there is nothing to pay: no money is asked for, at any time.
    pub const fn costs_nothing(&self) -> bool {
        self.total == 0
    }

    /// Whether the shop has all that it asks for, refunded or not.
    pub const fn is_paid(&self) -> bool {
        self.costs_nothing() || self.payment_state.is_captured()
    }

    /// Whether a guest placed it: the guest's token opens it, also since a customer claimed it, until the order forgets the guest.
    pub fn is_open_to_a_guest(&self) -> bool {
        let is_a_guests = self.customer.is_none() || self.log.iter().any(|made| made.kind == TransitionKind::Claimed);
        is_a_guests && !self.is_erased()
    }

    /// The customer as far as what a transition said is concerned: a repeated message says what it said.
    pub fn customer_at(&self, seq: u64) -> Option<UserId> {
        let claimed_later = |made: &Transition| made.kind == TransitionKind::Claimed && seq < made.seq;
        self.customer.filter(|_| !self.log.iter().any(claimed_later))
    }

    /// How often staff replaced the guest's token.
    pub fn replaced_guest_tokens(&self) -> usize {
        self.log.iter().filter(|transition| transition.kind == TransitionKind::GuestTokenReplaced).count()
    }

    /// The order whose last transition this actor wanted.
    #[must_use]
    pub fn wanted_by(mut self, actor: Option<&Actor>) -> Self {
        let customer = self.customer.map(Actor::from);
        if let Some(last) = self.log.last_mut() {
            last.by = WantedBy::of(actor, customer.as_ref());
        }
        self
    }

    /// Who wanted a transition.
    pub fn actor(&self, transition: &Transition) -> Option<Actor> {
        transition.by.actor(self.customer.map(Actor::from))
    }

    /// Whether the order ended, every command got its reply, and nothing is left of a buyer who wants to be forgotten: nobody needs to
    /// look at it again.
    pub fn is_settled(&self) -> bool {
        self.has_ended() && self.erasure.as_ref().is_none_or(Erasure::is_done)
    }

    /// Whether the order ended and every command got its reply.
    pub fn has_ended(&self) -> bool {
        let mut commands = [self.stock, self.payment, self.shipment].into_iter().flatten();
        self.status.is_terminal() && commands.all(|last| last.reply == ReplyState::Answered)
    }
}
