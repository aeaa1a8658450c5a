//! The invocation that runs: which function, what triggered it and how often it waited. The network, which the SDK calls
//! without a word about its caller, finds it in task-local storage.

use super::place::{Place, ids, who};
use events::Capability;
use std::collections::BTreeSet;
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

/// What an invocation works on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// For the story.
    pub about: String,
    /// Its parts, by names that do not depend on each other: a request and who asks, each message and how often it was received,
    /// each record's item.
    pub parts: Vec<String>,
}

impl Work {
    pub fn of(about: String) -> Self {
        Self { parts: vec![about.clone()], about }
    }
}

#[derive(Debug)]
pub struct Invocation {
    pub of: Capability,
    pub trigger: Trigger,
    pub work: Work,
    /// Notified when its process crashes.
    pub died: Notify,
    pub waits: Waits,
}

impl Invocation {
    pub fn new(of: Capability, trigger: Trigger, work: Work) -> Arc<Self> {
        Arc::new(Self { of, trigger, work, died: Notify::new(), waits: Waits::default() })
    }

    /// The place of all its work.
    pub fn place(&self) -> Place {
        self.place_about(&BTreeSet::new())
    }

    /// The place of its work on these ids; of all its work if no part names one.
    pub fn place_about(&self, ids: &BTreeSet<&str>) -> Place {
        let names_one = |part: &&String| ids.iter().any(|id| part.contains(id));
        let place = Place::named(self.of.name()).number(self.trigger as u64);
        let about: Vec<_> = self.work.parts.iter().filter(names_one).collect();
        let about = if about.is_empty() { self.work.parts.iter().collect() } else { about };
        about.into_iter().collect::<BTreeSet<_>>().into_iter().fold(place, |place, part| place.and(part))
    }
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

impl Place {
    /// The work that this task does: all that its invocation is about, or what it does in somebody's name.
    pub fn here() -> Self {
        INVOCATION.try_with(|invocation| invocation.place()).unwrap_or_else(|_| Self::named("").and(&who()))
    }

    /// The place of a call within this task's invocation: of its parts, those about ids that the call names; all if it names none
    /// of them.
    pub fn of_call(operation: &str, body: &str) -> Self {
        let ids = ids(body);
        let place = INVOCATION.try_with(|invocation| invocation.place_about(&ids)).unwrap_or_else(|_| Self::here());
        // What a call about many is about is in the parts; of a sweep's batch, who else is due must not matter.
        let only = ids.first().filter(|_| ids.len() == 1);
        only.into_iter().fold(place.and(operation), |place, id| place.and(id))
    }
}
