//! Decides where faults strike, and counts them.

use super::dice::Met;
use super::invocation::INVOCATION;
use super::place::{Place, mixed};
use super::plan::{CrashAt, Plan};
use super::story::Story;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

pub use super::fault::Fault;

thread_local! {
    static STRUCK: RefCell<BTreeSet<u64>> = const { RefCell::new(BTreeSet::new()) };
}

/// The occasions at which a fault struck in this thread's latest run. A run never leaves its thread.
pub fn struck() -> BTreeSet<u64> {
    STRUCK.with_borrow(BTreeSet::clone)
}

#[derive(Debug)]
pub struct Faults {
    seed: u64,
    story: Arc<Story>,
    /// Percent of the usual rates.
    percent: u32,
    on: AtomicBool,
    crash: Option<CrashAt>,
    only: Option<BTreeSet<u64>>,
    occasions: Met,
    calls: AtomicU64,
    met: Mutex<BTreeMap<Fault, u64>>,
    /// Kinds of calls that hung.
    hung: Mutex<BTreeSet<String>>,
    /// Kinds of calls whose next one hangs.
    will_hang: Mutex<BTreeSet<String>>,
}

impl Faults {
    /// The faults of a plan, recorded in its story. None strikes before [`Self::begin`].
    pub fn new(seed: u64, story: Arc<Story>, plan: &Plan) -> Self {
        STRUCK.take();
        let Plan { faults: percent, crash, only, .. } = plan.clone();
        let on = AtomicBool::new(false);
        let (occasions, calls, met) = (Met::default(), AtomicU64::new(0), Mutex::default());
        let (hung, will_hang) = (Mutex::default(), Mutex::default());
        Self { seed, story, percent, on, crash, only, occasions, calls, met, hung, will_hang }
    }

    pub fn begin(&self) {
        self.on.store(true, Ordering::SeqCst);
    }

    /// Whether this is a run without any.
    pub const fn never_strike(&self) -> bool {
        self.percent == 0
    }

    /// Whether a fault strikes the work that this task does.
    pub fn strikes(&self, fault: Fault) -> bool {
        self.is_on() && self.strikes_at(fault, Place::here())
    }

    /// Whether a fault strikes at this place.
    pub fn strikes_at(&self, fault: Fault, place: Place) -> bool {
        self.is_on() && self.will_strike(fault, place)
    }

    /// As [`Self::strikes_at`], of what lasts for the whole run and is decided before faults begin.
    pub fn will_strike(&self, fault: Fault, place: Place) -> bool {
        if self.percent == 0 {
            return false;
        }
        let meeting = self.occasions.again(place.number(fault as u64));
        // Short enough to be typed.
        let occasion = meeting >> 32;
        let drawn = mixed(self.seed, meeting) % 10_000 < u64::from((fault.rate() * self.percent / 100).max(1));
        let struck = self.only.as_ref().map_or(drawn, |only| only.contains(&occasion));
        if struck {
            STRUCK.with_borrow_mut(|all| all.insert(occasion));
            self.count(fault);
            self.record(occasion, fault);
        }
        struck
    }

    fn is_on(&self) -> bool {
        self.percent > 0 && self.on.load(Ordering::SeqCst)
    }

    fn record(&self, occasion: u64, fault: Fault) {
        let fault = format!("fault {occasion}: {fault}");
        match INVOCATION.try_with(|invocation| format!("{}: {fault} ({})", invocation.of, invocation.work.about)) {
            Ok(line) => self.story.record(line),
            Err(_) => self.story.record_for_all(fault),
        }
    }

    pub fn count(&self, fault: Fault) {
        *self.met.lock().unwrap().entry(fault).or_default() += 1;
    }

    /// Whether a call of this kind hangs: by chance, or because it is the next that was chosen to.
    pub fn hangs(&self, fault: Fault, place: Place, call: &str) -> bool {
        let hangs = self.will_hang.lock().unwrap().remove(call) || self.strikes_at(fault, place);
        if hangs {
            self.hung.lock().unwrap().insert(call.to_owned());
        }
        hangs
    }

    /// Has the next call of each of these kinds hang.
    pub fn hang_next(&self, calls: &[&str]) {
        self.will_hang.lock().unwrap().extend(calls.iter().map(|call| (*call).to_owned()));
    }

    /// The kinds of calls that hung.
    pub fn hung(&self) -> BTreeSet<String> {
        self.hung.lock().unwrap().clone()
    }

    /// The number of a write or send.
    pub fn next_call(&self) -> u64 {
        if self.on.load(Ordering::SeqCst) { self.calls.fetch_add(1, Ordering::SeqCst) + 1 } else { 0 }
    }

    /// Writes and sends so far.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::SeqCst)
    }

    /// Whether the process crashes right before or right after a call.
    pub fn crashes(&self, call: u64, before: bool, place: Place) -> bool {
        let fault = if before { Fault::CrashBefore } else { Fault::CrashAfter };
        if self.crash == Some(CrashAt { call, before }) {
            self.count(fault);
            return true;
        }
        self.strikes_at(fault, place)
    }

    /// How often each kind struck.
    pub fn met(&self) -> BTreeMap<Fault, u64> {
        self.met.lock().unwrap().clone()
    }
}
