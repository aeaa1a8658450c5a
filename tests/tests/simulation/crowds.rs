//! Crowds of customers with all faults on.

use super::rights::forbidden;
use system_tests::sim::shrink::shrink;
use system_tests::sim::{Plan, Report, run};

fn survived(plan: &Plan) -> Report {
    let report = run(plan);
    let forbidden = forbidden(&report.rights);
    assert!(forbidden.is_empty(), "asked of AWS and not allowed: {forbidden:#?}");
    if report.violations.is_empty() {
        return report;
    }
    let smallest = shrink(report.clone());
    panic!(
        "seed {} fails: {:#?}\nagain: {}\nsmaller: {}\n{}",
        plan.seed,
        report.violations,
        plan.command(),
        smallest.plan.command(),
        smallest.timeline.join("\n")
    );
}

#[test]
fn no_crowd_makes_the_shop_break_a_promise() {
    for seed in 1..=4 {
        let report = survived(&Plan { customers: 20, ..Plan::of(seed) });
        assert!(report.orders > 0 && report.calls > 0, "{report:?}");
    }
}

#[test]
fn a_seed_is_a_story_that_repeats_itself() {
    let plan = Plan { customers: 10, ..Plan::of(77) };
    let (one, other) = (run(&plan), run(&plan));
    assert_eq!(one.fingerprint, other.fingerprint);
    assert_ne!(one.fingerprint, run(&Plan { seed: 78, ..plan }).fingerprint);
}
