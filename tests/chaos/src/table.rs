//! What the trials found, as a table for people.
//! Owns what counts as a failure. Refuses to leave out a trial that failed.

use std::time::Duration;

use events::Capability;

use crate::settling::Settled;
use crate::tally::Counts;
use crate::ways::Trial;
use souk::progress::seconds;

/// Longest time to `confirmed` of an order whose worker was killed: its message comes again after its queue's visibility, 30 s.
const CONFIRMED_AFTER_A_KILL: Duration = Duration::from_secs(40);

/// One trial.
#[derive(Clone, Debug)]
pub struct Row {
    /// Who was away.
    pub capability: Capability,
    /// In which way.
    pub trial: Trial,
    /// How often or how long.
    pub deed: String,
    /// What callers got.
    pub counts: Counts,
    /// Orders placed in the meantime.
    pub placed: usize,
    /// What became of them.
    pub settled: Settled,
    /// Messages given up in the meantime.
    pub dead: u64,
}

impl Row {
    /// What went wrong; empty for a good trial.
    pub fn failures(&self) -> Vec<String> {
        let who = format!("{} {}", self.capability, self.trial.name());
        let mut failures: Vec<String> = self.counts.examples.iter().map(|error| format!("{who}: {error}")).collect();
        failures.extend(self.settled.lost.iter().map(|order| format!("{who}: lost {order}")));
        if self.dead > 0 {
            failures.push(format!("{who}: {} messages were given up", self.dead));
        }
        if self.placed == 0 {
            failures.push(format!("{who}: nobody could order before, so nothing was tried"));
        }
        let late = self.settled.orders.filter(|time| self.trial == Trial::Killed && *time > CONFIRMED_AFTER_A_KILL);
        if let Some(time) = late {
            failures.push(format!("{who}: an order was confirmed only after {}", seconds(time)));
        }
        if self.settled.inboxes.is_none() {
            failures.push(format!("{who}: not as before within five minutes"));
        }
        failures
    }

    fn line(&self) -> String {
        let after = |time: Option<Duration>| time.map_or_else(|| "never".to_owned(), seconds);
        let mark = if self.failures().is_empty() { "✓" } else { "✗" };
        format!(
            "{mark} {:<14}{:<11}{:<14}{:>9}{:>8}{:>9}{:>7}{:>8}{:>6}{:>11}{:>11}",
            self.capability.name(),
            self.trial.name(),
            self.deed,
            self.counts.others,
            self.counts.errors,
            self.counts.own,
            self.counts.away,
            self.placed,
            self.settled.lost.len(),
            after(self.settled.orders),
            after(self.settled.inboxes),
        )
    }
}

/// The table with its heading.
pub fn table(rows: &[Row]) -> String {
    let heading = format!(
        "{:<41}{:>17}{:>16}{:>14}{:>22}\n  {:<14}{:<25}{:>9}{:>8}{:>9}{:>7}{:>8}{:>6}{:>11}{:>11}",
        "",
        "to the others",
        "to itself",
        "orders",
        "after its return",
        "capability",
        "",
        "requests",
        "errors",
        "requests",
        "away",
        "placed",
        "lost",
        "confirmed",
        "all done"
    );
    let lines = rows.iter().map(Row::line);
    std::iter::once(heading).chain(lines).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Row {
        Row {
            capability: Capability::Carts,
            trial: Trial::Killed,
            deed: "17 processes".to_owned(),
            counts: Counts { others: 812, own: 90, away: 12, ..Counts::default() },
            placed: 41,
            settled: Settled {
                orders: Some(Duration::from_millis(1_200)),
                inboxes: Some(Duration::from_secs(119)),
                lost: Vec::new(),
            },
            dead: 0,
        }
    }

    #[test]
    fn a_trial_whose_absent_capability_alone_failed_is_good() {
        assert!(good().failures().is_empty());
        assert!(table(&[good()]).contains("✓ carts         killed     17 processes        812       0"));
    }

    #[test]
    fn an_error_of_others_or_a_lost_order_is_a_failure() {
        let error = Counts { errors: 1, examples: vec!["GET /v1/orders: 500".to_owned()], ..good().counts };
        let lost = Settled { lost: vec!["order_1".to_owned()], ..good().settled };
        let never = Settled { inboxes: None, ..good().settled };
        let late = Settled { orders: Some(Duration::from_secs(41)), ..good().settled };
        let wrong = [
            Row { counts: error, ..good() },
            Row { settled: lost, ..good() },
            Row { settled: never, ..good() },
            Row { settled: late, ..good() },
            Row { dead: 1, ..good() },
            Row { placed: 0, ..good() },
        ];
        for row in wrong {
            assert_eq!(row.failures().len(), 1, "{row:?}");
            assert!(table(&[good(), row]).contains("✗ carts"));
        }
    }

    #[test]
    fn only_a_kill_must_be_over_in_forty_seconds() {
        let after = |seconds| Settled { orders: Some(Duration::from_secs(seconds)), ..good().settled };
        assert!(Row { settled: after(40), ..good() }.failures().is_empty());
        assert!(Row { settled: after(90), trial: Trial::Absent, ..good() }.failures().is_empty());
    }

    #[test]
    fn headings_stand_over_their_columns() {
        let table = table(&[good()]);
        let ends = |line: usize, word: &str| {
            let line = table.lines().nth(line).unwrap();
            line[..line.find(word).unwrap() + word.len()].chars().count()
        };
        for (heading, value) in [("requests", "812"), ("placed", "41"), ("all done", "119.0 s")] {
            assert_eq!(ends(1, heading), ends(2, value), "{heading}");
        }
    }
}
