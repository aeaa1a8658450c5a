//! Sweeps that do not finish.

use std::collections::BTreeSet;
use system_tests::sim::backlog::backlog;

#[test]
fn orders_that_a_sweep_had_no_time_for_are_looked_at_by_the_next_ones() {
    let outcome = backlog(150);
    assert!(outcome.rested && outcome.violations.is_empty(), "{:#?}", outcome.violations);
    assert_eq!(outcome.minutes.len(), 150);
    let ticks: BTreeSet<_> = outcome.minutes.iter().collect();
    assert!((2..=10).contains(&ticks.len()), "one tick would do, or none is enough: {ticks:?}");
}
