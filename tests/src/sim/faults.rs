//! What goes wrong, how often, and how often it did.

use super::dice::Dice;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// A kind of fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)] // `what` says it.
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
    ProviderTimeout,
    ProviderLate,
    ProviderForgot,
    Absence,
    LostRecord,
    MailRefused,
}

impl Fault {
    /// Every kind.
    pub const ALL: [Self; 16] = [
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
        Self::ProviderTimeout,
        Self::ProviderLate,
        Self::ProviderForgot,
        Self::Absence,
        Self::LostRecord,
        Self::MailRefused,
    ];

    /// What happens, for people.
    pub const fn what(self) -> &'static str {
        match self {
            Self::Duplicate => "messages delivered twice",
            Self::Delay => "messages delayed by minutes",
            Self::CrashBefore => "crashes before a write or send",
            Self::CrashAfter => "crashes after a write or send",
            Self::AnswerLost => "answers lost after the deed",
            Self::Throttle => "requests throttled",
            Self::Conflict => "transactions cancelled by others",
            Self::PartialSend => "entries of a batch refused",
            Self::StaleRead => "reads of an older version",
            Self::SlowAnswer => "answers that took seconds",
            Self::ProviderTimeout => "provider did not answer",
            Self::ProviderLate => "provider answered late",
            Self::ProviderForgot => "provider had forgotten the key",
            Self::Absence => "capabilities absent for an hour",
            Self::LostRecord => "stream records lost",
            Self::MailRefused => "mail service unavailable",
        }
    }

    /// Times in ten thousand occasions.
    const fn rate(self) -> u32 {
        match self {
            Self::Duplicate | Self::Delay | Self::ProviderTimeout | Self::ProviderLate => 300,
            Self::PartialSend | Self::StaleRead => 200,
            Self::MailRefused | Self::AnswerLost | Self::Throttle | Self::Conflict => 80,
            Self::CrashBefore | Self::CrashAfter | Self::SlowAnswer => 40,
            Self::LostRecord => 50,
            // A capability's chance to be away for an hour in a run.
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

/// One crash at an exact place: before or after the call of that number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CrashAt {
    /// Number of the write or send, from 1.
    pub call: u64,
    /// Before it is done, or after.
    pub before: bool,
}

/// Decides what goes wrong.
#[derive(Debug)]
pub struct Faults {
    dice: Dice,
    /// Of a hundred of the usual rates.
    percent: u32,
    on: AtomicBool,
    only: Option<CrashAt>,
    calls: AtomicU64,
    met: Mutex<BTreeMap<Fault, u64>>,
}

impl Faults {
    /// Faults at so many percent of their usual rates; none until [`Self::begin`].
    pub fn new(dice: Dice, percent: u32, only: Option<CrashAt>) -> Self {
        Self { dice, percent, on: AtomicBool::new(false), only, calls: AtomicU64::new(0), met: Mutex::default() }
    }

    /// From now on.
    pub fn begin(&self) {
        self.on.store(true, Ordering::SeqCst);
    }

    /// Whether a fault strikes here.
    pub fn strikes(&self, fault: Fault) -> bool {
        let struck = self.on.load(Ordering::SeqCst)
            && self.percent > 0
            && self.dice.chance((fault.rate() * self.percent / 100).max(1));
        if struck {
            self.count(fault);
        }
        struck
    }

    /// It happened.
    pub fn count(&self, fault: Fault) {
        *self.met.lock().unwrap().entry(fault).or_default() += 1;
    }

    /// Numbers a write or send.
    pub fn next_call(&self) -> u64 {
        if self.on.load(Ordering::SeqCst) { self.calls.fetch_add(1, Ordering::SeqCst) + 1 } else { 0 }
    }

    /// Writes and sends so far.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::SeqCst)
    }

    /// Whether the process dies right before or right after that call.
    pub fn crashes(&self, call: u64, before: bool) -> bool {
        let fault = if before { Fault::CrashBefore } else { Fault::CrashAfter };
        if self.only == Some(CrashAt { call, before }) {
            self.count(fault);
            return true;
        }
        self.strikes(fault)
    }

    /// How often each kind happened.
    pub fn met(&self) -> BTreeMap<Fault, u64> {
        self.met.lock().unwrap().clone()
    }
}
