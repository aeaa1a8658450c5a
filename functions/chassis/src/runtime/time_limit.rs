//! Every time limit of the functions, by name: how long something may take, or what is kept of an invocation's time.
//! Refuses to know the caller. No limit is longer than what is left of the invocation (`deadline.rs`).

use std::time::Duration;

/// An upper bound of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeLimit {
    /// Name in documents.
    pub name: &'static str,
    /// The bound.
    pub at_most: Duration,
    /// What is bounded, and what happens at its end.
    pub what: &'static str,
}

/// One attempt at a call of AWS. DynamoDB, SQS and the parameter store answer within milliseconds; what takes a
/// second is a connection on which nobody answers any more.
pub const AWS_ATTEMPT: TimeLimit = TimeLimit {
    name: "AWS_ATTEMPT",
    at_most: Duration::from_secs(1),
    what: "one attempt at a call of AWS, connecting included; then the call is tried again (`AWS_CALL`)",
};

/// Sending an email, which takes no key, so that another attempt would send it again.
pub const MAIL_CALL: TimeLimit = TimeLimit {
    name: "MAIL_CALL",
    at_most: Duration::from_secs(15),
    what: "the mail service's answer; then nobody knows whether the email is out, and its message comes again",
};

/// A call of a payment provider.
pub const PROVIDER_CALL: TimeLimit = TimeLimit {
    name: "PROVIDER_CALL",
    at_most: Duration::from_secs(15),
    what: "a payment provider's answer; then the outcome is unknown, and the message that comes again asks under the same key or looks it up",
};

/// The work of a batch that calls AWS alone.
pub const BATCH: TimeLimit = TimeLimit {
    name: "BATCH",
    at_most: Duration::from_secs(4),
    what: "the work of a batch of messages; then those that are not done come again",
};

/// The work of a batch that waits for somebody outside.
pub const OUTSIDE_BATCH: TimeLimit = TimeLimit {
    name: "OUTSIDE_BATCH",
    at_most: Duration::from_secs(18),
    what: "the same where a payment provider or the mail service is waited for",
};

/// The end of an invocation's time.
pub const ANSWER: TimeLimit = TimeLimit {
    name: "ANSWER",
    at_most: Duration::from_millis(200),
    what: "kept of every invocation's time: by then a request is answered 503, a stream's batch and a schedule fail",
};

/// What follows the work of a batch.
pub const SETTLING: TimeLimit = TimeLimit {
    name: "SETTLING",
    at_most: Duration::from_millis(800),
    what: "kept of the time of a batch, or of a sweep, besides: half to dead-letter, half to delay what comes again",
};

/// A call that belongs to no invocation.
pub const START: TimeLimit = TimeLimit {
    name: "START",
    at_most: Duration::from_secs(5),
    what: "a call of AWS outside of any invocation, as a process makes when it starts; then the process goes on without",
};

/// The opening of connections before the first invocation; Lambda allows ten seconds for a start.
pub const PRIMING: TimeLimit = TimeLimit {
    name: "PRIMING",
    at_most: Duration::from_secs(1),
    what: "the first reads of a table, which open connections; then the process starts without them",
};

/// A question whose answer a page can do without.
pub const ASIDE: TimeLimit = TimeLimit {
    name: "ASIDE",
    at_most: Duration::from_secs(3),
    what: "a question about the shop's own state, such as how many letters are dead; then the page says that it is not known",
};

/// A conversation with a server outside that somebody waits for, with all its calls.
pub const OUTSIDE_ANSWER: TimeLimit = TimeLimit {
    name: "OUTSIDE_ANSWER",
    at_most: Duration::from_secs(4),
    what: "the answers of a server outside that somebody waits for at a page, such as the company's sign-in; then the page says that it is away",
};

/// What a sweep counts once its looks are done.
pub const COUNTING: TimeLimit = TimeLimit {
    name: "COUNTING",
    at_most: Duration::from_secs(5),
    what: "the counting of finished days after a sweep's looks; then the next sweep goes on where this one wrote last",
};

/// All limits, for the document that lists them.
pub const ALL: &[TimeLimit] = &[
    AWS_ATTEMPT,
    MAIL_CALL,
    PROVIDER_CALL,
    BATCH,
    OUTSIDE_BATCH,
    SETTLING,
    ANSWER,
    START,
    PRIMING,
    ASIDE,
    OUTSIDE_ANSWER,
    COUNTING,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::retry::AWS_CALL;

    /// The longest that all attempts at a call and the waits between them take.
    fn whole_call() -> Duration {
        let waits: Duration = (0..AWS_CALL.attempts - 1).map(|waits| AWS_CALL.wait(waits)).sum();
        AWS_ATTEMPT.at_most * AWS_CALL.attempts + waits
    }

    #[test]
    fn a_call_has_all_its_attempts_within_the_work_of_a_batch() {
        assert!(whole_call() <= BATCH.at_most, "{:?}", whole_call());
    }

    #[test]
    fn whoever_is_waited_for_outside_ends_while_the_outcome_can_still_be_written() {
        for call in [MAIL_CALL, PROVIDER_CALL] {
            assert!(call.at_most + 2 * AWS_ATTEMPT.at_most < OUTSIDE_BATCH.at_most, "{}", call.name);
        }
    }

    #[test]
    fn every_limit_has_a_name_of_its_own() {
        let names: std::collections::BTreeSet<_> = ALL.iter().map(|limit| limit.name).collect();
        assert_eq!(names.len(), ALL.len());
    }
}
