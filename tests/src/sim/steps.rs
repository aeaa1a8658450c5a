//! Every step of a journey fails once: right before and right after each write and each send. Whatever the step was, the
//! shop recovers and keeps every promise.

use super::plan::{CrashAt, Journey, Plan};
use super::run::{Report, run};

/// The journey of one customer with nothing going wrong, or with one crash.
pub const fn plan(journey: Journey, crash: Option<CrashAt>) -> Plan {
    Plan { seed: 1, customers: 1, faults: 0, only: None, crash, journey: Some(journey), window_millis: 0, mutant: None }
}

/// Every place where a journey can be interrupted. A recovery makes calls of its own, so twice as many are tried.
pub fn places(journey: Journey) -> Vec<CrashAt> {
    let calls = run(&plan(journey, None)).calls;
    (1..=calls * 2).flat_map(|call| [true, false].map(|before| CrashAt { call, before })).collect()
}

/// The journey, interrupted there.
pub fn interrupted(journey: Journey, crash: CrashAt) -> Report {
    run(&plan(journey, Some(crash)))
}
