//! The authorization matrix: who may call which route on whose resources, as declared and as answered.

use chassis::Access;
use std::collections::BTreeSet;
use std::fmt::Write;
use system_tests::blocks;
use system_tests::sim::access_matrix::{Attempt, Caller, Verdict, try_every_route};

/// One row per request: the expected and the actual verdict of each caller who tried it.
fn table(attempts: &[Attempt]) -> String {
    let callers = Caller::all();
    let mut table = format!("{:<45} {:<20}", "route", "declared");
    callers.iter().for_each(|caller| write!(table, "{:<24}", format!("{caller:?}")).unwrap());
    for row in attempts.chunk_by(|one, next| one.request == next.request) {
        write!(table, "\n{:<45} {:<20}", row[0].request, row[0].access.name()).unwrap();
        for caller in &callers {
            let tried = row.iter().find(|attempt| attempt.caller == *caller);
            let cell = tried.map(|attempt| format!("{}/{}", attempt.expected, attempt.actual)).unwrap_or_default();
            write!(table, "{cell:<24}").unwrap();
        }
    }
    table
}

/// Requests of staff that only read though they are no `GET`, and why.
const READS: [(&str, &str); 1] =
    [("POST /v1/suppressions/search", "an address is not written into a path, which logs and histories keep")];

fn only_reads(attempt: &Attempt) -> bool {
    attempt.request.starts_with("GET ") || READS.iter().any(|(request, _)| attempt.request == *request)
}

/// A request that only staff may make, and that may change something.
fn is_staff_work(attempt: &Attempt) -> bool {
    attempt.access.is_staffs() && !only_reads(attempt)
}

#[test]
fn every_change_by_staff_leaves_an_entry_that_names_its_operation_and_who_made_it() {
    let outcome = try_every_route();
    let work: BTreeSet<_> =
        outcome.attempts.iter().filter(|attempt| is_staff_work(attempt)).map(|a| &a.request).collect();
    let audited: BTreeSet<_> = outcome.attempts.iter().filter(|attempt| attempt.audited).map(|a| &a.request).collect();
    assert!(work.len() > 10 && work.is_subset(&audited), "never audited: {:?}", &work - &audited);
}

#[test]
fn every_resource_is_for_its_owner_alone_and_a_refused_request_changes_nothing() {
    let outcome = try_every_route();
    let table = table(&outcome.attempts);
    // Shown on failure, or with `--nocapture`.
    println!("{table}");
    assert_eq!(outcome.untried, [] as [String; 0], "routes without a request");
    let other: Vec<_> = outcome.attempts.iter().filter(|attempt| attempt.actual != attempt.expected).collect();
    assert!(other.is_empty(), "{other:#?}\n{table}");
    let harm: Vec<_> =
        outcome.attempts.iter().filter(|attempt| attempt.changed && attempt.actual != Verdict::Admitted).collect();
    assert!(harm.is_empty(), "refused, but changed something: {harm:#?}");
    let unsigned: Vec<_> = outcome
        .attempts
        .iter()
        .filter(|attempt| is_staff_work(attempt) && attempt.changed != attempt.audited)
        .collect();
    assert!(unsigned.is_empty(), "changed without an entry in the audit log, or the other way round: {unsigned:#?}");
    for (request, why) in READS {
        let mut admitted = outcome.attempts.iter().filter(|attempt| attempt.request == request).peekable();
        assert!(admitted.peek().is_some(), "{request}: {why}");
        assert!(admitted.all(|attempt| !attempt.changed && !attempt.audited), "{request} changes something");
    }
    // Where a permission is declared, whoever has this one alone gets in.
    for attempt in outcome.attempts.iter().filter(|attempt| attempt.access.is_staffs()) {
        let alone = matches!(attempt.caller, Caller::With(own) if attempt.access == Access::Needs(own));
        let is_with = matches!(attempt.caller, Caller::With(_));
        assert!(!is_with || alone == (attempt.actual == Verdict::Admitted), "{attempt:?}");
    }
    // The documents show them.
    let shown: usize = outcome.examples.values().map(|examples| examples.len()).sum();
    assert_eq!(shown, events::routes::ROUTES.len(), "each route has a name and an example");
    for (capability, examples) in &outcome.examples {
        let made = serde_json::to_string_pretty(examples).unwrap() + "\n";
        blocks::assert_file(&format!("functions/{capability}/examples.json"), &made);
    }
}
