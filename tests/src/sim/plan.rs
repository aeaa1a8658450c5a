//! The plan of a run. The same plan always makes the same run.

use super::journey::Journey;
use super::mutants::Mutant;
use std::collections::BTreeSet;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Everything random follows from the seed.
    pub seed: u64,
    /// The number of customers; each tries to place one order.
    pub customers: u64,
    /// The only ones of them who come; all if `None`.
    pub visitors: Option<BTreeSet<u64>>,
    /// How many customers shop by pages, in ten-thousandths.
    pub shoppers: u32,
    /// Whether staff look orders up while a crowd shops.
    pub front_desk: bool,
    /// Faults in percent of their usual rates.
    pub faults: u32,
    /// The only occasions at which faults strike, regardless of the rates.
    pub only: Option<BTreeSet<u64>>,
    /// A single crash instead of faults by rate.
    pub crash: Option<CrashAt>,
    /// What every customer does; by chance if `None`.
    pub journey: Option<Journey>,
    /// How long workers and relays wait for fuller batches, in milliseconds (`MaximumBatchingWindowInSeconds`).
    pub window_millis: u64,
    /// A deliberate bug.
    pub mutant: Option<Mutant>,
}

/// One crash, right before or right after one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CrashAt {
    /// The number of the write or send, from 1.
    pub call: u64,
    pub before: bool,
}

impl Plan {
    /// A crowd with all faults at their usual rates.
    pub const fn of(seed: u64) -> Self {
        Self {
            seed,
            customers: 500,
            visitors: None,
            shoppers: 1_000,
            front_desk: true,
            faults: 100,
            only: None,
            crash: None,
            journey: None,
            window_millis: 0,
            mutant: None,
        }
    }

    /// The numbers of the customers who come.
    pub fn who_comes(&self) -> impl Iterator<Item = u64> {
        let comes = |number: &u64| self.visitors.as_ref().is_none_or(|visitors| visitors.contains(number));
        (0..self.customers).filter(comes)
    }

    /// The command that repeats this run.
    pub fn command(&self) -> String {
        if self.journey.is_some() {
            return "cargo souk prove --steps".to_owned();
        }
        let mutant = self.mutant.map_or_else(String::new, |mutant| format!(" --mutant {}", mutant.name()));
        let only = |option: &str, numbers: &Option<BTreeSet<u64>>| {
            let numbers = numbers.as_ref().map(|all| all.iter().map(u64::to_string).collect::<Vec<_>>().join(","));
            numbers.map_or_else(String::new, |numbers| format!(" --only-{option} {numbers}"))
        };
        let (visitors, only) = (only("customers", &self.visitors), only("faults", &self.only));
        let Self { seed, customers, faults, .. } = self;
        format!(
            "cargo souk prove --seeds 1 --from {seed} --orders {customers} --faults {faults}{visitors}{only}{mutant}"
        )
    }
}
