//! The shop keeps its laws in every state within the bounds, and every path ends.

use crate::external::FREE;
use crate::mutants::Mutant;
use crate::shop::{Action, Bounds, Shop, State};
use stateright::{Checker, DiscoveryClassification, Model, Path};
use std::time::Instant;

const VISA: &str = "pm_card_visa";
const DECLINED: &str = "pm_card_declined";
const BANK: &str = "pm_card_requires_action";
const UNCOLLECTIBLE: &str = "pm_card_capture_fails";

/// One order of the only unit; its customer may cancel once and pay again once.
pub const ONE: Bounds = Bounds {
    cards: Vec::new(),
    units: 1,
    stock: 1,
    faults: 0,
    cancels: 1,
    retries: 1,
    refunds: 0,
    corrections: 0,
    mutant: Mutant::Nothing,
};

fn one(card: &'static str) -> Bounds {
    Bounds { cards: vec![card], ..ONE }
}

fn two(first: &'static str, second: &'static str) -> Bounds {
    Bounds { cards: vec![first, second], cancels: 0, retries: 0, ..ONE }
}

/// Explores bounds that take minutes, if asked to.
fn if_large(bounds: impl IntoIterator<Item = Bounds>) {
    if std::env::var("SOUK_MODEL").is_ok_and(|size| size == "large") {
        bounds.into_iter().for_each(explore);
    }
}

/// Explores every state; panics with the path to a broken law.
fn explore(bounds: Bounds) {
    let what = bounds.description();
    let began = Instant::now();
    let checker = Shop::new(bounds).checker().spawn_bfs().join();
    let (states, depth, shop) = (checker.unique_state_count(), checker.max_depth(), checker.model());
    println!("{what}: {states} states, at most {depth} deep, {} ms; {}", began.elapsed().as_millis(), shop.met());
    for (name, path) in checker.discoveries() {
        let broken = matches!(checker.discovery_classification(name), DiscoveryClassification::Counterexample);
        assert!(!broken, "{what}: not so: {name}\n{}", story(shop, path));
    }
}

/// A path in words.
pub fn story(shop: &Shop, path: Path<State, Action>) -> String {
    let mut lines = Vec::new();
    for (state, action) in path.into_vec() {
        lines.push(shop.described(&state));
        lines.extend(action.map(|action| format!("  → {}", shop.description(action))));
    }
    lines.join("\n")
}

#[test]
fn an_order_keeps_every_law_under_any_fault_and_any_action() {
    explore(Bounds { faults: 1, ..one(VISA) });
    if_large([VISA, DECLINED, BANK, UNCOLLECTIBLE].map(|card| Bounds { faults: 1, ..one(card) }));
    if_large([Bounds { faults: 2, cancels: 0, ..one(VISA) }]);
}

#[test]
fn an_order_that_costs_nothing_asks_for_no_money_and_keeps_every_law() {
    explore(Bounds { faults: 1, corrections: 1, ..one(FREE) });
    if_large([Bounds { faults: 2, corrections: 1, ..one(FREE) }]);
}

#[test]
fn a_declined_order_is_paid_again_called_off_or_expires() {
    explore(one(DECLINED));
    explore(Bounds { faults: 1, cancels: 0, ..one(DECLINED) });
    if_large([Bounds { faults: 2, cancels: 0, ..one(DECLINED) }]);
}

#[test]
fn an_order_waits_for_the_bank_until_the_deadline_and_no_longer() {
    explore(one(BANK));
    explore(Bounds { faults: 1, cancels: 0, retries: 0, ..one(BANK) });
    if_large([Bounds { faults: 1, cancels: 0, ..one(BANK) }]);
}

#[test]
fn money_that_cannot_be_taken_at_once_is_taken_in_the_end() {
    explore(one(UNCOLLECTIBLE));
    explore(Bounds { faults: 1, cancels: 0, ..one(UNCOLLECTIBLE) });
    if_large([Bounds { faults: 2, cancels: 0, ..one(UNCOLLECTIBLE) }]);
}

#[test]
fn a_dispatch_is_corrected_or_taken_back_and_nothing_is_captured_for_goods_that_stay() {
    explore(Bounds { corrections: 1, retries: 0, ..one(VISA) });
    explore(Bounds { corrections: 2, cancels: 0, retries: 0, ..one(VISA) });
    explore(Bounds { corrections: 1, retries: 0, cancels: 0, ..one(UNCOLLECTIBLE) });
    if_large([
        Bounds { corrections: 1, faults: 1, cancels: 0, retries: 0, ..one(VISA) },
        Bounds { corrections: 2, retries: 0, ..one(UNCOLLECTIBLE) },
        Bounds { corrections: 1, faults: 1, retries: 0, ..one(UNCOLLECTIBLE) },
    ]);
}

#[test]
fn money_goes_back_in_parts_and_never_more_than_was_taken() {
    explore(Bounds { refunds: 1, cancels: 1, retries: 0, ..one(VISA) });
    explore(Bounds { refunds: 2, cancels: 0, retries: 0, ..one(VISA) });
    explore(Bounds { refunds: 1, faults: 1, cancels: 0, retries: 0, ..one(VISA) });
    if_large([Bounds { refunds: 1, faults: 1, cancels: 0, retries: 0, ..one(UNCOLLECTIBLE) }]);
}

#[test]
fn two_orders_race_for_the_last_unit_and_one_gets_it() {
    explore(two(VISA, VISA));
    explore(Bounds { units: 2, stock: 3, ..two(VISA, DECLINED) });
    if_large([
        Bounds { stock: 2, ..two(VISA, VISA) },
        Bounds { faults: 1, ..two(VISA, VISA) },
        Bounds { cancels: 1, retries: 1, ..two(VISA, DECLINED) },
    ]);
}

#[test]
fn no_messages_chase_each_other_for_ever() {
    for bounds in [Bounds { faults: 1, cancels: 0, ..one(VISA) }, one(DECLINED), Bounds { cancels: 0, ..one(BANK) }] {
        let shop = Shop::new(bounds);
        let cycle = shop.cycle();
        assert!(cycle.is_none(), "{}", shop.described(&cycle.unwrap()));
    }
}
