//! Mutants of what no request shows: schedules that never run, streams that nobody reads, time that is misread, and emails.

use super::Mutant;
use serde_json::Value;
use std::time::Duration;

impl Mutant {
    /// Whether the sweeps never run.
    pub fn skips_the_sweep(self) -> bool {
        self == Self::NoSweep
    }

    /// Whether a write that HTTP caused, or did not, goes to the relay.
    pub fn is_relayed(self, via_http: bool) -> bool {
        (via_http || self == Self::RelayRelaysAll) && self != Self::RelayIsDeaf
    }

    /// The record that the relay gets.
    pub fn on_record(self, record: &mut Value) {
        if self == Self::RelayRelaysAll {
            // The function has the filter of the event source too.
            record["dynamodb"]["NewImage"]["cause"]["M"]["via"]["S"] = "http".into();
        }
    }

    /// The time that a function believes to have.
    pub fn time_left(self, limit: Duration) -> Duration {
        if self == Self::MisreadTime { limit * 10 } else { limit }
    }

    /// What becomes of a mail; `None` if it is not sent and answered as if it were.
    pub fn on_mail(self, body: &str) -> Option<String> {
        if self == Self::EmailNotSent {
            return None;
        }
        let mut mail: Value = serde_json::from_str(body).ok()?;
        if self == Self::EmailToAnother {
            mail["Destination"]["ToAddresses"][0] = "another@example.com".into();
        }
        Some(mail.to_string())
    }
}
