//! Everything that items and messages ever were in a run, each kept once under a small number. So a state is a few
//! numbers, and each function of the shop runs once for each version that it meets.

use crate::parties::money::{self, Account};
use crate::parties::parcel::{self, Parcel};
use crate::parties::stock::{self, Hold};
use crate::parties::{self, Course, End, is_reminder, matters, received};
use crate::plants::Plant;
use events::inventory::ReserveStock;
use events::message::Outgoing;
use events::{Capability, Message};
use orders::domain::order::Order;
use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::Arc;

/// A version of an item, or a letter.
pub type Number = u16;

/// All versions of a kind of item.
#[derive(Debug)]
pub struct Versions<T> {
    all: Vec<Arc<T>>,
    known: HashMap<String, Number>,
}

impl<T> Default for Versions<T> {
    fn default() -> Self {
        Self { all: Vec::new(), known: HashMap::new() }
    }
}

impl<T: Debug> Versions<T> {
    pub fn keep(&mut self, version: T) -> Number {
        let next = Number::try_from(self.all.len()).unwrap();
        let number = *self.known.entry(format!("{version:?}")).or_insert(next);
        if number == next {
            self.all.push(Arc::new(version));
        }
        number
    }

    pub fn get(&self, number: Number) -> Arc<T> {
        Arc::clone(&self.all[usize::from(number)])
    }

    pub fn len(&self) -> usize {
        self.all.len()
    }
}

/// The four items of one order, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Items {
    pub order: Number,
    pub hold: Number,
    pub money: Number,
    pub parcel: Number,
}

impl Items {
    /// The item that a capability has.
    pub const fn of(self, capability: Capability) -> Number {
        match capability {
            Capability::Inventory => self.hold,
            Capability::Payments => self.money,
            Capability::Shipping => self.parcel,
            _ => self.order,
        }
    }

    /// The items once that capability's is another.
    pub const fn with(self, capability: Capability, item: Number) -> Self {
        match capability {
            Capability::Inventory => Self { hold: item, ..self },
            Capability::Payments => Self { money: item, ..self },
            Capability::Shipping => Self { parcel: item, ..self },
            _ => Self { order: item, ..self },
        }
    }
}

/// What a message, or a person, does, in numbers.
#[derive(Debug, Clone)]
pub struct Doing {
    /// Whose item it moves.
    pub at: Capability,
    /// The item after each write.
    pub versions: Vec<Number>,
    /// What is sent then.
    pub sends: Vec<Number>,
    /// Units that come to the shelf with the first write.
    pub shelf: i32,
    /// Whether it is done with.
    pub end: End,
}

/// What two letters do that are handled together, if they are.
pub type Together = Option<Arc<[Doing; 2]>>;

/// All that was.
#[derive(Debug, Default)]
pub struct Book {
    pub orders: Versions<Order>,
    pub holds: Versions<Hold>,
    pub accounts: Versions<Account>,
    pub parcels: Versions<Parcel>,
    pub letters: Versions<Outgoing>,
    received: HashMap<(Capability, Number, Number, u32), Arc<Doing>>,
    together: HashMap<([(Number, Number); 2], u32), Together>,
    belated: HashMap<(Capability, Number, Number), Arc<Vec<Doing>>>,
    before: HashMap<(Capability, Number), Number>,
}

impl Book {
    /// A course in numbers; what was written on what is remembered for those who read late.
    pub fn doing_at_orders(&mut self, from: Number, course: Course<Order>) -> Doing {
        let versions: Vec<_> = course.versions.into_iter().map(|version| self.orders.keep(version)).collect();
        self.doing(Capability::Orders, from, versions, course.sends, course.end)
    }

    pub fn doing_at_payments(&mut self, from: Number, course: Course<Account>) -> Doing {
        let versions: Vec<_> = course.versions.into_iter().map(|version| self.accounts.keep(version)).collect();
        self.doing(Capability::Payments, from, versions, course.sends, course.end)
    }

    pub fn doing_at_shipping(&mut self, from: Number, course: Course<Parcel>) -> Doing {
        let versions: Vec<_> = course.versions.into_iter().map(|version| self.parcels.keep(version)).collect();
        self.doing(Capability::Shipping, from, versions, course.sends, course.end)
    }

    fn doing_at_inventory(&mut self, from: Number, (course, shelf): (Course<Hold>, i32)) -> Doing {
        let versions: Vec<_> = course.versions.into_iter().map(|version| self.holds.keep(version)).collect();
        Doing { shelf, ..self.doing(Capability::Inventory, from, versions, course.sends, course.end) }
    }

    fn doing(&mut self, at: Capability, from: Number, versions: Vec<Number>, sends: Vec<Outgoing>, end: End) -> Doing {
        let mut before = from;
        for &version in &versions {
            if version != before {
                self.before.entry((at, version)).or_insert(before);
            }
            before = version;
        }
        Doing { at, versions, sends: self.post(sends), shelf: 0, end }
    }

