//! Everything that items and messages ever were in a run, each kept once under a small number. So a state is a few
//! numbers, and each function of the shop runs once for each version that it meets.

use crate::mutants::Mutant;
use crate::participants::money::{self, Funds};
use crate::participants::shipment::{self, MaybeShipment};
use crate::participants::stock::{self, Hold};
use crate::participants::{self, End, Handling, is_reminder, matters, received};
use events::inventory::ReserveStock;
use events::message::Outgoing;
use events::{Capability, Message};
use orders::domain::order::Order;
use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::Arc;

/// A version of an item, or a message.
pub type VersionId = u16;

/// All versions of a kind of item.
#[derive(Debug)]
pub struct Versions<T> {
    all: Vec<Arc<T>>,
    known: HashMap<String, VersionId>,
}

impl<T> Default for Versions<T> {
    fn default() -> Self {
        Self { all: Vec::new(), known: HashMap::new() }
    }
}

impl<T: Debug> Versions<T> {
    pub fn keep(&mut self, version: T) -> VersionId {
        let next = VersionId::try_from(self.all.len()).unwrap();
        let number = *self.known.entry(format!("{version:?}")).or_insert(next);
        if number == next {
            self.all.push(Arc::new(version));
        }
        number
    }

    pub fn get(&self, number: VersionId) -> Arc<T> {
        Arc::clone(&self.all[usize::from(number)])
    }

    pub fn len(&self) -> usize {
        self.all.len()
    }
}

/// The four items of one order, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Items {
    pub order: VersionId,
    pub hold: VersionId,
    pub money: VersionId,
    pub shipment: VersionId,
}

impl Items {
    /// The item that a capability has.
    pub const fn of(self, capability: Capability) -> VersionId {
        match capability {
            Capability::Inventory => self.hold,
            Capability::Payments => self.money,
            Capability::Shipping => self.shipment,
            _ => self.order,
        }
    }

    /// The items once that capability's is another.
    pub const fn with(self, capability: Capability, item: VersionId) -> Self {
        match capability {
            Capability::Inventory => Self { hold: item, ..self },
            Capability::Payments => Self { money: item, ..self },
            Capability::Shipping => Self { shipment: item, ..self },
            _ => Self { order: item, ..self },
        }
    }
}

/// What a message, or a person, does, in numbers.
#[derive(Debug, Clone)]
pub struct Effects {
    /// Whose item it moves.
    pub at: Capability,
    /// The item after each write.
    pub versions: Vec<VersionId>,
    /// What is sent then.
    pub sends: Vec<VersionId>,
    /// Units that come to the shelf with the first write.
    pub shelf: i32,
    /// Whether it is done with.
    pub end: End,
}

/// What two messages do that are handled together, if they are.
pub type Together = Option<Arc<[Effects; 2]>>;

/// All that was.
#[derive(Debug, Default)]
pub struct Interner {
    pub orders: Versions<Order>,
    pub holds: Versions<Hold>,
    pub funds: Versions<Funds>,
    pub shipments: Versions<MaybeShipment>,
    pub messages: Versions<Outgoing>,
    received: HashMap<(Capability, VersionId, VersionId, u32), Arc<Effects>>,
    together: HashMap<([(VersionId, VersionId); 2], u32), Together>,
    belated: HashMap<(Capability, VersionId, VersionId), Arc<Vec<Effects>>>,
    before: HashMap<(Capability, VersionId), VersionId>,
}

impl Interner {
    /// A handling in numbers; what was written on what is remembered for those who read late.
    pub fn effects_at_orders(&mut self, from: VersionId, handling: Handling<Order>) -> Effects {
        let versions: Vec<_> = handling.versions.into_iter().map(|version| self.orders.keep(version)).collect();
        self.effects(Capability::Orders, from, versions, handling.sends, handling.end)
    }

    pub fn effects_at_payments(&mut self, from: VersionId, handling: Handling<Funds>) -> Effects {
        let versions: Vec<_> = handling.versions.into_iter().map(|version| self.funds.keep(version)).collect();
        self.effects(Capability::Payments, from, versions, handling.sends, handling.end)
    }

    pub fn effects_at_shipping(&mut self, from: VersionId, handling: Handling<MaybeShipment>) -> Effects {
        let versions: Vec<_> = handling.versions.into_iter().map(|version| self.shipments.keep(version)).collect();
        self.effects(Capability::Shipping, from, versions, handling.sends, handling.end)
    }

    fn effects_at_inventory(&mut self, from: VersionId, (handling, shelf): (Handling<Hold>, i32)) -> Effects {
        let versions: Vec<_> = handling.versions.into_iter().map(|version| self.holds.keep(version)).collect();
        Effects { shelf, ..self.effects(Capability::Inventory, from, versions, handling.sends, handling.end) }
    }

