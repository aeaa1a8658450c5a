//! Every mutant is noticed within the seeds of its trial, and breaks each invariant that names it: a simulation that stays green with
//! one proves nothing.

use std::collections::BTreeSet;
use system_tests::sim::flash_sale::flash_sale;
use system_tests::sim::invariants::catalogue::Invariant;
use system_tests::sim::shrink::with_fewer_faults;
use system_tests::sim::{Mutant, Plan, Report, run};

/// The invariants that a mutant breaks in the run of a seed.
fn broken(mutant: Mutant, seed: u64) -> BTreeSet<Invariant> {
    // A few units that many want are the rule in a flash sale and the exception in a crowd.
    let violations = if mutant == Mutant::StockWithoutCondition {
        let customers = u32::try_from(mutant.trial().customers).unwrap();
        flash_sale(seed, customers, customers / 8, Some(mutant)).violations
    } else {
        run(&mutant.plan(seed)).violations
    };
    violations.into_iter().map(|violation| violation.invariant).collect()
}

#[test]
fn survey() {
    let Ok(only) = std::env::var("MUTANTS") else { return };
    for mutant in
        Mutant::ALL.iter().copied().filter(|mutant| only == "all" || only.split(',').any(|name| name == mutant.name()))
    {
        let began = std::time::Instant::now();
        let mut left: BTreeSet<Invariant> = mutant.breaks().into_iter().collect();
        let mut all = BTreeSet::new();
        let mut seeds = 0;
        for seed in 1..=mutant.trial().seeds {
            seeds = seed;
            let broken = broken(mutant, seed);
            left.retain(|invariant| !broken.contains(invariant));
            all.extend(broken);
            if left.is_empty() {
                break;
            }
        }
        let verdict = if left.is_empty() { "ok".to_owned() } else { format!("LEFT {left:?}") };
        println!("{:<26} {verdict} seeds {seeds} {:.1}s also {all:?}", mutant.name(), began.elapsed().as_secs_f64());
    }
}

#[test]
fn a_failure_shrinks_to_a_handful_of_faults_and_is_repeated_by_its_plan() {
    // One customer seldom meets the bug: one of these seeds does. Without faults it proves nothing here.
    let mutated = |seed| Plan { customers: 1, mutant: Some(Mutant::OrderWithoutCondition), ..Plan::of(seed) };
    let fails = |plan: &Plan| Some(run(plan)).filter(|report| !report.violations.is_empty());
    let needs_faults = |report: &Report| fails(&Plan { only: Some(BTreeSet::new()), ..report.plan.clone() }).is_none();
    let failed = (40..90).filter_map(|seed| fails(&mutated(seed))).find(needs_faults).unwrap();
    let smallest = with_fewer_faults(failed);
    let kept = smallest.plan.only.as_ref().expect("the search gave up");
    assert!(kept.len() <= 5, "{} faults are left: {}", kept.len(), smallest.plan.command());
    let is_named = |fault| smallest.timeline.iter().any(|line| line.contains(&format!("fault {fault}:")));
    assert!(kept.iter().any(is_named), "the story names none of {kept:?}: {:#?}", smallest.timeline);
    let again = run(&smallest.plan);
    assert_eq!((&again.violations, again.fingerprint), (&smallest.violations, smallest.fingerprint));
}
