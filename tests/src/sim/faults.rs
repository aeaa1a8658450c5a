//! Faults: which kinds there are, how often each strikes, and how often it did.

use super::dice::Dice;
use super::invocation::INVOCATION;
use super::plan::{CrashAt, Plan};
use super::story::Story;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    Duplicate,
    Delay,
    CrashBefore,
    CrashAfter,
    AnswerLost,
    Throttle,
    Conflict,
    PartialSend,
    StaleRead,
    SlowAnswer,
    RequestHangs,
    AnswerHangs,
    ProviderTimeout,
    ProviderLate,
    ProviderHangs,
    ProviderForgot,
    Absence,
    LostRecord,
    MailRefused,
    HurriedTick,
}

impl Fault {
    pub const ALL: [Self; 20] = [
        Self::Duplicate,
        Self::Delay,
        Self::CrashBefore,
        Self::CrashAfter,
        Self::AnswerLost,
        Self::Throttle,
        Self::Conflict,
        Self::PartialSend,
        Self::StaleRead,
        Self::SlowAnswer,
        Self::RequestHangs,
        Self::AnswerHangs,
        Self::ProviderTimeout,
        Self::ProviderLate,
        Self::ProviderHangs,
        Self::ProviderForgot,
        Self::Absence,
        Self::LostRecord,
        Self::MailRefused,
        Self::HurriedTick,
    ];

    /// A plain description.
    pub const fn what(self) -> &'static str {
        match self {
            Self::Duplicate => "messages delivered twice",
            Self::Delay => "messages delayed by minutes",
            Self::CrashBefore => "crashes before a write or send",
            Self::CrashAfter => "crashes after a write or send",
            Self::AnswerLost => "answers lost after execution",
            Self::Throttle => "requests throttled",
            Self::Conflict => "transactions canceled by others",
            Self::PartialSend => "entries of a batch refused",
            Self::StaleRead => "reads of an older version",
            Self::SlowAnswer => "answers that took seconds",
            Self::RequestHangs => "connections that hung before execution",
            Self::AnswerHangs => "connections that hung after execution",
            Self::ProviderTimeout => "provider did not answer",
            Self::ProviderLate => "provider answered late",
            Self::ProviderHangs => "provider's connection hung",
            Self::ProviderForgot => "provider had forgotten the key",
            Self::Absence => "capabilities absent for an hour",
            Self::LostRecord => "stream records lost",
            Self::MailRefused => "mail service unavailable",
            Self::HurriedTick => "ticks with little time",
        }
    }

    /// Probability in ten-thousandths of the occasions.
    const fn rate(self) -> u32 {
        match self {
            Self::Duplicate | Self::Delay | Self::ProviderTimeout | Self::ProviderLate => 300,
            Self::Conflict => 400,
            Self::PartialSend | Self::StaleRead => 200,
            Self::MailRefused | Self::AnswerLost | Self::Throttle => 80,
            Self::ProviderHangs => 100,
            Self::CrashBefore | Self::CrashAfter | Self::SlowAnswer | Self::RequestHangs | Self::AnswerHangs => 40,
            Self::LostRecord => 50,
            Self::HurriedTick => 1000,
            // The probability that a capability is absent for an hour in a run.
            Self::Absence => 2500,
            // Not drawn: it follows from the provider's memory and a late repeat.
            Self::ProviderForgot => 0,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what())
    }
}

thread_local! {
    static STRUCK: RefCell<BTreeSet<u64>> = const { RefCell::new(BTreeSet::new()) };
}

/// The occasions at which a fault struck in this thread's latest run. A run never leaves its thread.
pub fn struck() -> BTreeSet<u64> {
    STRUCK.with_borrow(BTreeSet::clone)
}

/// Decides where faults strike.
#[derive(Debug)]
pub struct Faults {
    dice: Dice,
    story: Arc<Story>,
    /// Percent of the usual rates.
    percent: u32,
    on: AtomicBool,
    crash: Option<CrashAt>,
    only: Option<BTreeSet<u64>>,
    occasions: Mutex<HashMap<u64, u64>>,
    calls: AtomicU64,
    met: Mutex<BTreeMap<Fault, u64>>,
}

impl Faults {
    /// The faults of a plan, recorded in its story. None strikes before [`Self::begin`].
    pub fn new(dice: Dice, story: Arc<Story>, plan: &Plan) -> Self {
        STRUCK.take();
        let Plan { faults: percent, crash, only, .. } = plan.clone();
        let (occasions, calls) = (Mutex::default(), AtomicU64::new(0));
        Self { dice, story, percent, on: AtomicBool::new(false), crash, only, occasions, calls, met: Mutex::default() }
    }

    pub fn begin(&self) {
        self.on.store(true, Ordering::SeqCst);
    }

    /// Whether a fault strikes here.
    pub fn strikes(&self, fault: Fault) -> bool {
        if self.percent == 0 || !self.on.load(Ordering::SeqCst) {
            return false;
        }
        let occasion = self.occasion(fault);
        let drawn = self.dice.chance((fault.rate() * self.percent / 100).max(1));
        let struck = self.only.as_ref().map_or(drawn, |only| only.contains(&occasion));
        if struck {
            STRUCK.with_borrow_mut(|all| all.insert(occasion));
            self.count(fault);
            self.record(occasion, fault);
        }
        struck
    }

    fn record(&self, occasion: u64, fault: Fault) {
        let fault = format!("fault {occasion}: {fault}");
        match INVOCATION.try_with(|invocation| format!("{}: {fault} ({})", invocation.of, invocation.about)) {
            Ok(line) => self.story.record(line),
            Err(_) => self.story.record_for_all(fault),
        }
    }

    /// A number for this occasion, made of the kind, the work and how often both met before. So it stays the same when a
    /// fault elsewhere is left out.
    fn occasion(&self, fault: Fault) -> u64 {
        let hash = |about: &str| {
            let bytes = std::iter::once(fault as u8).chain(about.bytes());
            bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
        };
        let place = INVOCATION.try_with(|invocation| hash(&invocation.about)).unwrap_or_else(|_| hash(""));
        let mut occasions = self.occasions.lock().unwrap();
        let times = occasions.entry(place).or_default();
        *times += 1;
        // Short enough to be typed.
        (place ^ times.wrapping_mul(0x9e37_79b9_7f4a_7c15)) >> 32
    }

    pub fn count(&self, fault: Fault) {
        *self.met.lock().unwrap().entry(fault).or_default() += 1;
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
    pub fn crashes(&self, call: u64, before: bool) -> bool {
        let fault = if before { Fault::CrashBefore } else { Fault::CrashAfter };
        if self.crash == Some(CrashAt { call, before }) {
            self.count(fault);
            return true;
        }
        self.strikes(fault)
    }

    /// How often each kind struck.
    pub fn met(&self) -> BTreeMap<Fault, u64> {
        self.met.lock().unwrap().clone()
    }
}