    fn effects(
        &mut self,
        at: Capability,
        from: VersionId,
        versions: Vec<VersionId>,
        sends: Vec<Outgoing>,
        end: End,
    ) -> Effects {
        let mut before = from;
        for &version in &versions {
            if version != before {
                self.before.entry((at, version)).or_insert(before);
            }
            before = version;
        }
        Effects { at, versions, sends: self.post(sends), shelf: 0, end }
    }

    /// The numbers of messages; those that leave the four are left out.
    pub fn post(&mut self, messages: Vec<Outgoing>) -> Vec<VersionId> {
        messages.into_iter().filter(matters).map(|message| self.messages.keep(message)).collect()
    }

    /// Whether a message lies until the time to pay is over.
    pub fn lies(&self, message: VersionId) -> bool {
        is_reminder(&self.messages.get(message))
    }

    /// What becomes of a message that reaches its receiver now, with so many units on the shelf.
    pub fn receive(&mut self, items: Items, message: VersionId, shelf: i32, mutant: Mutant) -> Arc<Effects> {
        let to = self.messages.get(message).to;
        // The shelf matters to nobody else.
        let available = if to == Capability::Inventory { u32::try_from(shelf).unwrap_or(0) } else { 0 };
        let key = (to, items.of(to), message, available);
        if let Some(known) = self.received.get(&key) {
            return Arc::clone(known);
        }
        let effects = Arc::new(self.work(to, key.1, message, available, mutant));
        self.received.insert(key, Arc::clone(&effects));
        effects
    }

    /// What becomes of two orders' messages that inventory receives in one batch, where it handles them together.
    pub fn receive_group(&mut self, parts: [(Items, VersionId); 2], shelf: i32, mutant: Mutant) -> Together {
        if parts.iter().any(|(_, message)| self.messages.get(*message).envelope.kind != ReserveStock::TYPE) {
            return None;
        }
        let available = u32::try_from(shelf).unwrap_or(0);
        let key = (parts.map(|(items, message)| (items.hold, message)), available);
        if let Some(known) = self.together.get(&key) {
            return known.clone();
        }
        let [first, second] =
            parts.map(|(_, message)| received(&self.messages.get(message).envelope, participants::now()));
        let holds = parts.map(|(items, _)| self.holds.get(items.hold));
        let handlings = stock::receive_group([&holds[0], &holds[1]], available, [&first, &second], mutant);
        let all_effects = handlings.map(|[first, second]| {
            let (first, second) =
                (self.effects_at_inventory(parts[0].0.hold, first), self.effects_at_inventory(parts[1].0.hold, second));
            Arc::new([first, second])
        });
        self.together.insert(key, all_effects.clone());
        all_effects
    }

    /// What becomes of a message whose receiver reads its item as it was some time ago, where the write would not correct
    /// that because nothing is written: the message is answered by what was.
    pub fn receive_belatedly(&mut self, items: Items, message: VersionId, mutant: Mutant) -> Arc<Vec<Effects>> {
        let to = self.messages.get(message).to;
        let item = items.of(to);
        if let Some(known) = self.belated.get(&(to, item, message)) {
            return Arc::clone(known);
        }
        let mut found: Vec<Effects> = Vec::new();
        // Shipping reads its items as of now.
        let mut older = (to != Capability::Shipping).then_some(item);
        while let Some(before) = older.and_then(|item| self.before.get(&(to, item)).copied()) {
            older = Some(before);
            let effects = self.work(to, before, message, 0, mutant);
            // Orders looks again before it takes a message for no news; stock is taken on a read as of now.
            let looks_again = to == Capability::Orders && effects.sends.is_empty();
            let taking = self.messages.get(message).envelope.kind == ReserveStock::TYPE;
            let believed = effects.versions.is_empty() && effects.end == End::Settled && !looks_again && !taking;
            if believed && found.iter().all(|other| other.sends != effects.sends) {
                found.push(effects);
            }
        }
        let found = Arc::new(found);
        self.belated.insert((to, item, message), Arc::clone(&found));
        found
    }

    fn work(&mut self, to: Capability, item: VersionId, message: VersionId, available: u32, mutant: Mutant) -> Effects {
        let envelope = self.messages.get(message).envelope.clone();
        match to {
            Capability::Inventory => {
                let handling =
                    stock::receive(&self.holds.get(item), available, &received(&envelope, participants::now()), mutant);
                self.effects_at_inventory(item, handling)
            }
            Capability::Payments => {
                let handling = money::receive(&self.funds.get(item), &received(&envelope, participants::now()), mutant);
                self.effects_at_payments(item, handling)
            }
            Capability::Shipping => {
                let handling =
                    shipment::receive(&self.shipments.get(item), &received(&envelope, participants::now()), mutant);
                self.effects_at_shipping(item, handling)
            }
            _ => {
                let order = self.orders.get(item);
                let now = if self.lies(message) { order.deadline } else { participants::now() };
                let handling = participants::order_receives(&order, &received(&envelope, now), mutant);
                self.effects_at_orders(item, handling)
            }
        }
    }
}
