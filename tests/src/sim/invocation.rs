//! The invocation that runs: which function, what triggered it and how often it waited. The network, which the SDK calls
//! without a word about its caller, finds it in task-local storage.

use events::Capability;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::Notify;

/// What triggered a function. Its template says which of a capability's functions that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trigger {
    Http,
    Queue,
    Stream,
    Schedule,
}

#[derive(Debug)]
pub struct Invocation {
    pub of: Capability,
    pub trigger: Trigger,
    /// What it works on, for the story.
    pub about: String,
    /// Notified when its process crashes.
    pub died: Notify,
    pub waits: Waits,
}

/// Counts how often an invocation waits for its table: calls that begin while it has no other call under way.
#[derive(Debug, Default)]
pub struct Waits {
    under_way: AtomicU64,
    count: AtomicU64,
}

impl Waits {
    /// Begins a call, which is under way until the guard is dropped: a call that hangs never returns.
    pub fn begin(&self) -> UnderWay<'_> {
        if self.under_way.fetch_add(1, Ordering::SeqCst) == 0 {
            self.count.fetch_add(1, Ordering::SeqCst);
        }
        UnderWay(self)
    }

    pub fn count(&self) -> u64 {
        self.count.load(Ordering::SeqCst)
    }
}

/// A call that is under way.
#[derive(Debug)]
pub struct UnderWay<'a>(&'a Waits);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::SeqCst);
    }
}

tokio::task_local! {
    pub static INVOCATION: Arc<Invocation>;
}
