//! What went to and fro for an order: the input of each transition and the messages that followed. Read from the log and from
//! what the outbox sends, so nothing is drawn that was not sent. Refuses repeats, which carry nothing new.

use crate::domain::diagram::name;
use crate::domain::messages::outgoing;
use crate::domain::order::Order;
use crate::domain::states::Status;
use crate::domain::transition::{Transition, TransitionKind};
use chassis::table::WantedBy;
use events::flows::{Flow, received_by};
use events::{Capability, Timestamp};

/// Who sends and receives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lane {
    /// The customer or guest.
    Shopper,
    Staff,
    Of(Capability),
}

impl Lane {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shopper => "shopper",
            Self::Staff => "staff",
            Self::Of(capability) => capability.name(),
        }
    }
}

/// The nature of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExchangeKind {
    /// A person's request.
    Request,
    /// A message of another capability: a reply, or news.
    Reply,
    /// A command to a participant.
    Command,
    /// An event that orders publishes.
    Event,
    /// Orders' message to itself, for later.
    Scheduled,
    /// Time passed, or the log does not say who brought it.
    Clock,
}

/// One message or request, with all its receivers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// Number of the transition that took it in or sent it.
    pub seq: u64,
    pub at: Timestamp,
    pub kind: ExchangeKind,
    /// The message's type without capability and version, or what was requested.
    pub label: String,
    pub from: Lane,
    pub to: Vec<Lane>,
    /// The status that the transition brought, on its first exchange.
    pub status: Option<Status>,
}

/// Everything that was exchanged for an order, oldest first.
pub fn exchanges(order: &Order) -> Vec<Exchange> {
    let all = order.log.iter().enumerate().flat_map(|(index, transition)| {
        let before = index.checked_sub(1).and_then(|index| order.log.get(index));
        of_transition(order, before, transition)
    });
    all.collect()
}

/// What one transition took in and sent.
pub(super) fn of_transition(order: &Order, before: Option<&Transition>, made: &Transition) -> Vec<Exchange> {
    let status = (before.map(|before| before.status) != Some(made.status)).then_some(made.status);
    let mut all = vec![Exchange { status, ..input(made) }];
    for message in outgoing(order, made) {
        let (from, to) = (Lane::Of(Capability::Orders), Lane::Of(message.to));
        let label = short(&message.envelope.kind);
        match all.last_mut().filter(|last| last.from == from && last.label == label) {
            Some(copy) => copy.to.push(to),
            None => {
                let kind = sent(&message.envelope.kind, message.to);
                all.push(Exchange { seq: made.seq, at: made.at, kind, label, from, to: vec![to], status: None });
            }
        }
    }
    all
}

/// What made the transition. A message's name ends with its type, and the table of flows knows the sender.
fn input(made: &Transition) -> Exchange {
    let orders = Lane::Of(Capability::Orders);
    let (kind, label, from) = match (flow_of(made), &made.by) {
        (Some(flow), _) => (ExchangeKind::Reply, short(flow.kind), Lane::Of(flow.from)),
        (None, WantedBy::Other(_)) => (ExchangeKind::Request, wanted(made.kind), Lane::Staff),
        (None, _) if made.kind.is_requested() => (ExchangeKind::Request, wanted(made.kind), Lane::Shopper),
        (None, _) => (ExchangeKind::Clock, name(&made.kind), orders),
    };
    Exchange { seq: made.seq, at: made.at, kind, label, from, to: vec![orders], status: None }
}

fn flow_of(made: &Transition) -> Option<&'static Flow> {
    let kind = made.input.rsplit('/').next()?;
    received_by(Capability::Orders).find(|flow| flow.kind == kind)
}

/// What a person asked for.
fn wanted(kind: TransitionKind) -> String {
    match kind {
        TransitionKind::Placed => "place_order".to_owned(),
        TransitionKind::PaymentRetried | TransitionKind::PaymentRepeated => "pay".to_owned(),
        TransitionKind::CancellationRequested => "cancel".to_owned(),
        TransitionKind::OperationRetried => "redrive".to_owned(),
        TransitionKind::GuestTokenReplaced => "replace_guest_token".to_owned(),
        TransitionKind::Claimed => "claim".to_owned(),
        other => name(&other),
    }
}

/// A command has its receiver's name, an event that of its sender.
fn sent(kind: &str, to: Capability) -> ExchangeKind {
    let owner = kind.split('.').next().unwrap_or_default();
    match to {
        Capability::Orders => ExchangeKind::Scheduled,
        to if owner == to.name() => ExchangeKind::Command,
        _ => ExchangeKind::Event,
    }
}

/// `inventory.reserve_stock.v1` is `reserve_stock`.
fn short(kind: &str) -> String {
    kind.split('.').nth(1).unwrap_or(kind).to_owned()
}
