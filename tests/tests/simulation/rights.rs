//! Least privilege, measured: the policies allow exactly what the functions use.

use super::policy::{allowed, needed, needed_by_lambda};
use std::collections::BTreeSet;
use system_tests::sim::journey::Journey;
use system_tests::sim::rights::Right;
use system_tests::sim::{access_matrix, rare_cases, run, steps};

/// Rights that were used and are not allowed.
pub fn forbidden(rights: &BTreeSet<Right>) -> BTreeSet<String> {
    &needed(rights) - &allowed()
}

/// The rights used by every route as everyone, every journey, and the rare cases.
fn everything_asked() -> BTreeSet<Right> {
    let mut rights = rare_cases::exercise().rights;
    rights.extend(access_matrix::try_every_route().rights);
    for journey in Journey::ALL {
        rights.extend(run(&steps::plan(journey, None)).rights);
    }
    // A process here has the parts of three functions, and keeps a secret that one of them asked for. After a crash another asks: what is
    // idle below says whether it died often enough. At night it dies everywhere.
    let by_night = std::env::var("SOUK_RIGHTS").is_ok_and(|which| which == "all");
    let places = steps::places(Journey::Delivered);
    let sample = places.iter().filter(|crash| crash.before).step_by(2);
    let tried: Vec<_> = if by_night { places.iter().collect() } else { sample.collect() };
    for crash in tried {
        rights.extend(steps::interrupted(Journey::Delivered, *crash).rights);
    }
    rights
}

#[test]
fn policies_allow_all_that_functions_ask_of_aws_and_nothing_else() {
    let needed = &needed(&everything_asked()) | &needed_by_lambda();
    let allowed = allowed();
    let (lacking, idle) = (&needed - &allowed, &allowed - &needed);
    assert!(lacking.is_empty(), "asked for and not allowed: {lacking:#?}");
    assert!(idle.is_empty(), "allowed and never asked for: {idle:#?}");
}
