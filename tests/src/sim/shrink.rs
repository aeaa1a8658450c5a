//! Makes a failing run smaller while it fails in the same way: fewer customers, fewer faults.

use super::faults::struck;
use super::plan::Plan;
use super::run::{Report, run};
use std::collections::BTreeSet;
use std::iter::successors;
use std::panic::resume_unwind;
use std::thread::{available_parallelism, scope};

/// Runs spent on finding out which faults matter.
const MAX_RUNS: u64 = 200;
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
    let mut smaller = Vec::new();
    for customers in [1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233] {
        for faults in [0, 30, 100] {
            if customers >= report.plan.customers || faults > report.plan.faults {
                continue;
            }
            // A smaller crowd meets other faults: a few seeds beside the first give it its chance.
            let first = report.plan.seed;
            let seeds = (first..first + 8).chain([first]);
            smaller.extend(seeds.map(|seed| Plan { customers, faults, seed, ..report.plan.clone() }));
        }
    }
    let mut spent = 0;
    let affordable = smaller.into_iter().take_while(|plan| {
        spent += plan.customers;
        spent <= MAX_CUSTOMERS
    });
    first_alike(affordable, &report).1.map_or(report, |found| found.report)
}

/// Leaves out faults as long as the run fails in the same way: first those that the story of the failure does not tell of, then
/// halves, quarters, … of the rest, until none alone can be left out.
pub fn with_fewer_faults(report: Report) -> Report {
    let with = |only| Plan { only: Some(only), ..report.plan.clone() };
    let all = || {
        // Which faults struck is known of a run just made.
        run(&report.plan);
        first_alike([with(struck())], &report).1
    };
    let Some(found) = first_alike([with(told(&report.timeline))], &report).1.or_else(all) else { return report };
    let (mut smallest, mut kept) = (found.report, found.struck);
    let mut runs_left =
        usize::try_from(MAX_RUNS.min(MAX_CUSTOMERS / report.plan.customers.max(1))).unwrap_or(usize::MAX);
    // Repeating a run would find nothing new.
    let mut tried = BTreeSet::from([kept.clone()]);
    let mut next = Part { from: 0, length: kept.len() };
    loop {
        let rests = next.and_those_after(kept.len()).map(|part| (part, part.left_out_of(&kept)));
        let rests: Vec<_> = rests.filter(|(_, rest)| !tried.contains(rest)).take(runs_left).collect();
        let (runs, found) = first_alike(rests.iter().map(|(_, rest)| with(rest.clone())), &report);
        runs_left -= runs;
        let last = rests.iter().take(runs).next_back().map(|(part, _)| *part);
        tried.extend(rests.into_iter().take(runs).map(|(_, rest)| rest));
        match (found, last) {
            (Some(found), Some(last)) => (smallest, kept, next) = (found.report, found.struck, last),
            // What had to stay may be left out now that others were.
            _ if next != LEAST => next = LEAST,
            _ => break,
        }
    }
    if kept.len() > MAX_FAULTS {
        return report;
    }
    // An occasion that a run did not come to is not worth naming.
    smallest.plan.only = Some(kept);
    smallest
}

/// Faults that are left out together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Part {
    from: usize,
    length: usize,
}

/// The first fault.
const LEAST: Part = Part { from: 0, length: 1 };

impl Part {
    /// This part and all that are tried after it, large ones first.
    fn and_those_after(self, of: usize) -> impl Iterator<Item = Self> {
        let after = move |part: &Self| Self { from: part.from + part.length, ..*part }.within(of);
        successors(self.within(of), after)
    }

    /// The part itself, or beyond the last fault the first part of half the length.
    fn within(self, of: usize) -> Option<Self> {
        let part = if self.from < of { self } else { Self { from: 0, length: self.length / 2 } };
        (part.length > 0).then_some(part)
    }

    fn left_out_of(self, faults: &BTreeSet<u64>) -> BTreeSet<u64> {
        faults.iter().take(self.from).chain(faults.iter().skip(self.from + self.length)).copied().collect()
    }
}

struct Found {
    report: Report,
    /// The occasions at which a fault struck.
    struck: BTreeSet<u64>,
}

/// The first of these plans, in their order, that fails as this run did, and the number of plans up to it. Every core runs
/// one of them: that saves time and changes no result.
fn first_alike(plans: impl IntoIterator<Item = Plan>, failed: &Report) -> (usize, Option<Found>) {
    let cores = available_parallelism().map_or(1, usize::from);
    let (mut plans, mut runs) = (plans.into_iter().peekable(), 0);
    while plans.peek().is_some() {
        let some: Vec<_> = plans.by_ref().take(cores).collect();
        let found = scope(|scope| {
            let started: Vec<_> = some.iter().map(|plan| scope.spawn(|| try_out(plan, failed))).collect();
            started.into_iter().map(|run| run.join().unwrap_or_else(|panic| resume_unwind(panic))).collect::<Vec<_>>()
        });
        for found in found {
            runs += 1;
            if found.is_some() {
                return (runs, found);
            }
        }
    }
    (runs, None)
}

fn try_out(plan: &Plan, failed: &Report) -> Option<Found> {
    let report = run(plan);
    (!report.violations.is_empty() && same_kind(&report, failed)).then(|| Found { report, struck: struck() })
}

/// The occasions of the faults that a story tells of.
fn told(story: &[String]) -> BTreeSet<u64> {
    let occasion = |line: &String| line.split_once("fault ")?.1.split_once(':')?.0.parse().ok();
    story.iter().filter_map(occasion).collect()
}

/// Both break the same promise, whoever's it is.
fn same_kind(one: &Report, other: &Report) -> bool {
    let kind = |report: &Report| report.violations.first().map(|violation| violation.invariant);
    kind(one) == kind(other)
}