    /// The numbers of letters; those that leave the four are left out.
    pub fn post(&mut self, letters: Vec<Outgoing>) -> Vec<Number> {
        letters.into_iter().filter(matters).map(|letter| self.letters.keep(letter)).collect()
    }

    /// Whether a letter lies until the time to pay is over.
    pub fn lies(&self, letter: Number) -> bool {
        is_reminder(&self.letters.get(letter))
    }

    /// What becomes of a letter that reaches its receiver now, with so many units on the shelf.
    pub fn receive(&mut self, items: Items, letter: Number, shelf: i32, plant: Plant) -> Arc<Doing> {
        let to = self.letters.get(letter).to;
        // The shelf matters to nobody else.
        let available = if to == Capability::Inventory { u32::try_from(shelf).unwrap_or(0) } else { 0 };
        let key = (to, items.of(to), letter, available);
        if let Some(known) = self.received.get(&key) {
            return Arc::clone(known);
        }
        let doing = Arc::new(self.work(to, key.1, letter, available, plant));
        self.received.insert(key, Arc::clone(&doing));
        doing
    }

    /// What becomes of two orders' letters that inventory receives in one batch, where it handles them together.
    pub fn receive_group(&mut self, parts: [(Items, Number); 2], shelf: i32, plant: Plant) -> Together {
        if parts.iter().any(|(_, letter)| self.letters.get(*letter).envelope.kind != ReserveStock::TYPE) {
            return None;
        }
        let available = u32::try_from(shelf).unwrap_or(0);
        let key = (parts.map(|(items, letter)| (items.hold, letter)), available);
        if let Some(known) = self.together.get(&key) {
            return known.clone();
        }
        let [first, second] = parts.map(|(_, letter)| received(&self.letters.get(letter).envelope, parties::now()));
        let holds = parts.map(|(items, _)| self.holds.get(items.hold));
        let courses = stock::receive_group([&holds[0], &holds[1]], available, [&first, &second], plant);
        let doings = courses.map(|[first, second]| {
            let (first, second) =
                (self.doing_at_inventory(parts[0].0.hold, first), self.doing_at_inventory(parts[1].0.hold, second));
            Arc::new([first, second])
        });
        self.together.insert(key, doings.clone());
        doings
    }

    /// What becomes of a letter whose receiver reads its item as it was some time ago, where the write would not correct
    /// that because nothing is written: the letter is answered by what was.
    pub fn receive_belatedly(&mut self, items: Items, letter: Number, plant: Plant) -> Arc<Vec<Doing>> {
        let to = self.letters.get(letter).to;
        let item = items.of(to);
        if let Some(known) = self.belated.get(&(to, item, letter)) {
            return Arc::clone(known);
        }
        let mut found: Vec<Doing> = Vec::new();
        // Shipping reads its items as of now.
        let mut older = (to != Capability::Shipping).then_some(item);
        while let Some(before) = older.and_then(|item| self.before.get(&(to, item)).copied()) {
            older = Some(before);
            let doing = self.work(to, before, letter, 0, plant);
            // Orders looks again before it takes a message for no news; stock is taken on a read as of now.
            let looks_again = to == Capability::Orders && doing.sends.is_empty();
            let taking = self.letters.get(letter).envelope.kind == ReserveStock::TYPE;
            let believed = doing.versions.is_empty() && doing.end == End::Settled && !looks_again && !taking;
            if believed && found.iter().all(|other| other.sends != doing.sends) {
                found.push(doing);
            }
        }
        let found = Arc::new(found);
        self.belated.insert((to, item, letter), Arc::clone(&found));
        found
    }

    fn work(&mut self, to: Capability, item: Number, letter: Number, available: u32, plant: Plant) -> Doing {
        let envelope = self.letters.get(letter).envelope.clone();
        match to {
            Capability::Inventory => {
                let course =
                    stock::receive(&self.holds.get(item), available, &received(&envelope, parties::now()), plant);
                self.doing_at_inventory(item, course)
            }
            Capability::Payments => {
                let course = money::receive(&self.accounts.get(item), &received(&envelope, parties::now()), plant);
                self.doing_at_payments(item, course)
            }
            Capability::Shipping => {
                let course = parcel::receive(&self.parcels.get(item), &received(&envelope, parties::now()), plant);
                self.doing_at_shipping(item, course)
            }
            _ => {
                let order = self.orders.get(item);
                let now = if self.lies(letter) { order.deadline } else { parties::now() };
                let course = parties::order_receives(&order, &received(&envelope, now), plant);
                self.doing_at_orders(item, course)
            }
        }
    }
}
