//! The one source of chance. Every draw of a run comes from its seed and from the place where it is made: a customer, a message
//! that is received, a call about an order. So a draw more or less at one place changes no other.

use super::place::{Place, STEP, mix, mixed};
use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// A random number generator (SplitMix64: well mixed, one word of state).
#[derive(Debug)]
pub struct Dice(AtomicU64);

impl Dice {
    pub const fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    /// Independent dice, so that the draws of one part of a run do not change those of another.
    #[must_use]
    pub fn apart(&self, label: u64) -> Self {
        Self::new(mixed(self.0.load(Ordering::Relaxed), label))
    }

    pub fn any(&self) -> u64 {
        mix(self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP))
    }

    /// Below `n`, which must be positive.
    pub fn below(&self, n: u64) -> u64 {
        self.any() % n
    }

    /// From `low` to `high`, both included.
    pub fn between(&self, low: u64, high: u64) -> u64 {
        low + self.below(high - low + 1)
    }

    /// True with this probability, in ten-thousandths.
    pub fn chance(&self, of_ten_thousand: u32) -> bool {
        self.below(10_000) < u64::from(of_ten_thousand)
    }

    pub fn pick<'a, T>(&self, of: &'a [T]) -> &'a T {
        &of[usize::try_from(self.below(of.len() as u64)).unwrap()]
    }
}

/// Dice for every place.
#[derive(Debug)]
pub struct Draws {
    seed: u64,
    met: Met,
}

impl Draws {
    pub fn new(dice: &Dice) -> Self {
        Self { seed: dice.any(), met: Met::default() }
    }

    /// The dice of a place, others each time that it is met.
    pub fn at(&self, place: Place) -> Dice {
        Dice::new(mixed(self.seed, self.met.again(place)))
    }

    /// A number that is the same whenever a place is asked for it.
    pub const fn fixed(&self, place: Place) -> u64 {
        mixed(self.seed, place.bits())
    }
}

/// How often each place was met.
#[derive(Debug, Default)]
pub struct Met(Mutex<HashMap<Place, u64>>);

impl Met {
    /// A number for this meeting, made of the place and of how often it was met before.
    pub fn again(&self, place: Place) -> u64 {
        let mut met = self.0.lock().unwrap();
        let times = met.entry(place).or_default();
        *times += 1;
        mixed(place.bits(), *times)
    }
}

impl chassis::runtime::Random for Draws {
    fn fill(&self, bytes: &mut [u8]) {
        let dice = self.at(Place::here());
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&dice.any().to_le_bytes()[..chunk.len()]);
        }
    }
}

impl chassis::runtime::Random for Dice {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.any().to_le_bytes()[..chunk.len()]);
        }
    }
}
