//! The model's state and actions: orders that share one SKU, an unordered network that repeats and loses messages, processes
//! that crash between any two writes and sends, people who act at any time. Refuses to decide anything: all decisions are
//! the capabilities' own.
//!
//! Orders share nothing but the stock: no message of one names another. So each is named by its index, all have one id, and two
//! shops that differ only in the order of their orders are one state.

use crate::external::{ExternalAction, done, healed};
use crate::interner::{Effects, Interner, Items, VersionId};
use crate::laws::{Law, broken_always, broken_at_rest};
use crate::mutants::Mutant;
use crate::participants::stock::{self, units_held};
use crate::participants::{End, is_of_a_staff_refund};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// The bounds of an exploration.
#[derive(Debug, Clone)]
pub struct Bounds {
    /// The first card of each order.
    pub cards: Vec<&'static str>,
    /// Units of the SKU that each order wants.
    pub units: u32,
    /// Units in stock at the beginning.
    pub stock: u32,
    /// Crashes, repetitions, losses, stale reads and early sweeps, in all.
    pub faults: u8,
    /// How often a customer may cancel, and how often pay again.
    pub cancels: u8,
    pub retries: u8,
    /// How often the staff may refund, and how often correct a dispatch or want it taken back.
    pub refunds: u8,
    pub corrections: u8,
    pub mutant: Mutant,
}

impl Bounds {
    pub fn description(&self) -> String {
        let Self { cards, units, stock, faults, cancels, retries, refunds, corrections, mutant } = self;
        let what = format!("{} × {units} of {stock} units", cards.join(" + "));
        format!(
            "{what}, {faults} faults, {cancels} cancellations, {retries} payments again, {refunds} refunds, \
             {corrections} corrections, mutant {mutant:?}"
        )
    }
}

/// One order, its items, and the messages about it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OrderState {
    pub items: Items,
    pub cancels: u8,
    pub retries: u8,
    pub refunds: u8,
    pub corrections: u8,
    /// On their way, in any order, some of them twice.
    pub messages: Vec<VersionId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    pub available: i32,
    pub orders: Vec<OrderState>,
    pub faults: u8,
    /// The broken laws, as bits.
    pub broken: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// A message is received, handled and acknowledged.
    Receive(usize, VersionId),
    /// A message is received and the process crashes after this many writes and sends, so the message is delivered again.
    Crash(usize, VersionId, usize),
    /// Messages of two orders are received in one batch, handled as a group and acknowledged.
    ReceiveGroup([(usize, VersionId); 2]),
    /// The same, but the process crashes after the write and this many sends, so both messages are delivered again.
    CrashInGroup([(usize, VersionId); 2], usize),
    /// A message is handled on a stale read of the item.
    ReceiveOnStaleRead(usize, VersionId, usize),
    Lose(usize, VersionId),
    /// The sweep, or an operator, finds a stuck order.
    Heal(usize),
    /// The sweep finds an order that has messages on their way.
    HealEarly(usize),
    Do(usize, ExternalAction),
    /// Inventory releases a hold by its own clock: only as a mutant.
    Expire(usize),
}

/// The healing that an order at rest needs, and the laws that it breaks.
type Standing = (Option<Arc<Effects>>, u16);

/// The model.
#[derive(Debug)]
pub struct Shop {
    pub bounds: Bounds,
    pub memory: Mutex<Memory>,
}

/// Caches, so that no function runs twice on the same input.
#[derive(Debug, Default)]
pub struct Memory {
    pub interner: Interner,
    external_actions: HashMap<(Items, u8), Option<Arc<Effects>>>,
    standing: HashMap<(Items, bool), Standing>,
    always: HashMap<Items, u16>,
}

impl Memory {
    fn external_action(&mut self, items: Items, external_action: ExternalAction) -> Option<Arc<Effects>> {
        let index =
            u8::try_from(ExternalAction::ALL.iter().position(|&other| other == external_action).unwrap()).unwrap();
        if let Some(known) = self.external_actions.get(&(items, index)) {
            return known.clone();
        }
        let effects = done(&mut self.interner, items, external_action).map(Arc::new);
        self.external_actions.insert((items, index), effects.clone());
        effects
    }

    /// The healing that an order without messages on their way needs, and the laws that it breaks if it needs none.
    fn standing(&mut self, items: Items, reminded: bool, mutant: Mutant) -> Standing {
        if let Some(known) = self.standing.get(&(items, reminded)) {
            return known.clone();
        }
        let need = healed(&mut self.interner, items, reminded).filter(|_| mutant.sweeps()).map(Arc::new);
        let broken = if need.is_none() { broken_at_rest(&self.interner, items, reminded) } else { 0 };
        self.standing.insert((items, reminded), (need.clone(), broken));
        (need, broken)
    }

    fn busy(&self, order: &OrderState) -> bool {
        order.messages.iter().any(|&message| !self.interner.is_delayed(message))
    }

