//! What a run is made of. The same plan is the same run.

use super::faults::CrashAt;
use super::plants::Plant;
use std::collections::BTreeSet;

/// A run to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Everything random follows from it.
    pub seed: u64,
    /// How many orders customers set out to place.
    pub customers: u64,
    /// Faults in percent of their usual rates.
    pub faults: u32,
    /// The occasions at which faults strike, whatever the rates say.
    pub only: Option<BTreeSet<u64>>,
    /// A single crash instead, where every step is tried.
    pub crash: Option<CrashAt>,
    /// What every customer does, if not what chance says.
    pub journey: Option<Journey>,
    /// How long workers and relays wait for fuller batches, in milliseconds (`MaximumBatchingWindowInSeconds`).
    pub window_millis: u64,
    /// A bug put in on purpose.
    pub plant: Option<Plant>,
}

/// What a customer does from beginning to end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // The names say it.
pub enum Journey {
    Delivered,
    PaidAtTheSecondTry,
    CanceledAtOnce,
    CanceledAfterConfirmation,
    Abandoned,
    OutOfStock,
    Challenged,
    Refunded,
}

impl Journey {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Delivered,
        Self::PaidAtTheSecondTry,
        Self::CanceledAtOnce,
        Self::CanceledAfterConfirmation,
        Self::Abandoned,
        Self::OutOfStock,
        Self::Challenged,
        Self::Refunded,
    ];
}

impl Plan {
    /// A crowd with all faults on.
    pub const fn of(seed: u64) -> Self {
        Self {
            seed,
            customers: 500,
            faults: 100,
            only: None,
            crash: None,
            journey: None,
            window_millis: 0,
            plant: None,
        }
    }

    /// The command that runs it again.
    pub fn command(&self) -> String {
        if self.journey.is_some() {
            return "cargo souk prove --steps".to_owned();
        }
        let plant = self.plant.map_or_else(String::new, |plant| format!(" --plant {}", plant.name()));
        let only = self.only.as_ref().map_or_else(String::new, |only| {
            let occasions: Vec<_> = only.iter().map(u64::to_string).collect();
            format!(" --only-faults {}", occasions.join(","))
        });
        let Self { seed, customers, faults, .. } = self;
        format!("cargo souk prove --seeds 1 --from {seed} --orders {customers} --faults {faults}{only}{plant}")
    }
}
