//! Everything around the functions: time, randomness, tables, queues, mail, the provider, and what is known about the run.

use super::bank::Bank;
use super::clock::{VirtualClock, shown};
use super::dice::{Dice, Draws};
use super::expectation::{Accepted, Basket, Filled, Promise};
use super::faults::{Fault, Faults};
use super::forgotten::Forgotten;
use super::invariant::{Invariant, Violation};
use super::invariants::stock_invariants::StockLedger;
use super::mail::MailService;
use super::meter::Meter;
use super::mutants::Mutant;
use super::observed::Observed;
use super::outages::Outages;
use super::place::{Place, who};
use super::plan::Plan;
use super::queues::Queues;
use super::recording::Recording;
use super::rights::Rights;
use super::story::Story;
use super::table::WatchedTable;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use events::Capability;
use events::ids::{OrderId, ShipmentId, UserId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// The capabilities with a relay.
pub const RELAYS: [Capability; 5] =
    [Capability::Users, Capability::Inventory, Capability::Orders, Capability::Payments, Capability::Shipping];

pub struct Stage {
    pub recording: Recording,
    pub clock: VirtualClock,
    /// Draws of everything but faults, queues, the bank and customers.
    pub draws: Draws,
    pub faults: Arc<Faults>,
    pub outages: Outages,
    pub observed: Observed,
    pub story: Arc<Story>,
    pub rights: Rights,
    pub meter: Meter,
    /// How long workers and relays wait for fuller batches, in milliseconds.
    pub window_millis: u64,
    pub tables: BTreeMap<Capability, WatchedTable>,
    pub queues: Queues,
    pub mail: MailService,
    pub bank: Arc<Bank>,
    pub mutant: Option<Mutant>,
    pub promises: Mutex<BTreeMap<OrderId, Promise>>,
    /// Orders that a customer was told of.
    pub accepted: Mutex<BTreeMap<OrderId, Accepted>>,
    /// Carts that orders were made from.
    pub baskets: Mutex<BTreeMap<OrderId, Basket>>,
    /// What browsers put into carts.
    pub filled: Mutex<Vec<Filled>>,
    /// Every version of the terms that staff published, or may have.
    pub terms: Mutex<BTreeSet<String>>,
    /// Shipments that a visitor moved, as in a shop to try out.
    pub played: Mutex<BTreeSet<ShipmentId>>,
    /// Ids of commands that must be refused.
    pub refused: Mutex<BTreeSet<String>>,
    /// Addresses that users who move had, or want.
    pub addresses: Mutex<BTreeSet<String>>,
    /// Who wants to be forgotten, by the guest's order or the user.
    pub forgotten: Mutex<BTreeMap<String, Forgotten>>,
    /// Users who signed up.
    pub signed_up: Mutex<Vec<UserId>>,
    /// Partition keys of items whose stream record was lost.
    pub lost: Mutex<BTreeSet<String>>,
    pub(super) loses_records: AtomicBool,
    pub(super) stock_ledger: Mutex<StockLedger>,
    absences: Mutex<BTreeMap<Capability, (u64, u64)>>,
    violations: Mutex<Vec<Violation>>,
}

impl Stage {
    pub fn new(plan: &Plan) -> Arc<Self> {
        let clock = VirtualClock::start();
        let dice = Dice::new(plan.seed);
        let story = Arc::new(Story::new(clock));
        let faults = Arc::new(Faults::new(dice.apart(1).any(), Arc::clone(&story), plan));
        let watched = |capability| (capability, WatchedTable::new(capability));
        let draws = |label| Draws::new(&dice.apart(label));
        Arc::new(Self {
            recording: Recording::default(),
            clock,
            rights: Rights::default(),
            meter: Meter::default(),
            window_millis: plan.window_millis,
            tables: Capability::ALL.into_iter().map(watched).collect(),
            queues: Queues::new(clock, draws(2), plan.mutant),
            mail: MailService::default(),
            bank: Bank::new(clock, draws(3), Arc::clone(&faults), Arc::clone(&story), plan.mutant),
            story,
            faults,
            outages: Outages::default(),
            observed: Observed::default(),
            mutant: plan.mutant,
            promises: Mutex::default(),
            accepted: Mutex::default(),
            baskets: Mutex::default(),
            filled: Mutex::default(),
            terms: Mutex::default(),
            played: Mutex::default(),
            refused: Mutex::default(),
            addresses: Mutex::default(),
            forgotten: Mutex::default(),
            signed_up: Mutex::default(),
            lost: Mutex::default(),
            loses_records: AtomicBool::new(false),
            stock_ledger: Mutex::default(),
            absences: Mutex::default(),
            violations: Mutex::default(),
            draws: draws(4),
        })
    }

    /// Chooses which capabilities will be absent, for an hour each, within the next three.
    pub fn plan_absences(&self) {
        for capability in Capability::ALL {
            let place = Place::named(capability.name());
            if self.faults.strikes_at(Fault::Absence, place) {
                let from = self.clock.millis() + self.draws.at(place.and("absence")).below(7_200_000);
                self.story.record_for_all(format!("{capability} will be absent for an hour from {}", shown(from)));
                self.absences.lock().unwrap().insert(capability, (from, from + 3_600_000));
            }
        }
    }

    /// The gateway's id of the next request of whoever asks. No two are equal, and all are equally long.
    pub fn next_request(&self) -> String {
        let number = self.draws.at(Place::named("request").and(&who())).any().to_be_bytes();
        format!("req-{}", URL_SAFE_NO_PAD.encode(&number[..6]))
    }

    /// Notes that a customer was told of an order, a guest under an address.
    pub fn accept(&self, order: OrderId, email: Option<String>) {
        let accepted = Accepted { at: self.clock.millis(), email };
        self.accepted.lock().unwrap().entry(order).or_insert(accepted);
    }

    /// Has a capability be absent from now on for this long.
    pub fn be_absent(&self, capability: Capability, millis: u64) {
        let now = self.clock.millis();
        self.absences.lock().unwrap().insert(capability, (now, now + millis));
    }

    /// Whether a capability does not run now.
    pub fn is_absent(&self, capability: Capability) -> bool {
        let now = self.clock.millis();
        self.absences.lock().unwrap().get(&capability).is_some_and(|(from, to)| (*from..*to).contains(&now))
    }

    /// Whether streams lose every record from now on.
    pub fn lose_every_record(&self, every: bool) {
        self.loses_records.store(every, Ordering::SeqCst);
    }

    /// Notes that a stream lost a record of an item.
    pub fn lose_record(&self, of: Capability, pk: &str) {
        self.story.record(format!("{of}: the stream loses a record of {pk}"));
        self.lost.lock().unwrap().insert(pk.to_owned());
    }

    /// Notes a broken promise.
    pub fn violate(&self, invariant: Invariant, what: String) {
        let violation = Violation { invariant, what };
        self.story.record(format!("VIOLATION: {violation}"));
        self.violations.lock().unwrap().push(violation);
    }

    /// Notes a broken promise unless the condition holds.
    pub fn expect(&self, holds: bool, invariant: Invariant, otherwise: impl FnOnce() -> String) {
        if !holds {
            self.violate(invariant, otherwise());
        }
    }

    pub fn is_broken(&self) -> bool {
        !self.violations.lock().unwrap().is_empty()
    }

    pub fn violations(&self) -> Vec<Violation> {
        self.violations.lock().unwrap().clone()
    }
}