    fn broken(&mut self, state: &State, received: u32, mutant: Mutant) -> u16 {
        let held: u32 = state.orders.iter().map(|order| units_held(&self.interner.holds.get(order.items.hold))).sum();
        let adds_up = state.available >= 0 && i64::from(held) + i64::from(state.available) == i64::from(received);
        let mut broken = if adds_up { 0 } else { Law::StockAddsUp.bit() };
        for order in &state.orders {
            let interner = &self.interner;
            broken |= *self.always.entry(order.items).or_insert_with(|| broken_always(interner, order.items));
            if !self.busy(order) {
                broken |= self.standing(order.items, !order.messages.is_empty(), mutant).1;
            }
        }
        broken
    }
}

impl Shop {
    pub fn new(bounds: Bounds) -> Self {
        Self { bounds, memory: Mutex::default() }
    }

    /// How many different items and messages there were.
    pub fn met(&self) -> String {
        let memory = self.memory.lock().unwrap();
        let interner = &memory.interner;
        let (orders, holds, messages) = (interner.orders.len(), interner.holds.len(), interner.messages.len());
        let (payments, shipments) = (interner.funds.len(), interner.shipments.len());
        format!("{orders} orders, {holds} holds, {payments} payments, {shipments} shipments, {messages} messages")
    }

    /// The state after the first `steps` writes and sends.
    fn after(&self, state: &State, index: usize, effects: &Effects, steps: usize) -> State {
        let mut next = state.clone();
        let order = &mut next.orders[index];
        let written = steps.min(effects.versions.len());
        if written > 0 {
            order.items = order.items.with(effects.at, effects.versions[written - 1]);
            next.available += effects.available_delta;
        }
        order.messages.extend(&effects.sends[..steps - written]);
        next
    }

    fn whole(&self, state: &State, index: usize, effects: &Effects) -> State {
        self.after(state, index, effects, effects.versions.len() + effects.sends.len())
    }

    /// The state in canonical form, with its broken laws.
    pub fn judged(&self, memory: &mut Memory, mut state: State, broken: u16) -> State {
        for order in &mut state.orders {
            order.messages.sort_unstable();
        }
        state.orders.sort_unstable();
        state.broken = broken | memory.broken(&state, self.bounds.stock, self.bounds.mutant);
        state
    }

    pub fn receipts(&self, memory: &mut Memory, state: &State, index: usize, actions: &mut Vec<Action>) {
        let order = &state.orders[index];
        let mut before = None;
        for &message in &order.messages {
            // A copy has the same effect.
            if before.replace(message) == Some(message) {
                continue;
            }
            let mutant = self.bounds.mutant;
            let effects = memory.interner.receive(order.items, message, state.available, mutant);
            if effects.end != End::RetryLater {
                actions.push(Action::Receive(index, message));
            }
            if state.faults == 0 {
                continue;
            }
            let steps = effects.versions.len() + effects.sends.len();
            actions.extend((1..=steps).map(|step| Action::Crash(index, message, step)));
            if mutant.loses() && !is_of_a_staff_refund(&memory.interner.messages.get(message)) {
                actions.push(Action::Lose(index, message));
            }
            let stale_reads = memory.interner.receive_on_stale_read(order.items, message, mutant).len();
            actions.extend((0..stale_reads).map(|which| Action::ReceiveOnStaleRead(index, message, which)));
        }
    }

    /// The actions on two orders' messages in one batch.
    pub fn batches(&self, memory: &mut Memory, state: &State, indices: [usize; 2], actions: &mut Vec<Action>) {
        let [first, second] = indices.map(|index| &state.orders[index]);
        for &one in &first.messages {
            for &other in &second.messages {
                let parts = [(first.items, one), (second.items, other)];
                let group = memory.interner.receive_group(parts, state.available, self.bounds.mutant);
                let Some(all_effects) = group else { continue };
                let messages = [(indices[0], one), (indices[1], other)];
                actions.push(Action::ReceiveGroup(messages));
                let sends: usize = all_effects.iter().map(|effects| effects.sends.len()).sum();
                let wrote = all_effects.iter().any(|effects| !effects.versions.is_empty());
                if state.faults > 0 && wrote {
                    actions.extend((0..=sends).map(|sent| Action::CrashInGroup(messages, sent)));
                }
            }
        }
    }

    /// The state after two orders' messages were handled as a group, up to the first `sends` sends.
    fn after_both(
        &self,
        memory: &mut Memory,
        state: &State,
        messages: [(usize, VersionId); 2],
        sends: usize,
    ) -> Option<State> {
        let parts = messages.map(|(index, message)| (state.orders[index].items, message));
        let all_effects = memory.interner.receive_group(parts, state.available, self.bounds.mutant)?;
        let mut next = state.clone();
        let mut left = sends;
        for ((index, _), effects) in messages.iter().zip(all_effects.iter()) {
            let sent = left.min(effects.sends.len());
            left -= sent;
            next = self.after(&next, *index, effects, effects.versions.len() + sent);
        }
        Some(next)
    }

