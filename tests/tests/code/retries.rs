//! The document's tables of retry policies and of time limits are those in the chassis.

use chassis::{retry, time_limit};
use std::fmt::Write;
use std::time::Duration;
use system_tests::blocks;

const DOCUMENT: &str = "functions/chassis/README.md";

/// A wait in its largest whole unit.
fn wait(wait: Duration) -> String {
    let millis = wait.as_millis();
    let units = [("h", 3_600_000), ("min", 60_000), ("s", 1_000), ("ms", 1)];
    let whole = units.iter().find(|(_, unit)| millis > 0 && millis.is_multiple_of(*unit));
    whole.map_or_else(|| "none".to_owned(), |(name, unit)| format!("{} {name}", millis / unit))
}

#[test]
fn the_tables_of_retry_policies_and_time_limits_are_those_in_the_chassis() {
    let mut table = String::from("| policy | attempts | waits | what is tried again; and then |\n|---|---|---|---|\n");
    for policy in retry::ALL {
        let attempts = if policy.attempts == u32::MAX { "no bound".to_owned() } else { policy.attempts.to_string() };
        let (first, longest) = (wait(policy.first_wait), wait(policy.max_wait));
        let waits = if first == longest { first } else { format!("{first} to {longest}") };
        let jitter = if policy.jitter { ", jitter" } else { "" };
        writeln!(table, "| `{}` | {attempts} | {waits}{jitter} | {} |", policy.name, policy.what).unwrap();
    }
    blocks::assert_block(DOCUMENT, "retries", &table);
    // In the same test, since blessing one block and the other at once would lose one.
    let mut table = String::from("| limit | time | of what; and then |\n|---|---|---|\n");
    for limit in time_limit::ALL {
        writeln!(table, "| `{}` | {} | {} |", limit.name, wait(limit.at_most), limit.what).unwrap();
    }
    blocks::assert_block(DOCUMENT, "time limits", &table);
}

#[test]
fn waits_are_written_in_their_largest_whole_unit() {
    let written = [0, 25, 1_000, 60_000, 3_840_000, 21_600_000].map(|millis| wait(Duration::from_millis(millis)));
    assert_eq!(written, ["none", "25 ms", "1 s", "1 min", "64 min", "6 h"]);
}
