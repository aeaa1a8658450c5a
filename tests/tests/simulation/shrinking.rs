//! A failure becomes a small one: of few customers and few faults.

use std::collections::BTreeSet;
use system_tests::sim::shrink::shrink;
use system_tests::sim::{Mutant, Plan, Report, run};

#[test]
fn a_rare_failure_in_a_crowd_shrinks_to_one_customer_and_a_handful_of_faults() {
    // The bug shows if an undo overtakes what it undoes: in one crowd of seven, and never without faults.
    let mutated = |seed| Plan { customers: 12, mutant: Some(Mutant::NoTombstone), ..Plan::of(seed) };
    let fails = |plan: &Plan| Some(run(plan)).filter(|report| !report.violations.is_empty());
    let needs_faults = |report: &Report| fails(&Plan { only: Some(BTreeSet::new()), ..report.plan.clone() }).is_none();
    let failed = (2..40).filter_map(|seed| fails(&mutated(seed))).find(needs_faults).unwrap();
    let smallest = shrink(failed);
    let Plan { visitors, only, .. } = &smallest.plan;
    let (visitors, kept) = (visitors.as_ref().unwrap(), only.as_ref().expect("the search gave up"));
    assert_eq!(visitors.len(), 1, "{}", smallest.plan.command());
    assert!(kept.len() <= 5, "{} faults are left: {}", kept.len(), smallest.plan.command());
    let is_named = |fault| smallest.timeline.iter().any(|line| line.contains(&format!("fault {fault}:")));
    assert!(kept.iter().any(is_named), "the story names none of {kept:?}: {:#?}", smallest.timeline);
    let again = run(&smallest.plan);
    assert_eq!((&again.violations, again.fingerprint), (&smallest.violations, smallest.fingerprint));
}