    pub fn external_actions(&self, memory: &mut Memory, state: &State, index: usize, actions: &mut Vec<Action>) {
        let order = &state.orders[index];
        for external_action in ExternalAction::ALL {
            let allowed = match external_action {
                ExternalAction::Cancel | ExternalAction::Lapse => order.cancels > 0,
                ExternalAction::PayAgain => order.retries > 0,
                ExternalAction::Refund(_) => order.refunds > 0,
                ExternalAction::Correct | ExternalAction::TakeBack => order.corrections > 0,
                _ => true,
            };
            if allowed && memory.external_action(order.items, external_action).is_some() {
                actions.push(Action::Do(index, external_action));
            }
        }
    }

    pub fn healing(&self, memory: &mut Memory, state: &State, index: usize, actions: &mut Vec<Action>) {
        let order = &state.orders[index];
        let mutant = self.bounds.mutant;
        let reminded = order.messages.iter().any(|&message| memory.interner.is_delayed(message));
        let busy = memory.busy(order);
        if (!busy || state.faults > 0) && memory.standing(order.items, reminded, mutant).0.is_some() {
            actions.push(if busy { Action::HealEarly(index) } else { Action::Heal(index) });
        }
        if mutant == Mutant::InventoryExpires && stock::expire(&memory.interner.holds.get(order.items.hold)).is_some() {
            actions.push(Action::Expire(index));
        }
    }

    pub fn moved(&self, memory: &mut Memory, state: &State, action: Action) -> Option<(State, u16)> {
        let mutant = self.bounds.mutant;
        let order = |index: usize| &state.orders[index];
        let reminded =
            |index: usize, memory: &Memory| order(index).messages.iter().any(|&l| memory.interner.is_delayed(l));
        Some(match action {
            Action::Receive(index, message) => {
                let effects = memory.interner.receive(order(index).items, message, state.available, mutant);
                let dead_lettered = if effects.end == End::DeadLettered { Law::NothingIsDeadLettered.bit() } else { 0 };
                (without(self.whole(state, index, &effects), index, message), dead_lettered)
            }
            Action::Crash(index, message, steps) => {
                let effects = memory.interner.receive(order(index).items, message, state.available, mutant);
                let next = spent(self.after(state, index, &effects, steps));
                let forgotten = mutant == Mutant::AcknowledgedBeforeSent;
                (if forgotten { without(next, index, message) } else { next }, 0)
            }
            Action::ReceiveGroup(messages) => {
                let next = self.after_both(memory, state, messages, usize::MAX)?;
                (messages.into_iter().fold(next, |next, (index, message)| without(next, index, message)), 0)
            }
            Action::CrashInGroup(messages, sends) => (spent(self.after_both(memory, state, messages, sends)?), 0),
            Action::ReceiveOnStaleRead(index, message, which) => {
                let effects = memory.interner.receive_on_stale_read(order(index).items, message, mutant)[which].clone();
                (spent(without(self.whole(state, index, &effects), index, message)), 0)
            }
            Action::Lose(index, message) => (spent(without(state.clone(), index, message)), 0),
            Action::Heal(index) => {
                let need = memory.standing(order(index).items, reminded(index, memory), mutant).0?;
                (self.whole(state, index, &need), 0)
            }
            Action::HealEarly(index) => {
                let need = memory.standing(order(index).items, reminded(index, memory), mutant).0?;
                (spent(self.whole(state, index, &need)), 0)
            }
            Action::Do(index, external_action) => {
                let effects = memory.external_action(order(index).items, external_action)?;
                let mut next = self.whole(state, index, &effects);
                next.orders[index].cancels -=
                    u8::from(matches!(external_action, ExternalAction::Cancel | ExternalAction::Lapse));
                next.orders[index].retries -= u8::from(external_action == ExternalAction::PayAgain);
                next.orders[index].refunds -= u8::from(matches!(external_action, ExternalAction::Refund(_)));
                next.orders[index].corrections -=
                    u8::from(matches!(external_action, ExternalAction::Correct | ExternalAction::TakeBack));
                (next, 0)
            }
            Action::Expire(index) => {
                let (hold, back) = stock::expire(&memory.interner.holds.get(order(index).items.hold))?;
                let mut next = state.clone();
                next.orders[index].items.hold = memory.interner.holds.keep(hold);
                next.available += back;
                (next, 0)
            }
        })
    }
}

fn without(mut state: State, index: usize, message: VersionId) -> State {
    let messages = &mut state.orders[index].messages;
    let place = messages.iter().position(|&other| other == message).unwrap();
    messages.remove(place);
    state
}

fn spent(state: State) -> State {
    State { faults: state.faults - 1, ..state }
}
