//! The authorization matrix: who may call which route on whose things, as declared and as it is.

use std::fmt::Write;
use system_tests::sim::everyone::{Caller, Tried, Verdict, try_everything};

/// A row a request: what each caller is to meet, and met.
fn table(tried: &[Tried]) -> String {
    let cell = |tried: &Tried| format!("{}/{}", tried.expected, tried.met);
    let mut table = format!("{:<45} {:<10}", "route", "declared");
    Caller::ALL.iter().for_each(|caller| write!(table, "{:<14}", format!("{caller:?}")).unwrap());
    for row in tried.chunks(Caller::ALL.len()) {
        write!(table, "\n{:<45} {:<10}", row[0].request, format!("{:?}", row[0].access)).unwrap();
        row.iter().for_each(|tried| write!(table, "{:<14}", cell(tried)).unwrap());
    }
    table
}

#[test]
fn every_thing_is_for_whom_it_belongs_to_and_whoever_is_turned_away_changes_nothing() {
    let outcome = try_everything();
    let table = table(&outcome.tried);
    // Shown when the test fails, or with `--nocapture`.
    println!("{table}");
    assert_eq!(outcome.untried, [] as [String; 0], "routes without a request");
    let other: Vec<_> = outcome.tried.iter().filter(|tried| tried.met != tried.expected).collect();
    assert!(other.is_empty(), "{other:#?}\n{table}");
    let harm: Vec<_> = outcome.tried.iter().filter(|tried| tried.changed && tried.met != Verdict::Admitted).collect();
    assert!(harm.is_empty(), "turned away, and yet: {harm:#?}");
}
