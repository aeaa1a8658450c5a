//! How many sample emails somebody of the staff has sent lately. Refuses more than a few in an hour: a mailbox is easily filled.

use super::rejection::Rejection;
use events::Timestamp;
use serde::{Deserialize, Serialize};

/// Samples in an hour.
pub const MAX_IN_AN_HOUR: u32 = 20;
const HOUR: i64 = 60 * 60;

/// The samples that somebody has sent in an hour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestEmails {
    /// Start of the hour.
    since: Timestamp,
    count: u32,
    /// Deletes the item some time later. Nothing relies on it.
    ttl: i64,
    /// Number of writes so far.
    pub seq: u64,
}

impl TestEmails {
    /// The count with another sample.
    ///
    /// # Errors
    /// `TooManyTests`.
    pub fn one_more(earlier: Option<Self>, now: Timestamp) -> Result<Self, Rejection> {
        let seq = earlier.as_ref().map_or(1, |earlier| earlier.seq + 1);
        match earlier.filter(|earlier| now < earlier.since.plus_seconds(HOUR)) {
            Some(earlier) if earlier.count >= MAX_IN_AN_HOUR => Err(Rejection::TooManyTests),
            Some(earlier) => Ok(Self { count: earlier.count + 1, seq, ..earlier }),
            None => Ok(Self { since: now, count: 1, ttl: now.plus_seconds(HOUR).seconds(), seq }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_has_so_many_samples_and_the_next_as_many_again() {
        let after = |seconds: i64| Timestamp::default().plus_seconds(seconds);
        let mut last = None;
        for number in 1..=MAX_IN_AN_HOUR {
            let counted = TestEmails::one_more(last, after(i64::from(number))).unwrap();
            assert_eq!(counted.seq, u64::from(number));
            last = Some(counted);
        }
        assert_eq!(TestEmails::one_more(last.clone(), after(HOUR)), Err(Rejection::TooManyTests));
        let next = TestEmails::one_more(last, after(HOUR + 1)).unwrap();
        assert_eq!((next.count, next.seq), (1, u64::from(MAX_IN_AN_HOUR) + 1));
    }
}
