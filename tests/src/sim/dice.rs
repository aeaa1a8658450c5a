//! The one source of chance. Every draw of a run comes from its seed.

use std::sync::{Arc, Mutex};

/// A random number generator (SplitMix64: well mixed, one word of state). Clones share their state.
#[derive(Debug, Clone)]
pub struct Dice(Arc<Mutex<u64>>);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(seed)))
    }

    /// Independent dice, so that the draws of one part of a run do not change those of another.
    #[must_use]
    pub fn apart(&self, label: u64) -> Self {
        let mut seed = *self.0.lock().unwrap() ^ label.wrapping_mul(0xd6e8_feb8_6659_fd93);
        Self::new(mix(&mut seed))
    }

    pub fn any(&self) -> u64 {
        mix(&mut self.0.lock().unwrap())
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

impl chassis::runtime::Random for Dice {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.any().to_le_bytes()[..chunk.len()]);
        }
    }
}

fn mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
