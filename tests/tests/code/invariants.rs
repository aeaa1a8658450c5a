//! The catalogue of invariants agrees with the code that checks it, with the mutants that break it, and with its page in the
//! documents.

use std::fmt::Write;
use system_tests::sim::Mutant;
use system_tests::sim::invariant::{Invariant, Room};
use system_tests::sim::invariants::catalogue::{Check, broken_by};
use system_tests::{blocks, workspace};

fn is_checked(invariant: Invariant) -> String {
    let checked = invariant.checks().iter().map(|check| match check {
        Check::Version(_) => "each version of each item".to_owned(),
        Check::End(_) => "the shop at rest".to_owned(),
        Check::Met(file) => format!("`tests/src/sim/{file}`"),
    });
    checked.collect::<Vec<_>>().join(", ")
}

fn table_of(room: Room) -> String {
    let mut table = String::from("| promise | name | checked in | broken by |\n|---|---|---|---|\n");
    for invariant in Invariant::ALL.iter().filter(|invariant| invariant.room() == room) {
        let mutants: Vec<_> = invariant.mutants().iter().map(|mutant| format!("`{}`", mutant.name())).collect();
        let sentence = invariant.sentence();
        writeln!(table, "| {sentence} | `{invariant:?}` | {} | {} |", is_checked(*invariant), mutants.join(", "))
            .unwrap();
    }
    table
}

#[test]
fn the_page_of_invariants_is_the_one_that_the_catalogue_makes() {
    for (name, room) in [("always", Room::Always), ("in-the-end", Room::InTheEnd), ("never-twice", Room::NeverTwice)] {
        blocks::assert_block("docs/invariants.md", name, &table_of(room));
    }
    let mut mutants = String::from("| mutant | bug | noticed within | faults | breaks |\n|---|---|---|---|---|\n");
    for mutant in Mutant::ALL {
        let (trial, breaks) = (mutant.trial(), broken_by(*mutant));
        let breaks: Vec<_> = breaks.iter().map(|invariant| format!("`{invariant:?}`")).collect();
        let night = if trial.nightly { ", at night" } else { "" };
        let seeds = if trial.seeds == 1 { "seed" } else { "seeds" };
        let from = if trial.from == 1 { String::new() } else { format!(", the first {},", trial.from) };
        let what = trial.journey.map_or_else(|| "customers".to_owned(), |journey| format!("customers, `{journey:?}`"));
        writeln!(
            mutants,
            "| `{}` | {} | {} {seeds}{from} of {} {what}{night} | {} % | {} |",
            mutant.name(),
            mutant.bug(),
            trial.seeds,
            trial.customers,
            trial.faults,
            breaks.join(", ")
        )
        .unwrap();
    }
    blocks::assert_block("docs/invariants.md", "mutants", &mutants);
}

#[test]
fn every_mutant_is_named_by_an_invariant_that_it_breaks() {
    let unnamed: Vec<_> = Mutant::ALL.iter().filter(|mutant| broken_by(**mutant).is_empty()).collect();
    assert!(unnamed.is_empty(), "{unnamed:?}");
}

#[test]
fn what_is_checked_where_it_shows_is_checked_there() {
    let met =
        Invariant::ALL.iter().flat_map(|invariant| invariant.checks().iter().map(move |check| (invariant, check)));
    for (invariant, check) in met {
        let Check::Met(file) = check else { continue };
        let text = workspace::read(&format!("tests/src/sim/{file}"));
        assert!(text.contains(&format!("Invariant::{invariant:?}")), "{file} does not check {invariant:?}");
    }
}
