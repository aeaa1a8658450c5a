//! Virtual time: tokio's paused clock, which jumps to the next timer whenever no task is ready.

use events::Timestamp;
use tokio::time::Instant;

/// 2026-01-01T00:00:00Z: every run begins here.
const BEGINNING: i64 = 1_767_225_600_000;

#[derive(Debug, Clone, Copy)]
pub struct VirtualClock {
    began: Instant,
}

impl VirtualClock {
    /// Begins now. Needs a runtime whose clock is paused.
    pub fn start() -> Self {
        Self { began: Instant::now() }
    }

    /// Milliseconds since the beginning.
    pub fn millis(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(BEGINNING + i64::try_from(self.millis()).unwrap_or(i64::MAX / 2))
    }
}

impl chassis::runtime::Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        Self::now(self)
    }
}

/// Milliseconds since the beginning, of an instant in milliseconds since the Unix epoch.
pub const fn since_beginning(millis: i64) -> i64 {
    millis - BEGINNING
}

/// Runs a future on one thread and virtual time, so that nothing in it depends on the machine.
pub fn on_virtual_time<T>(run: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    let outcome = runtime.block_on(run);
    runtime.shutdown_background();
    outcome
}

/// A point of virtual time, for people: `1d02:03:04.005`.
pub fn shown(millis: u64) -> String {
    let (seconds, rest) = (millis / 1000, millis % 1000);
    let (days, seconds) = (seconds / 86_400, seconds % 86_400);
    let days = if days > 0 { format!("{days}d") } else { String::new() };
    format!("{days}{:02}:{:02}:{:02}.{rest:03}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}
