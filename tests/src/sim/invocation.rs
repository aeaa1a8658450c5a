//! The invocation that runs: which function, what triggered it and how often it waited. The network, which the SDK calls
//! without a word about its caller, finds it in task-local storage.

use events::Capability;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::Notify;

/// What woke a function. A template says which of its functions that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trigger {
    Http,
    Queue,
    Stream,
    Schedule,
}

/// An invocation of a function, as the network sees its caller.
#[derive(Debug)]
pub struct Invocation {
    /// Who works.
    pub of: Capability,
    /// What woke the function.
    pub trigger: Trigger,
    /// What it works on, for the story.
    pub about: String,
    /// Its process died.
    pub died: Notify,
    /// How often it waited for its table.
    pub waits: Waits,
}

/// How often an invocation waits: calls that begin while no other of it is under way.
#[derive(Debug, Default)]
pub struct Waits {
    under_way: AtomicU64,
    count: AtomicU64,
}

impl Waits {
    /// A call begins.
    pub fn begin(&self) {
        if self.under_way.fetch_add(1, Ordering::SeqCst) == 0 {
            self.count.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// A call ends.
    pub fn end(&self) {
        self.under_way.fetch_sub(1, Ordering::SeqCst);
    }

    /// How often it waited.
    pub fn count(&self) -> u64 {
        self.count.load(Ordering::SeqCst)
    }
}

tokio::task_local! {
    /// Who calls.
    pub static INVOCATION: Arc<Invocation>;
}
