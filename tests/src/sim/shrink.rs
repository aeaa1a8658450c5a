//! Makes a failing run smaller while it fails in the same way: fewer customers, then fewer faults. Everybody's draws are their
//! own, so who is left out changes little for the others.

use super::faults::struck;
use super::plan::Plan;
use super::run::{Report, run};
use std::collections::BTreeSet;
use std::iter::successors;
use std::panic::resume_unwind;
use std::thread::{available_parallelism, scope};

/// Runs spent on finding out which customers matter, and again on which faults.
const MAX_RUNS: usize = 200;
/// Customers simulated in each of the two: minutes, not hours, also where a bug shows in one crowd of a thousand and no smaller
/// one will be found.
const MAX_CUSTOMERS: usize = 10_000;
/// More faults than that explain nothing.
const MAX_FAULTS: usize = 50;

/// The smallest failing run that was found near a failing one.
pub fn shrink(report: Report) -> Report {
    with_fewer_faults(with_fewer_customers(report))
}

/// Leaves out customers as long as the run fails in the same way: first all of whom the story of the failure does not tell.
pub fn with_fewer_customers(report: Report) -> Report {
    let told = || numbers(&report.timeline, "customer ", ' ');
    let all = || report.plan.who_comes().collect();
    let with = |who: BTreeSet<u64>| Plan { visitors: Some(who), ..report.plan.clone() };
    let kept = |plan: &Plan| plan.visitors.clone().unwrap_or_default();
    smallest(&report, &[&told, &all], with, |found| kept(&found.report.plan)).map_or(report, |found| found.report)
}

/// Leaves out faults as long as the run fails in the same way: first those that the story of the failure does not tell of.
pub fn with_fewer_faults(report: Report) -> Report {
    let with = |only| Plan { only: Some(only), ..report.plan.clone() };
    let told = || numbers(&report.timeline, "fault ", ':');
    let all = || {
        // Which faults struck is known of a run just made.
        run(&report.plan);
        struck()
    };
    match smallest(&report, &[&told, &all], with, |found| found.struck.clone()) {
        // An occasion that a run did not come to is not worth naming.
        Some(Found { report: mut smallest, struck }) if struck.len() <= MAX_FAULTS => {
            smallest.plan.only = Some(struck);
            smallest
        }
        _ => report,
    }
}

/// The failing run that needs the fewest of these numbers, found from the first guess that fails alike: it goes on without
/// halves, quarters, … of them, until none alone can be left out.
fn smallest(
    failed: &Report,
    guesses: &[&dyn Fn() -> BTreeSet<u64>],
    with: impl Fn(BTreeSet<u64>) -> Plan,
    kept_in: impl Fn(&Found) -> BTreeSet<u64>,
) -> Option<Found> {
    let mut found = guesses.iter().find_map(|guess| first_alike([with(guess())], failed).1)?;
    let mut kept = kept_in(&found);
    let mut runs_left = MAX_RUNS.min(MAX_CUSTOMERS / failed.plan.who_comes().count().max(1));
    // Repeating a run would find nothing new.
    let mut tried = BTreeSet::from([kept.clone()]);
    let mut next = Part { from: 0, length: kept.len() };
    loop {
        let rests = next.and_those_after(kept.len()).map(|part| (part, part.left_out_of(&kept)));
        let rests: Vec<_> = rests.filter(|(_, rest)| !tried.contains(rest)).take(runs_left).collect();
        let (runs, smaller) = first_alike(rests.iter().map(|(_, rest)| with(rest.clone())), failed);
        runs_left -= runs;
        let last = rests.iter().take(runs).next_back().map(|(part, _)| *part);
        tried.extend(rests.into_iter().take(runs).map(|(_, rest)| rest));
        match (smaller, last) {
            (Some(smaller), Some(last)) => (kept, found, next) = (kept_in(&smaller), smaller, last),
            // What had to stay may be left out now that others were.
            _ if next != LEAST => next = LEAST,
            _ => return Some(found),
        }
    }
}

/// Numbers that are left out together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Part {
    from: usize,
    length: usize,
}

/// The first number.
const LEAST: Part = Part { from: 0, length: 1 };

impl Part {
    /// This part and all that are tried after it, large ones first.
    fn and_those_after(self, of: usize) -> impl Iterator<Item = Self> {
        let after = move |part: &Self| Self { from: part.from + part.length, ..*part }.within(of);
        successors(self.within(of), after)
    }

    /// The part itself, or beyond the last number the first part of half the length.
    fn within(self, of: usize) -> Option<Self> {
        let part = if self.from < of { self } else { Self { from: 0, length: self.length / 2 } };
        (part.length > 0).then_some(part)
    }

    fn left_out_of(self, all: &BTreeSet<u64>) -> BTreeSet<u64> {
        all.iter().take(self.from).chain(all.iter().skip(self.from + self.length)).copied().collect()
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

/// The numbers that a story names: those between this word and this mark.
fn numbers(story: &[String], word: &str, mark: char) -> BTreeSet<u64> {
    story.iter().filter_map(|line| line.split_once(word)?.1.split_once(mark)?.0.parse().ok()).collect()
}

/// Both break the same promise, whoever's it is.
fn same_kind(one: &Report, other: &Report) -> bool {
    let kind = |report: &Report| report.violations.first().map(|violation| violation.invariant);
    kind(one) == kind(other)
}
