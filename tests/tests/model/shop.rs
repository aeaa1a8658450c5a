//! The shop as a model to explore: orders that share one shelf, an unordered network that repeats and loses, machines
//! that die between any two writes and sends, people who act when they like. Refuses to decide anything: all decisions
//! are the capabilities' own.
//!
//! Orders meet on the shelf alone: no message of one names another. So each is told by its place, all have one id, and
//! two shops that differ in which order is which are one state.

use crate::book::{Book, Doing, Items, Number};
use crate::laws::{Law, broken_always, broken_at_rest};
use crate::parties::stock::{self, units_held};
use crate::parties::{End, is_of_a_staff_refund};
use crate::people::{Deed, done, healed};
use crate::plants::Plant;
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
    pub plant: Plant,
}

impl Bounds {
    /// In words.
    pub fn told(&self) -> String {
        let Self { cards, units, stock, faults, cancels, retries, refunds, plant } = self;
        let what = format!("{} × {units} of {stock} units", cards.join(" + "));
        format!(
            "{what}, {faults} faults, {cancels} cancellations, {retries} payments again, {refunds} refunds, {plant:?} planted"
        )
    }
}

/// One order, its things, and the letters about it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Life {
    pub items: Items,
    pub cancels: u8,
    pub retries: u8,
    pub refunds: u8,
    /// On their way, in any order, some of them twice.
    pub letters: Vec<Number>,
}

/// The shop at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct State {
    pub available: i32,
    pub lives: Vec<Life>,
    pub faults: u8,
    /// The laws that it breaks.
    pub broken: u16,
}

/// Something that happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// A letter is received, worked on and acknowledged.
    Receive(usize, Number),
    /// A letter is received, and after so many writes and sends the machine dies; so the letter comes again.
    Die(usize, Number, usize),
    /// Letters of two orders are received in one batch, handled together and acknowledged.
    ReceiveTogether([(usize, Number); 2]),
    /// The same, and after the write and so many sends the machine dies; so both letters come again.
    DieTogether([(usize, Number); 2], usize),
    /// A letter is received by somebody who reads the item as it was.
    ReceiveBelatedly(usize, Number, usize),
    /// A letter is lost.
    Lose(usize, Number),
    /// The sweep, or an operator, finds an order that stands still.
    Heal(usize),
    /// The sweep finds an order that is about to move.
    HealEarly(usize),
    /// Somebody does something.
    Do(usize, Deed),
    /// Inventory frees a hold by its own clock: planted.
    Expire(usize),
}

/// What is known about a life at rest.
type Standing = (Option<Arc<Doing>>, u16);

/// The model.
#[derive(Debug)]
pub struct Shop {
    pub bounds: Bounds,
    pub memory: Mutex<Memory>,
}

/// What was met, so that no function is asked twice.
#[derive(Debug, Default)]
pub struct Memory {
    pub book: Book,
    deeds: HashMap<(Items, u8), Option<Arc<Doing>>>,
    standing: HashMap<(Items, bool), Standing>,
    always: HashMap<Items, u16>,
}

impl Memory {
    fn deed(&mut self, items: Items, deed: Deed) -> Option<Arc<Doing>> {
        let index = u8::try_from(Deed::ALL.iter().position(|&other| other == deed).unwrap()).unwrap();
        if let Some(known) = self.deeds.get(&(items, index)) {
            return known.clone();
        }
        let doing = done(&mut self.book, items, deed).map(Arc::new);
        self.deeds.insert((items, index), doing.clone());
        doing
    }

    /// What an order to which nothing is on its way needs, and the laws that it breaks if it needs nothing.
    fn standing(&mut self, items: Items, reminded: bool, plant: Plant) -> Standing {
        if let Some(known) = self.standing.get(&(items, reminded)) {
            return known.clone();
        }
        let need = healed(&mut self.book, items, reminded).filter(|_| plant.sweeps()).map(Arc::new);
        let broken = if need.is_none() { broken_at_rest(&self.book, items, reminded) } else { 0 };
        self.standing.insert((items, reminded), (need.clone(), broken));
        (need, broken)
    }

    fn busy(&self, life: &Life) -> bool {
        life.letters.iter().any(|&letter| !self.book.lies(letter))
    }

