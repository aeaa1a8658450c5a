//! Makes a failing run smaller while it fails in the same way: fewer customers, fewer faults.

use super::faults::struck;
use super::plan::Plan;
use super::run::{Report, run};
use std::collections::BTreeSet;

/// Runs spent on finding out which faults matter.
const MAX_RUNS: u32 = 200;
/// Customers simulated in search of a smaller crowd, and again in search of fewer faults: minutes, not hours, also where a
/// bug shows in one crowd of a thousand and no smaller one will be found.
const MAX_CUSTOMERS: u64 = 10_000;
/// More faults than that explain nothing.
const MAX_FAULTS: usize = 50;

/// The smallest failing run that was found near a failing one.
pub fn shrink(report: Report) -> Report {
    let smaller = with_fewer_customers(report);
    with_fewer_faults(smaller)
}

fn with_fewer_customers(report: Report) -> Report {
    let smallest = report;
    let (mut smaller, mut spent) = (Vec::new(), 0);
    for customers in [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233] {
        for faults in [0, 30, 100] {
            smaller.push((customers, faults));
        }
    }
    for (customers, faults) in smaller {
        let plan = smallest.plan.clone();
        if customers >= plan.customers || faults > plan.faults {
            continue;
        }
        // A smaller crowd meets other faults: a few seeds beside the first give it its chance.
        for seed in (plan.seed..plan.seed + 8).chain([plan.seed]) {
            spent += customers;
            if spent > MAX_CUSTOMERS {
                return smallest;
            }
            let report = run(&Plan { customers, faults, seed, ..plan.clone() });
            if !report.violations.is_empty() && same_kind(&report, &smallest) {
                return report;
            }
        }
    }
    smallest
}

/// Leaves out faults as long as the run fails in the same way: first those that the story of the failure does not tell of, then
/// halves, quarters, … of the rest.
pub fn with_fewer_faults(report: Report) -> Report {
    let with = |only: BTreeSet<u64>| {
        let smaller = run(&Plan { only: Some(only), ..report.plan.clone() });
        let kept = struck();
        same_kind(&smaller, &report).then_some((smaller, kept))
    };
    let all = || {
        // Which faults struck is known of a run just made.
        run(&report.plan);
        with(struck())
    };
    let Some((mut smallest, mut kept)) = with(told(&report.timeline)).or_else(all) else { return report };
    let (mut runs, mut spent, mut chunk, mut from) = (0, 0, kept.len(), 0);
    while runs < MAX_RUNS && spent < MAX_CUSTOMERS && chunk > 0 {
        let rest = kept.iter().take(from).chain(kept.iter().skip(from + chunk)).copied().collect();
        runs += 1;
        spent += report.plan.customers;
        match with(rest) {
            Some(smaller) => (smallest, kept) = smaller,
            None => from += chunk,
        }
        if from >= kept.len() {
            (chunk, from) = (chunk / 2, 0);
        }
    }
    if kept.len() > MAX_FAULTS {
        return report;
    }
    // An occasion that a run did not come to is not worth naming.
    smallest.plan.only = Some(kept);
    smallest
}

/// The occasions of the faults that a story tells of.
fn told(story: &[String]) -> BTreeSet<u64> {
    let occasion = |line: &String| line.split_once("fault ")?.1.split_once(':')?.0.parse().ok();
    story.iter().filter_map(occasion).collect()
}

/// Both break the same promise, whoever's it is.
fn same_kind(one: &Report, other: &Report) -> bool {
    let kind = |report: &Report| {
        let first = report.violations.first().cloned().unwrap_or_default();
        first.split_whitespace().filter(|word| word.chars().all(char::is_alphabetic)).collect::<Vec<_>>().join(" ")
    };
    kind(one) == kind(other)
}
