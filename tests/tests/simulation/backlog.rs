//! Sweeps that do not finish.

use std::collections::BTreeSet;
use system_tests::sim::backlog::backlog;

#[test]
fn more_orders_than_a_sweep_can_look_at_are_sent_again_once_each_by_the_ticks_that_follow() {
    let outcome = backlog(150);
    assert!(outcome.rested && outcome.violations.is_empty(), "{:#?}", outcome.violations);
    assert_eq!(outcome.resent.len(), 150);
    assert!(outcome.resent.iter().all(|(times, _)| *times == 1), "{:?}", outcome.resent);
    let minutes: BTreeSet<_> = outcome.resent.iter().map(|(_, at)| at.unwrap().seconds() / 60).collect();
    assert!((2..=10).contains(&minutes.len()), "ticks: {minutes:?}");
}