    fn broken(&mut self, state: &State, received: u32, plant: Plant) -> u16 {
        let held: u32 = state.lives.iter().map(|life| units_held(&self.book.holds.get(life.items.hold))).sum();
        let adds_up = state.available >= 0 && i64::from(held) + i64::from(state.available) == i64::from(received);
        let mut broken = if adds_up { 0 } else { Law::StockAddsUp.bit() };
        for life in &state.lives {
            let book = &self.book;
            broken |= *self.always.entry(life.items).or_insert_with(|| broken_always(book, life.items));
            if !self.busy(life) {
                broken |= self.standing(life.items, !life.letters.is_empty(), plant).1;
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
        let book = &memory.book;
        let (orders, holds, letters) = (book.orders.len(), book.holds.len(), book.letters.len());
        let (payments, shipments) = (book.accounts.len(), book.parcels.len());
        format!("{orders} orders, {holds} holds, {payments} payments, {shipments} shipments, {letters} messages")
    }

    /// The state after what a life's item went through, as far as it got.
    fn after(&self, state: &State, index: usize, doing: &Doing, steps: usize) -> State {
        let mut next = state.clone();
        let life = &mut next.lives[index];
        let written = steps.min(doing.versions.len());
        if written > 0 {
            life.items = life.items.with(doing.at, doing.versions[written - 1]);
            next.available += doing.shelf;
        }
        life.letters.extend(&doing.sends[..steps - written]);
        next
    }

    fn whole(&self, state: &State, index: usize, doing: &Doing) -> State {
        self.after(state, index, doing, doing.versions.len() + doing.sends.len())
    }

    /// The state in its one form, judged.
    pub fn judged(&self, memory: &mut Memory, mut state: State, broken: u16) -> State {
        for life in &mut state.lives {
            life.letters.sort_unstable();
        }
        state.lives.sort_unstable();
        state.broken = broken | memory.broken(&state, self.bounds.stock, self.bounds.plant);
        state
    }

    pub fn receipts(&self, memory: &mut Memory, state: &State, index: usize, actions: &mut Vec<Action>) {
        let life = &state.lives[index];
        let mut before = None;
        for &letter in &life.letters {
            // Two of the same do the same.
            if before.replace(letter) == Some(letter) {
                continue;
            }
            let plant = self.bounds.plant;
            let doing = memory.book.receive(life.items, letter, state.available, plant);
            if doing.end != End::Postponed {
                actions.push(Action::Receive(index, letter));
            }
            if state.faults == 0 {
                continue;
            }
            let steps = doing.versions.len() + doing.sends.len();
            actions.extend((1..=steps).map(|step| Action::Die(index, letter, step)));
            if plant.loses() && !is_of_a_staff_refund(&memory.book.letters.get(letter)) {
                actions.push(Action::Lose(index, letter));
            }
            let belated = memory.book.receive_belatedly(life.items, letter, plant).len();
            actions.extend((0..belated).map(|which| Action::ReceiveBelatedly(index, letter, which)));
        }
    }

    /// What two orders' letters may go through in one batch.
    pub fn batches(&self, memory: &mut Memory, state: &State, indices: [usize; 2], actions: &mut Vec<Action>) {
        let [first, second] = indices.map(|index| &state.lives[index]);
        for &one in &first.letters {
            for &other in &second.letters {
                let parts = [(first.items, one), (second.items, other)];
                let together = memory.book.receive_group(parts, state.available, self.bounds.plant);
                let Some(doings) = together else { continue };
                let letters = [(indices[0], one), (indices[1], other)];
                actions.push(Action::ReceiveTogether(letters));
                let sends: usize = doings.iter().map(|doing| doing.sends.len()).sum();
                let wrote = doings.iter().any(|doing| !doing.versions.is_empty());
                if state.faults > 0 && wrote {
                    actions.extend((0..=sends).map(|sent| Action::DieTogether(letters, sent)));
                }
            }
        }
    }

    /// The state after two orders' letters were handled together, as far as sending got.
    fn after_both(
        &self,
        memory: &mut Memory,
        state: &State,
        letters: [(usize, Number); 2],
        sends: usize,
    ) -> Option<State> {
        let parts = letters.map(|(index, letter)| (state.lives[index].items, letter));
        let doings = memory.book.receive_group(parts, state.available, self.bounds.plant)?;
        let mut next = state.clone();
        let mut left = sends;
        for ((index, _), doing) in letters.iter().zip(doings.iter()) {
            let sent = left.min(doing.sends.len());
            left -= sent;
            next = self.after(&next, *index, doing, doing.versions.len() + sent);
        }
        Some(next)
    }

    pub fn deeds(&self, memory: &mut Memory, state: &State, index: usize, actions: &mut Vec<Action>) {
        let life = &state.lives[index];
        for deed in Deed::ALL {
            let allowed = match deed {
                Deed::Cancel | Deed::Lapse => life.cancels > 0,
                Deed::PayAgain => life.retries > 0,
                Deed::Refund(_) => life.refunds > 0,
                _ => true,
            };
            if allowed && memory.deed(life.items, deed).is_some() {
                actions.push(Action::Do(index, deed));
            }
        }
    }

    pub fn healing(&self, memory: &mut Memory, state: &State, index: usize, actions: &mut Vec<Action>) {
        let life = &state.lives[index];
        let plant = self.bounds.plant;
        let reminded = life.letters.iter().any(|&letter| memory.book.lies(letter));
        let busy = memory.busy(life);
        if (!busy || state.faults > 0) && memory.standing(life.items, reminded, plant).0.is_some() {
            actions.push(if busy { Action::HealEarly(index) } else { Action::Heal(index) });
        }
        if plant == Plant::InventoryExpires && stock::expire(&memory.book.holds.get(life.items.hold)).is_some() {
            actions.push(Action::Expire(index));
        }
    }

    pub fn moved(&self, memory: &mut Memory, state: &State, action: Action) -> Option<(State, u16)> {
        let plant = self.bounds.plant;
        let life = |index: usize| &state.lives[index];
        let reminded = |index: usize, memory: &Memory| life(index).letters.iter().any(|&l| memory.book.lies(l));
        Some(match action {
            Action::Receive(index, letter) => {
                let doing = memory.book.receive(life(index).items, letter, state.available, plant);
                let dead_lettered = if doing.end == End::Buried { Law::NothingIsBuried.bit() } else { 0 };
                (without(self.whole(state, index, &doing), index, letter), dead_lettered)
            }
            Action::Die(index, letter, steps) => {
                let doing = memory.book.receive(life(index).items, letter, state.available, plant);
                let next = spent(self.after(state, index, &doing, steps));
                let forgotten = plant == Plant::AcknowledgedBeforeSent;
                (if forgotten { without(next, index, letter) } else { next }, 0)
            }
            Action::ReceiveTogether(letters) => {
                let next = self.after_both(memory, state, letters, usize::MAX)?;
                (letters.into_iter().fold(next, |next, (index, letter)| without(next, index, letter)), 0)
            }
            Action::DieTogether(letters, sends) => (spent(self.after_both(memory, state, letters, sends)?), 0),
            Action::ReceiveBelatedly(index, letter, which) => {
                let doing = memory.book.receive_belatedly(life(index).items, letter, plant)[which].clone();
                (spent(without(self.whole(state, index, &doing), index, letter)), 0)
            }
            Action::Lose(index, letter) => (spent(without(state.clone(), index, letter)), 0),
            Action::Heal(index) => {
                let need = memory.standing(life(index).items, reminded(index, memory), plant).0?;
                (self.whole(state, index, &need), 0)
            }
            Action::HealEarly(index) => {
                let need = memory.standing(life(index).items, reminded(index, memory), plant).0?;
                (spent(self.whole(state, index, &need)), 0)
            }
            Action::Do(index, deed) => {
                let doing = memory.deed(life(index).items, deed)?;
                let mut next = self.whole(state, index, &doing);
                next.lives[index].cancels -= u8::from(matches!(deed, Deed::Cancel | Deed::Lapse));
                next.lives[index].retries -= u8::from(deed == Deed::PayAgain);
                next.lives[index].refunds -= u8::from(matches!(deed, Deed::Refund(_)));
                (next, 0)
            }
            Action::Expire(index) => {
                let (hold, back) = stock::expire(&memory.book.holds.get(life(index).items.hold))?;
                let mut next = state.clone();
                next.lives[index].items.hold = memory.book.holds.keep(hold);
                next.available += back;
                (next, 0)
            }
        })
    }
}

fn without(mut state: State, index: usize, letter: Number) -> State {
    let letters = &mut state.lives[index].letters;
    let place = letters.iter().position(|&other| other == letter).unwrap();
    letters.remove(place);
    state
}

fn spent(state: State) -> State {
    State { faults: state.faults - 1, ..state }
}
