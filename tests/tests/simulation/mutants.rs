//! Every mutant is noticed within the seeds of its trial, and breaks each invariant that names it: a simulation that stays green with
//! one proves nothing.

use std::collections::BTreeSet;
use system_tests::sim::flash_sale::flash_sale;
use system_tests::sim::invariant::Invariant;
use system_tests::sim::invariants::catalogue::broken_by;
use system_tests::sim::mutants::{Part, Trial};
use system_tests::sim::{Mutant, Plan, run};

/// The invariants that a mutant breaks in the run of a seed.
fn broken(mutant: Mutant, seed: u64) -> BTreeSet<Invariant> {
    // A few units that many want are the rule in a flash sale and the exception in a crowd.
    let violations = if mutant == Mutant::StockWithoutCondition {
        let customers = u32::try_from(mutant.trial().customers).unwrap();
        flash_sale(seed, customers, customers / 8, Some(mutant)).violations
    } else {
        let Trial { customers, faults, journey, .. } = mutant.trial();
        run(&Plan { customers, faults, journey, mutant: Some(mutant), ..Plan::of(seed) }).violations
    };
    violations.into_iter().map(|violation| violation.invariant).collect()
}

/// What a mutant leaves unbroken within its trial, and the seeds that it took.
fn unbroken(mutant: Mutant) -> (Vec<Invariant>, u64) {
    let mut left = broken_by(mutant);
    let Trial { from, seeds, .. } = mutant.trial();
    for (tried, seed) in (1..=seeds).zip(from..) {
        let broken = broken(mutant, seed);
        left.retain(|invariant| !broken.contains(invariant));
        println!("{} breaks {broken:?}", mutant.name());
        if left.is_empty() {
            return (left, tried);
        }
    }
    (left, seeds)
}

fn are_noticed(part: Part) {
    let by_night = std::env::var("SOUK_MUTANTS").is_ok_and(|which| which == "all");
    let tried = Mutant::ALL.iter().copied().filter(|mutant| mutant.part() == part);
    let mut unnoticed = Vec::new();
    for mutant in tried.filter(|mutant| by_night || !mutant.trial().nightly) {
        let (left, seeds) = unbroken(mutant);
        println!("{}: {seeds} seeds", mutant.name());
        if !left.is_empty() {
            unnoticed.push(format!("{} does not break {left:?} within {seeds} seeds", mutant.name()));
        }
    }
    assert!(unnoticed.is_empty(), "{unnoticed:#?}");
}

#[test]
fn bugs_in_the_writes_of_orders_are_noticed() {
    are_noticed(Part::Orders);
}

#[test]
fn bugs_in_the_writes_of_inventory_are_noticed() {
    are_noticed(Part::Inventory);
}

#[test]
fn bugs_in_payments_and_refunds_are_noticed() {
    are_noticed(Part::Payments);
}

#[test]
fn bugs_in_the_ledger_are_noticed() {
    are_noticed(Part::Ledger);
}

#[test]
fn bugs_in_the_writes_of_shipping_are_noticed() {
    are_noticed(Part::Shipping);
}

#[test]
fn bugs_that_any_table_may_have_are_noticed() {
    are_noticed(Part::EveryTable);
}

#[test]
fn bugs_in_relays_sweeps_and_queues_are_noticed() {
    are_noticed(Part::Wires);
}

#[test]
fn bugs_in_sending_emails_are_noticed() {
    are_noticed(Part::Emails);
}

#[test]
fn bugs_that_users_and_carts_may_have_are_noticed() {
    are_noticed(Part::People);
}
