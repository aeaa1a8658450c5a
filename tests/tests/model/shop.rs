//! The shop as a model to explore: orders that share one shelf, an unordered network that repeats and loses, machines
//! that die between any two writes and sends, people who act when they like. Refuses to decide anything: all decisions
//! are the capabilities' own.
//!
//! Orders meet on the shelf alone: no message of one names another. So each is told by its place, all have one id, and
//! two shops that differ in which order is which are one state.

use crate::external::{ExternalAction, done, healed};
use crate::interner::{Effects, Interner, Items, VersionId};
use crate::laws::{Law, broken_always, broken_at_rest};
use crate::mutants::Mutant;
use crate::participants::stock::{self, units_held};
use crate::participants::{End, is_of_a_staff_refund};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// How large a shop is explored.
#[derive(Debug, Clone)]
pub struct Bounds {
    /// The card with which each order tries to pay first.
    pub cards: Vec<&'static str>,
    /// Units of the one SKU that each order wants.
    pub units: u32,
    /// Units that came in.
    pub stock: u32,
    /// Deaths, repetitions, losses, late reads and early sweeps, together.
    pub faults: u8,
    /// What an order's customer may do: call off so often, pay again so often.
    pub cancels: u8,
    pub retries: u8,
    /// How often the staff may give money back.
    pub refunds: u8,
    /// What is changed in the shop.
    pub mutant: Mutant,
}

impl Bounds {
    /// In words.
    pub fn description(&self) -> String {
        let Self { cards, units, stock, faults, cancels, retries, refunds, mutant } = self;
        let what = format!("{} × {units} of {stock} units", cards.join(" + "));
        format!(
            "{what}, {faults} faults, {cancels} cancellations, {retries} payments again, {refunds} refunds, {mutant:?} planted"
        )
    }
}

/// One order, its things, and the messages about it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OrderState {
    pub items: Items,
    pub cancels: u8,
    pub retries: u8,
    pub refunds: u8,
    /// On their way, in any order, some of them twice.
    pub messages: Vec<VersionId>,
}

/// The shop at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    pub available: i32,
    pub orders: Vec<OrderState>,
    pub faults: u8,
    /// The laws that it breaks.
    pub broken: u16,
}

/// Something that happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// A message is received, worked on and acknowledged.
    Receive(usize, VersionId),
    /// A message is received, and after so many writes and sends the machine dies; so the message comes again.
    Die(usize, VersionId, usize),
    /// Letters of two orders are received in one batch, handled together and acknowledged.
    ReceiveTogether([(usize, VersionId); 2]),
    /// The same, and after the write and so many sends the machine dies; so both messages come again.
    DieTogether([(usize, VersionId); 2], usize),
    /// A message is received by somebody who reads the item as it was.
    ReceiveBelatedly(usize, VersionId, usize),
    /// A message is lost.
    Lose(usize, VersionId),
    /// The sweep, or an operator, finds an order that stands still.
    Heal(usize),
    /// The sweep finds an order that is about to move.
    HealEarly(usize),
    /// Somebody does something.
    Do(usize, ExternalAction),
    /// Inventory frees a hold by its own clock: planted.
    Expire(usize),
}

/// What is known about a order at rest.
type Standing = (Option<Arc<Effects>>, u16);

/// The model.
#[derive(Debug)]
pub struct Shop {
    pub bounds: Bounds,
    pub memory: Mutex<Memory>,
}

/// What was met, so that no function is asked twice.
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

    /// What an order to which nothing is on its way needs, and the laws that it breaks if it needs nothing.
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
        order.messages.iter().any(|&message| !self.interner.lies(message))
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

    /// How many different items and messages were met.
    pub fn met(&self) -> String {
        let memory = self.memory.lock().unwrap();
        let interner = &memory.interner;
        let (orders, holds, messages) = (interner.orders.len(), interner.holds.len(), interner.messages.len());
        let (payments, shipments) = (interner.funds.len(), interner.shipments.len());
        format!("{orders} orders, {holds} holds, {payments} payments, {shipments} shipments, {messages} messages")
    }

    /// The state after what a order's item went through, as far as it got.
    fn after(&self, state: &State, index: usize, effects: &Effects, steps: usize) -> State {
        let mut next = state.clone();
        let order = &mut next.orders[index];
        let written = steps.min(effects.versions.len());
        if written > 0 {
            order.items = order.items.with(effects.at, effects.versions[written - 1]);
            next.available += effects.shelf;
        }
        order.messages.extend(&effects.sends[..steps - written]);
        next
    }

    fn whole(&self, state: &State, index: usize, effects: &Effects) -> State {
        self.after(state, index, effects, effects.versions.len() + effects.sends.len())
    }

    /// The state in its one form, judged.
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
            // Two of the same do the same.
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
            actions.extend((1..=steps).map(|step| Action::Die(index, message, step)));
            if mutant.loses() && !is_of_a_staff_refund(&memory.interner.messages.get(message)) {
                actions.push(Action::Lose(index, message));
            }
            let belated = memory.interner.receive_belatedly(order.items, message, mutant).len();
            actions.extend((0..belated).map(|which| Action::ReceiveBelatedly(index, message, which)));
        }
    }

    /// What two orders' messages may go through in one batch.
    pub fn batches(&self, memory: &mut Memory, state: &State, indices: [usize; 2], actions: &mut Vec<Action>) {
        let [first, second] = indices.map(|index| &state.orders[index]);
        for &one in &first.messages {
            for &other in &second.messages {
                let parts = [(first.items, one), (second.items, other)];
                let together = memory.interner.receive_group(parts, state.available, self.bounds.mutant);
                let Some(all_effects) = together else { continue };
                let messages = [(indices[0], one), (indices[1], other)];
                actions.push(Action::ReceiveTogether(messages));
                let sends: usize = all_effects.iter().map(|effects| effects.sends.len()).sum();
                let wrote = all_effects.iter().any(|effects| !effects.versions.is_empty());
                if state.faults > 0 && wrote {
                    actions.extend((0..=sends).map(|sent| Action::DieTogether(messages, sent)));
                }
            }
        }
    }

    /// The state after two orders' messages were handled together, as far as sending got.
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
        let reminded = order.messages.iter().any(|&message| memory.interner.lies(message));
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
        let reminded = |index: usize, memory: &Memory| order(index).messages.iter().any(|&l| memory.interner.lies(l));
        Some(match action {
            Action::Receive(index, message) => {
                let effects = memory.interner.receive(order(index).items, message, state.available, mutant);
                let dead_lettered = if effects.end == End::DeadLettered { Law::NothingIsDeadLettered.bit() } else { 0 };
                (without(self.whole(state, index, &effects), index, message), dead_lettered)
            }
            Action::Die(index, message, steps) => {
                let effects = memory.interner.receive(order(index).items, message, state.available, mutant);
                let next = spent(self.after(state, index, &effects, steps));
                let forgotten = mutant == Mutant::AcknowledgedBeforeSent;
                (if forgotten { without(next, index, message) } else { next }, 0)
            }
            Action::ReceiveTogether(messages) => {
                let next = self.after_both(memory, state, messages, usize::MAX)?;
                (messages.into_iter().fold(next, |next, (index, message)| without(next, index, message)), 0)
            }
            Action::DieTogether(messages, sends) => (spent(self.after_both(memory, state, messages, sends)?), 0),
            Action::ReceiveBelatedly(index, message, which) => {
                let effects = memory.interner.receive_belatedly(order(index).items, message, mutant)[which].clone();
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
