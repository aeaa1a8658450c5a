//! A journey with one crash: right before or right after any write or send. The shop recovers and keeps every promise.

use super::journey::Journey;
use super::plan::{CrashAt, Plan};
use super::run::{Report, run};

/// One customer's journey without faults, or with one crash.
pub fn plan(journey: Journey, crash: Option<CrashAt>) -> Plan {
    Plan { customers: 1, faults: 0, crash, journey: Some(journey), ..Plan::of(1) }
}

/// Every place where a journey can be interrupted. Recovery makes more calls, so twice as many places are tried.
pub fn places(journey: Journey) -> Vec<CrashAt> {
    let calls = run(&plan(journey, None)).calls;
    (1..=calls * 2).flat_map(|call| [true, false].map(|before| CrashAt { call, before })).collect()
}

pub fn interrupted(journey: Journey, crash: CrashAt) -> Report {
    run(&plan(journey, Some(crash)))
}
