//! A clock that is set by hand and repeatable randomness.

use crate::runtime::{Clock, Random, World};
use aws_smithy_async::rt::sleep::{AsyncSleep, SharedAsyncSleep, Sleep};
use events::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

/// Sets a test's clock, which starts at 2026-01-01T00:00:00Z.
#[derive(Debug, Clone)]
pub struct TestWorld {
    millis: Arc<AtomicI64>,
    random: Arc<AtomicU64>,
}

impl Default for TestWorld {
    fn default() -> Self {
        Self { millis: Arc::new(AtomicI64::new(1_767_225_600_000)), random: Arc::new(AtomicU64::new(1)) }
    }
}

impl TestWorld {
    /// The present instant.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.millis.load(Ordering::SeqCst))
    }

    /// Advances the clock.
    pub fn pass_seconds(&self, seconds: i64) {
        self.millis.fetch_add(seconds * 1000, Ordering::SeqCst);
    }

    /// The world for the code under test. Sleeps use tokio's timer, which a test may pause.
    pub fn world(&self) -> World {
        World::new(Arc::new(self.clone()), Arc::new(self.clone()), SharedAsyncSleep::new(TokioSleep))
    }
}

impl Clock for TestWorld {
    fn now(&self) -> Timestamp {
        Self::now(self)
    }
}

impl Random for TestWorld {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            // SplitMix64: well mixed, one word of state.
            let mut z = self.random.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::SeqCst);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            z ^= z >> 31;
            chunk.copy_from_slice(&z.to_le_bytes()[..chunk.len()]);
        }
    }
}

#[derive(Debug)]
struct TokioSleep;

impl AsyncSleep for TokioSleep {
    fn sleep(&self, duration: Duration) -> Sleep {
        Sleep::new(tokio::time::sleep(duration))
    }
}
