//! Leaving out one fault leaves alone whoever has nothing to do with it.

use std::collections::{BTreeMap, BTreeSet};
use system_tests::sim::Plan;
use system_tests::sim::faults::struck;
use system_tests::sim::run::stories;

/// Each order's story, line by line.
type Stories = BTreeMap<String, Vec<String>>;

fn told(plan: &Plan) -> Stories {
    let bits = |id: String| id.split_once('_').unwrap().1.to_owned();
    stories(plan).into_iter().map(|(order, story)| (bits(order.to_string()), story)).collect()
}

/// The orders of whom a line tells.
fn named<'a>(line: &str, all: &'a Stories) -> BTreeSet<&'a str> {
    all.keys().filter(|bits| line.contains(bits.as_str())).map(String::as_str).collect()
}

/// The orders that a fault may reach: the one that it struck, those that were ever in a batch with it, those in a batch with these, …
fn reached<'a>(by: &BTreeSet<&'a str>, both: [&Stories; 2], all: &'a Stories) -> BTreeSet<&'a str> {
    let mut reached = by.clone();
    loop {
        let lines = both.iter().flat_map(|stories| reached.iter().filter_map(|bits| stories.get(*bits))).flatten();
        let next: BTreeSet<_> = lines.flat_map(|line| named(line, all)).chain(reached.iter().copied()).collect();
        if next.len() == reached.len() {
            return reached;
        }
        reached = next;
    }
}

#[test]
fn who_has_nothing_to_do_with_a_fault_lives_the_same_story_without_it() {
    let plan = Plan { customers: 10, faults: 60, ..Plan::of(11) };
    let before = told(&plan);
    let faults = struck();
    let (mut tried, mut unreached, mut changed) = (0, 0, 0);
    for fault in &faults {
        let mark = format!("fault {fault}:");
        let victims: BTreeSet<&str> = before
            .iter()
            .filter(|(_, story)| story.iter().any(|line| line.contains(&mark)))
            .map(|(bits, _)| bits.as_str())
            .collect();
        // One of these is enough to show it, and two are quick.
        if victims.len() != 1 || tried == 2 {
            continue;
        }
        tried += 1;
        let rest = faults.iter().copied().filter(|other| other != fault).collect();
        let after = told(&Plan { only: Some(rest), ..plan.clone() });
        let reached = reached(&victims, [&before, &after], &before);
        changed += u32::from(before[*victims.first().unwrap()] != after[*victims.first().unwrap()]);
        for (bits, story) in before.iter().filter(|(bits, _)| !reached.contains(bits.as_str())) {
            unreached += 1;
            assert_eq!(after.get(bits), Some(story), "fault {fault} struck {victims:?} and {bits} lives otherwise");
        }
    }
    assert!(tried == 2 && changed == 2 && unreached > 8, "{tried} faults, {changed} changed, {unreached} untouched");
}

#[test]
fn an_order_lives_the_same_story_whether_staff_look_orders_up_or_not() {
    let plan = Plan { customers: 10, faults: 0, ..Plan::of(11) };
    let looked_up = told(&plan);
    assert!(looked_up.len() > 4, "{} orders", looked_up.len());
    let left_alone = told(&Plan { front_desk: false, ..plan });
    assert_eq!(looked_up, left_alone, "looking changes something");
}
