//! The clock, randomness and sleep, which no other code may reach for. They enter in `main` and are passed on, so that
//! a test can repeat a whole shop.

use aws_smithy_async::rt::sleep::{AsyncSleep, SharedAsyncSleep};
use events::Timestamp;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Source of time.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;
}

/// Source of unpredictable bytes.
pub trait Random: Send + Sync {
    /// Overwrites all of `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// The clock, randomness and sleep of one process.
#[derive(Clone)]
pub struct World {
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    sleep: SharedAsyncSleep,
}

impl World {
    /// Combines the three parts.
    pub fn new(clock: Arc<dyn Clock>, random: Arc<dyn Random>, sleep: SharedAsyncSleep) -> Self {
        Self { clock, random, sleep }
    }

    /// The present instant.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// `N` unpredictable bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes);
        bytes
    }

    /// A fresh id, e.g. `world.fresh(UserId::new)`.
    pub fn fresh<I>(&self, make: fn(Timestamp, [u8; 10]) -> I) -> I {
        make(self.now(), self.random())
    }

    /// A random part of `wait`, so that writers who met do not meet again.
    pub fn jitter(&self, wait: Duration) -> Duration {
        let millis = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).max(1);
        Duration::from_millis(u64::from(u16::from_le_bytes(self.random())) % millis)
    }

    /// Waits for `duration`.
    pub async fn sleep(&self, duration: Duration) {
        self.sleep.sleep(duration).await;
    }

    /// The sleep for SDK clients, which retry.
    pub fn sleeper(&self) -> SharedAsyncSleep {
        self.sleep.clone()
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("World")
    }
}
