//! Interns every version of an item and every message of a run under a small id. So a state is a few ids, and each function
//! of the shop runs once for each version.

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

/// The id of a version of an item, or of a message.
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

/// The ids of the four items of one order.
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

/// What a message or a person does, by id.
#[derive(Debug, Clone)]
pub struct Effects {
    /// The capability whose item changes.
    pub at: Capability,
    /// The item after each write.
    pub versions: Vec<VersionId>,
    /// The messages that are sent then.
    pub sends: Vec<VersionId>,
    /// Units that become available with the first write.
    pub available_delta: i32,
    pub end: End,
}

/// What two messages do that are handled as a group, if they are.
pub type GroupEffects = Option<Arc<[Effects; 2]>>;

#[derive(Debug, Default)]
pub struct Interner {
    pub orders: Versions<Order>,
    pub holds: Versions<Hold>,
    pub funds: Versions<Funds>,
    pub shipments: Versions<MaybeShipment>,
    pub messages: Versions<Outgoing>,
    received: HashMap<(Capability, VersionId, VersionId, u32), Arc<Effects>>,
    groups: HashMap<([(VersionId, VersionId); 2], u32), GroupEffects>,
    stale: HashMap<(Capability, VersionId, VersionId), Arc<Vec<Effects>>>,
    before: HashMap<(Capability, VersionId), VersionId>,
}

impl Interner {
    /// A handling by id. The version before each is remembered for stale reads.
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

    fn effects_at_inventory(&mut self, from: VersionId, (handling, available_delta): (Handling<Hold>, i32)) -> Effects {
        let versions: Vec<_> = handling.versions.into_iter().map(|version| self.holds.keep(version)).collect();
        Effects { available_delta, ..self.effects(Capability::Inventory, from, versions, handling.sends, handling.end) }
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
        Effects { at, versions, sends: self.intern_messages(sends), available_delta: 0, end }
    }

    /// The ids of messages, without those to other capabilities.
    pub fn intern_messages(&mut self, messages: Vec<Outgoing>) -> Vec<VersionId> {
        messages.into_iter().filter(matters).map(|message| self.messages.keep(message)).collect()
    }

    /// Whether a message is delayed until the time to pay is over.
    pub fn is_delayed(&self, message: VersionId) -> bool {
        is_reminder(&self.messages.get(message))
    }

    /// Handles a message; `stock` units are available.
    pub fn receive(&mut self, items: Items, message: VersionId, stock: i32, mutant: Mutant) -> Arc<Effects> {
        let to = self.messages.get(message).to;
        // Nobody else depends on the stock.
        let available = if to == Capability::Inventory { u32::try_from(stock).unwrap_or(0) } else { 0 };
        let key = (to, items.of(to), message, available);
        if let Some(known) = self.received.get(&key) {
            return Arc::clone(known);
        }
        let effects = Arc::new(self.work(to, key.1, message, available, mutant));
        self.received.insert(key, Arc::clone(&effects));
        effects
    }

    /// Handles two orders' messages that inventory receives in one batch, if it handles them as a group.
    pub fn receive_group(&mut self, parts: [(Items, VersionId); 2], stock: i32, mutant: Mutant) -> GroupEffects {
        if parts.iter().any(|(_, message)| self.messages.get(*message).envelope.kind != ReserveStock::TYPE) {
            return None;
        }
        let available = u32::try_from(stock).unwrap_or(0);
        let key = (parts.map(|(items, message)| (items.hold, message)), available);
        if let Some(known) = self.groups.get(&key) {
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
        self.groups.insert(key, all_effects.clone());
        all_effects
    }

    /// Handles a message on each older version of the item that a stale read may return, where nothing is written that would
    /// detect it.
    pub fn receive_on_stale_read(&mut self, items: Items, message: VersionId, mutant: Mutant) -> Arc<Vec<Effects>> {
        let to = self.messages.get(message).to;
        let item = items.of(to);
        if let Some(known) = self.stale.get(&(to, item, message)) {
            return Arc::clone(known);
        }
        let mut found: Vec<Effects> = Vec::new();
        // Shipping's reads are consistent.
        let mut older = (to != Capability::Shipping).then_some(item);
        while let Some(before) = older.and_then(|item| self.before.get(&(to, item)).copied()) {
            older = Some(before);
            let effects = self.work(to, before, message, 0, mutant);
            // Orders reads again before it treats a message as known; stock is taken on a consistent read.
            let looks_again = to == Capability::Orders && effects.sends.is_empty();
            let taking = self.messages.get(message).envelope.kind == ReserveStock::TYPE;
            let believed = effects.versions.is_empty() && effects.end == End::Settled && !looks_again && !taking;
            if believed && found.iter().all(|other| other.sends != effects.sends) {
                found.push(effects);
            }
        }
        let found = Arc::new(found);
        self.stale.insert((to, item, message), Arc::clone(&found));
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
                let now = if self.is_delayed(message) { order.deadline } else { participants::now() };
                let handling = participants::order_receives(&order, &received(&envelope, now), mutant);
                self.effects_at_orders(item, handling)
            }
        }
    }
}
