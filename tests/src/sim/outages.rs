//! What fails for as long as somebody says so, unlike faults, which strike by chance. Owns the switches. Refuses to decide what
//! follows: the network, the shop and the bank ask.

use super::invocation::Trigger;
use events::Capability;
use std::collections::BTreeSet;
use std::sync::Mutex;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outage {
    /// A capability's table throttles every read.
    ThrottledReads(Capability),
    /// It throttles every write.
    ThrottledWrites(Capability),
    /// The index of its sweep cannot follow: DynamoDB throttles writes that change it.
    DueThrottled(Capability),
    /// Every call of its table takes seconds.
    Slow(Capability),
    /// Queues refuse for now what it sends.
    Unsendable(Capability),
    /// Every invocation of it by this trigger crashes.
    Crashes(Capability, Trigger),
    /// Every invocation of it by this trigger hangs until Lambda ends it.
    Hangs(Capability, Trigger),
    /// Lambda has no concurrency for its requests.
    NoConcurrency(Capability),
    /// Lambda stops chains of messages at its worker.
    LoopGuard(Capability),
    /// Its schedule does not tick.
    Unscheduled(Capability),
    /// Its ticks have little time.
    ShortTicks(Capability),
    /// The mail service rejects every email for good.
    MailRejected,
    /// It takes every email, and every mailbox refuses it for good.
    MailBounces,
    /// Every reader calls every email spam.
    MailIsSpam,
}

#[derive(Debug, Default)]
pub struct Outages(Mutex<BTreeSet<Outage>>);

impl Outages {
    pub fn begin(&self, outage: Outage) {
        self.0.lock().unwrap().insert(outage);
    }

    pub fn end_all(&self) {
        self.0.lock().unwrap().clear();
    }

    pub fn has(&self, outage: Outage) -> bool {
        self.0.lock().unwrap().contains(&outage)
    }
}
