//! Every retry policy of the functions, by name: attempts, waits and jitter. Refuses to know the caller: a policy names
//! only the kind of obstacle.

use std::time::Duration;

/// Attempts at something that may succeed later, and the waits between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Name in documents.
    pub name: &'static str,
    /// All attempts, the first included; `u32::MAX` for no bound.
    pub attempts: u32,
    /// The wait after the first attempt. Each further wait is twice as long.
    pub first_wait: Duration,
    /// Upper bound of a wait.
    pub max_wait: Duration,
    /// Whether a wait is drawn between nothing and its length, so that writers who met do not meet again.
    pub jitter: bool,
    /// What is tried again, and what happens after the last attempt.
    pub what: &'static str,
}

impl RetryPolicy {
    /// The next wait after `waits` waits, without jitter.
    pub fn wait(&self, waits: u32) -> Duration {
        self.first_wait.saturating_mul(2u32.saturating_pow(waits)).min(self.max_wait)
    }

    /// [`Self::wait`] in whole seconds.
    pub fn wait_seconds(&self, waits: u32) -> i64 {
        i64::try_from(self.wait(waits).as_secs()).unwrap_or(i64::MAX)
    }
}

/// Every call of AWS. The SDK applies it, in its standard mode. The waits are short: all attempts must end within the
/// time of one message, and what fails then has a queue, a stream or a customer who tries again later.
pub const AWS_CALL: RetryPolicy = RetryPolicy {
    name: "AWS_CALL",
    attempts: 3,
    first_wait: Duration::from_millis(250),
    max_wait: Duration::from_millis(500),
    jitter: true,
    what: "a call of AWS that is throttled, breaks, takes too long (`AWS_ATTEMPT`) or answers 5xx; then the use case fails as unavailable",
};

/// A decision whose conditional write lost against another writer.
pub const CONTENTION: RetryPolicy = RetryPolicy {
    name: "CONTENTION",
    attempts: 8,
    first_wait: Duration::ZERO,
    max_wait: Duration::ZERO,
    jitter: false,
    what: "load, decide and write when somebody else wrote the item first; then a request is answered 503 and a message comes again",
};

/// A transaction that met another one at the same item.
pub const CONFLICT: RetryPolicy = RetryPolicy {
    name: "CONFLICT",
    attempts: 9,
    first_wait: Duration::from_millis(40),
    max_wait: Duration::from_millis(640),
    jitter: true,
    what: "a transaction that met another one or was throttled; then as CONTENTION",
};

/// Keys that a batch read leaves unread.
pub const UNREAD_KEYS: RetryPolicy = RetryPolicy {
    name: "UNREAD_KEYS",
    attempts: 5,
    first_wait: Duration::from_millis(25),
    max_wait: Duration::from_millis(800),
    jitter: false,
    what: "keys that DynamoDB leaves unread in a batch, counted while no key is read; then the use case fails as unavailable",
};

/// Entries that a queue refuses within a batch.
pub const REFUSED_ENTRIES: RetryPolicy = RetryPolicy {
    name: "REFUSED_ENTRIES",
    attempts: 3,
    first_wait: Duration::ZERO,
    max_wait: Duration::ZERO,
    jitter: false,
    what: "entries that SQS refuses within a batch; then the message comes again, or the stream repeats the record",
};

/// A message that failed for now.
pub const REDELIVERY: RetryPolicy = RetryPolicy {
    name: "REDELIVERY",
    attempts: 50,
    first_wait: Duration::from_secs(1),
    max_wait: Duration::from_secs(900),
    jitter: false,
    what: "a message that failed for now; after some ten hours SQS moves it to the dead-letter queue",
};

/// A command that nobody has answered.
pub const UNANSWERED: RetryPolicy = RetryPolicy {
    name: "UNANSWERED",
    attempts: u32::MAX,
    first_wait: Duration::from_secs(60),
    max_wait: Duration::from_secs(60 << 6),
    jitter: false,
    what: "a command whose reply is due: the sweep sends it again",
};

/// A participant that owes no answer but whose next event may have been lost. Only a lost stream record loses one, while each
/// look costs, so looks are few.
pub const MISSED_EVENT: RetryPolicy = RetryPolicy {
    name: "MISSED_EVENT",
    attempts: u32::MAX,
    first_wait: Duration::from_secs(3 * 24 * 60 * 60),
    max_wait: Duration::from_secs((3 * 24 * 60 * 60) << 2),
    jitter: false,
    what: "a command that was answered long ago and whose later events may be lost: the sweep sends it again",
};

/// An operation that the other side refused for good.
pub const FAILED_OPERATION: RetryPolicy = RetryPolicy {
    name: "FAILED_OPERATION",
    attempts: 10,
    first_wait: Duration::from_secs(60),
    max_wait: Duration::from_secs(60 << 6),
    jitter: false,
    what: "an operation that failed and may succeed later: the sweep tries it again; then an operator must",
};

/// Accepted work whose record in the table's stream may be lost.
pub const LOST_RECORD: RetryPolicy = RetryPolicy {
    name: "LOST_RECORD",
    attempts: u32::MAX,
    first_wait: Duration::from_secs(120),
    max_wait: Duration::from_secs(120),
    jitter: false,
    what: "work that a request accepted and nobody has begun: every sweep sends it again",
};

/// A look of a sweep that failed for now. The item goes behind the others that are due.
pub const FAILED_LOOK: RetryPolicy = RetryPolicy {
    name: "FAILED_LOOK",
    attempts: u32::MAX,
    first_wait: Duration::from_secs(60),
    max_wait: Duration::from_secs(60),
    jitter: false,
    what: "an item that a sweep could not recover for now; the sweep goes on with the others",
};

/// An item that a sweep cannot read, or that no repeat recovers.
pub const UNREADABLE: RetryPolicy = RetryPolicy {
    name: "UNREADABLE",
    attempts: u32::MAX,
    first_wait: Duration::from_secs(60 * 60),
    max_wait: Duration::from_secs(60 * 60),
    jitter: false,
    what: "an item that a sweep cannot read or recover at all: a metric counts it, and people must mend it",
};

/// The record of an act that cannot be taken back.
pub const OUTCOME_RECORD: RetryPolicy = RetryPolicy {
    name: "OUTCOME_RECORD",
    attempts: u32::MAX,
    first_wait: Duration::from_millis(500),
    max_wait: Duration::from_millis(500),
    jitter: false,
    what: "the record that an irrevocable act was done, until half of the worker's time is over",
};

/// All policies, for the document that lists them.
pub const ALL: &[RetryPolicy] = &[
    AWS_CALL,
    CONTENTION,
    CONFLICT,
    UNREAD_KEYS,
    REFUSED_ENTRIES,
    REDELIVERY,
    UNANSWERED,
    MISSED_EVENT,
    FAILED_OPERATION,
    LOST_RECORD,
    FAILED_LOOK,
    UNREADABLE,
    OUTCOME_RECORD,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let waits: Vec<_> = [0, 1, 2, 9, 10, 39].map(|waits| REDELIVERY.wait_seconds(waits)).into();
        assert_eq!(waits, [1, 2, 4, 512, 900, 900]);
        assert_eq!(CONTENTION.wait(3), Duration::ZERO);
    }

    #[test]
    fn every_policy_has_a_name_of_its_own() {
        let names: std::collections::BTreeSet<_> = ALL.iter().map(|policy| policy.name).collect();
        assert_eq!(names.len(), ALL.len());
    }
}
