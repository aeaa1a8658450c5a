//! What code may not reach for by itself: the clock, randomness and sleep. They enter in `main` and are passed on, which
//! is what makes a whole shop repeatable in a test.

use aws_smithy_async::rt::sleep::{AsyncSleep, SharedAsyncSleep};
use events::Timestamp;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The instant it is now.
    fn now(&self) -> Timestamp;
}

/// Makes unpredictable bytes.
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
    /// A world of these parts.
    pub fn new(clock: Arc<dyn Clock>, random: Arc<dyn Random>, sleep: SharedAsyncSleep) -> Self {
        Self { clock, random, sleep }
    }

    /// The instant it is now.
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

    /// A random part of a wait, so that those who met do not meet again.
    pub fn jitter(&self, wait: Duration) -> Duration {
        let millis = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).max(1);
        Duration::from_millis(u64::from(u16::from_le_bytes(self.random())) % millis)
    }

    /// Waits.
    pub async fn sleep(&self, duration: Duration) {
        self.sleep.sleep(duration).await;
    }

    /// The sleep, for clients that retry.
    pub fn sleeper(&self) -> SharedAsyncSleep {
        self.sleep.clone()
    }
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("World")
    }
}
