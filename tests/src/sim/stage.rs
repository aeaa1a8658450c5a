//! Everything around the functions: time, chance, tables, queues, mail, the provider, and what is known of it all.

use super::bank::Bank;
use super::clock::{VirtualClock, shown};
use super::customers::basket::Basket;
use super::dice::Dice;
use super::faults::{Fault, Faults};
use super::invariants::always;
use super::invariants::stock_invariants::StockLedger;
use super::mail::MailService;
use super::meter::Meter;
use super::mutants::Mutant;
use super::plan::Plan;
use super::queues::Queues;
use super::recording::Recording;
use super::rights::{Rights, Trigger};
use super::story::Story;
use super::table::{ItemKey, WatchedTable};
use chassis::testing::EmbeddedDynamo;
use events::Capability;
use events::ids::{OrderId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;

/// An invocation of a function, as the network sees its caller.
#[derive(Debug)]
pub struct Invocation {
    /// Who works.
    pub of: Capability,
    /// What woke the function.
    pub trigger: Trigger,
    /// What it works on, for the story.
    pub about: String,
    /// Its process died.
    pub died: Notify,
    /// How often it waited for its table.
    pub waits: Waits,
}

/// How often an invocation waits: calls that begin while no other of it is under way.
#[derive(Debug, Default)]
pub struct Waits {
    under_way: AtomicU64,
    count: AtomicU64,
}

impl Waits {
    /// A call begins.
    pub fn begin(&self) {
        if self.under_way.fetch_add(1, Ordering::SeqCst) == 0 {
            self.count.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// A call ends.
    pub fn end(&self) {
        self.under_way.fetch_sub(1, Ordering::SeqCst);
    }

    /// How often it waited.
    pub fn count(&self) -> u64 {
        self.count.load(Ordering::SeqCst)
    }
}

tokio::task_local! {
    /// Who calls.
    pub static INVOCATION: Arc<Invocation>;
}

/// What a customer was quoted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// The order that the quote may become.
    pub order: OrderId,
    /// Subtotal, shipping and taxes, in minor units.
    pub total: i64,
    /// What and how many.
    pub lines: Vec<(String, u32)>,
}

/// The capabilities whose requests others must hear of.
pub const RELAYS: [Capability; 5] =
    [Capability::Users, Capability::Inventory, Capability::Orders, Capability::Payments, Capability::Shipping];

/// The world of one run.
pub struct Stage {
    /// What passed, if anybody asks.
    pub recording: Recording,
    /// Time.
    pub clock: VirtualClock,
    /// Chance of everything but faults and customers.
    pub dice: Dice,
    /// What goes wrong.
    pub faults: Arc<Faults>,
    /// What happened.
    pub story: Arc<Story>,
    /// What the functions asked of AWS.
    pub rights: Rights,
    /// What AWS would bill.
    pub meter: Meter,
    /// How long workers and relays wait for fuller batches, in milliseconds.
    pub window_millis: u64,
    /// Every capability's table.
    pub tables: BTreeMap<Capability, WatchedTable>,
    /// The queues.
    pub queues: Queues,
    /// The mail service.
    pub mail: MailService,
    /// The payment provider.
    pub bank: Arc<Bank>,
    /// A bug put in on purpose.
    pub mutant: Option<Mutant>,
    /// What customers were quoted.
    pub promises: Mutex<BTreeMap<OrderId, Promise>>,
    /// Carts of which orders were made.
    pub baskets: Mutex<BTreeMap<OrderId, Basket>>,
    /// Who signed up.
    pub signed_up: Mutex<Vec<UserId>>,
    /// Items of which the stream lost a record.
    pub lost: Mutex<BTreeSet<String>>,
    loses_records: AtomicBool,
    stock_ledger: Mutex<StockLedger>,
    absences: Mutex<BTreeMap<Capability, (u64, u64)>>,
    violations: Mutex<Vec<String>>,
}

impl Stage {
    /// An empty world.
    pub fn new(plan: &Plan) -> Arc<Self> {
        let clock = VirtualClock::start();
        let dice = Dice::new(plan.seed);
        let story = Arc::new(Story::new(clock));
        let faults = Arc::new(Faults::new(dice.apart(1), Arc::clone(&story), plan));
        let watched = |capability| (capability, WatchedTable::new(EmbeddedDynamo::without_stream(capability)));
        Arc::new(Self {
            recording: Recording::default(),
            clock,
            story,
            rights: Rights::default(),
            meter: Meter::default(),
            window_millis: plan.window_millis,
            tables: Capability::ALL.into_iter().map(watched).collect(),
            queues: Queues::new(clock, dice.apart(2), plan.mutant),
            mail: MailService::default(),
            bank: Arc::new(Bank::new(clock, dice.apart(3), Arc::clone(&faults), plan.mutant)),
            faults,
            mutant: plan.mutant,
            promises: Mutex::default(),
            baskets: Mutex::default(),
            signed_up: Mutex::default(),
            lost: Mutex::default(),
            loses_records: AtomicBool::new(false),
            stock_ledger: Mutex::default(),
            absences: Mutex::default(),
            violations: Mutex::default(),
            dice: dice.apart(4),
        })
    }

    /// Chooses who will be away, and when: an hour each, at some time in the next two.
    pub fn plan_absences(&self) {
        for capability in Capability::ALL {
            if self.faults.strikes(Fault::Absence) {
                let from = self.clock.millis() + self.dice.below(7_200_000);
                self.story.record_for_all(format!("{capability} will be away for an hour from {}", shown(from)));
                self.absences.lock().unwrap().insert(capability, (from, from + 3_600_000));
            }
        }
    }

    /// Whether a capability does not run now.
    pub fn is_absent(&self, capability: Capability) -> bool {
        let now = self.clock.millis();
        self.absences.lock().unwrap().get(&capability).is_some_and(|(from, to)| (*from..*to).contains(&now))
    }

    /// Takes note of what was written to a table: each version is checked, and what the relay must hear of handed on.
    pub fn watch(&self, of: Capability, keys: Vec<ItemKey>) {
        let table = &self.tables[&of];
        let records = table.written(keys, self.clock.millis());
        for (key, record) in &records {
            let (pk, sk) = key;
            let gist = gist(of, sk, &record["dynamodb"]["NewImage"]);
            self.story.record(format!("{of}: {pk}/{sk} is written{gist}"));
            self.meter.changed(of, record);
            for fault in always::of_version(self, of, key, record) {
                self.violate(format!("{fault} ({pk}/{sk})"));
            }
        }
        if of == Capability::Inventory {
            let wrong = self.stock_ledger.lock().unwrap().apply(&records);
            wrong.into_iter().for_each(|fault| self.violate(fault));
        }
        for ((pk, _), record) in records {
            let image = &record["dynamodb"]["NewImage"];
            let via_http = image["cause"]["M"]["via"]["S"] == "http";
            if !via_http || !RELAYS.contains(&of) {
                continue;
            }
            if self.loses_records.load(Ordering::SeqCst) || self.faults.strikes(Fault::LostRecord) {
                self.lose_record(of, &pk);
            } else {
                table.hand_on(record, self.clock.millis());
            }
        }
    }

    /// From now on every stream loses every record, or again none but by chance.
    pub fn lose_every_record(&self, every: bool) {
        self.loses_records.store(every, Ordering::SeqCst);
    }

    /// Puts items into a table that others wrote: nobody hears of it.
    pub fn load(&self, of: Capability, items: &[Value]) {
        let table = &self.tables[&of];
        let key = |item: &Value| ["pk", "sk"].map(|name| item[name]["S"].as_str().unwrap().to_owned()).into();
        items.iter().for_each(|item| table.dynamo().put(item));
        let records = table.written(items.iter().map(key).collect(), self.clock.millis());
        if of == Capability::Inventory {
            let _: Vec<String> = self.stock_ledger.lock().unwrap().apply(&records);
        }
    }

    /// A stream loses a record of an item.
    pub fn lose_record(&self, of: Capability, pk: &str) {
        self.story.record(format!("{of}: the stream loses a record of {pk}"));
        self.lost.lock().unwrap().insert(pk.to_owned());
    }

    /// Something that must never be.
    pub fn violate(&self, what: String) {
        self.story.record(format!("VIOLATION: {what}"));
        self.violations.lock().unwrap().push(what);
    }

    /// Something that must be.
    pub fn expect(&self, holds: bool, otherwise: impl FnOnce() -> String) {
        if !holds {
            self.violate(otherwise());
        }
    }

    /// Whether something must never be and was.
    pub fn is_broken(&self) -> bool {
        !self.violations.lock().unwrap().is_empty()
    }

    /// What must never be and was.
    pub fn violations(&self) -> Vec<String> {
        self.violations.lock().unwrap().clone()
    }
}

/// What matters of an item, for the story.
fn gist(of: Capability, sk: &str, image: &Value) -> String {
    let text = |name: &str| image[name]["S"].as_str().unwrap_or("-");
    let number = |name: &str| image[name]["N"].as_str().unwrap_or("-");
    match (of, sk) {
        (Capability::Orders, _) => {
            let states = [text("status"), text("payment_state"), text("fulfillment_state")].join(", ");
            format!(": step {}, {states}", number("seq"))
        }
        (Capability::Inventory, "stock") => {
            format!(": {} of {} available", number("available"), number("received"))
        }
        (Capability::Payments, "payment") => {
            let last = image["log"]["L"].as_array().and_then(|log| log.last());
            let part = |name: &str| last.and_then(|last| last["M"][name]["S"].as_str()).unwrap_or("-");
            format!(": step {}, {} {}", number("seq"), part("operation"), part("phase"))
        }
        _ => match text("status") {
            "-" => String::new(),
            status => format!(": {status}"),
        },
    }
}
