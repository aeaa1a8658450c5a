//! What the shop promises. [`catalogue`] states every promise once; this file asks its checks, at each write and at rest, and notes
//! what is broken. Refuses promises of its own.

pub mod always;
pub mod catalogue;
pub mod end;
pub mod in_the_end;
pub mod never_twice;
pub mod stock_invariants;
pub mod version;

use super::invariant::Invariant;
use super::stage::Stage;
use super::table::ItemKey;
use catalogue::Check;
use end::End;
use events::Capability;
use serde_json::Value;
use version::Version;

/// Checks a version of an item, given its stream record.
pub fn check_version(stage: &Stage, of: Capability, key: &ItemKey, record: &Value) {
    let version = Version::of(stage, of, key, record);
    for (invariant, check) in checks() {
        let Check::Version(wrong) = check else { continue };
        let (pk, sk) = key;
        wrong(&version).into_iter().for_each(|what| stage.violate(invariant, format!("{what} ({pk}/{sk})")));
    }
}

/// Checks the shop at the end of a run; `quiet` says whether it came to rest.
pub fn check_end(stage: &Stage, quiet: bool) {
    let end = End::of(stage, quiet);
    for (invariant, check) in checks() {
        let Check::End(wrong) = check else { continue };
        wrong(&end).into_iter().for_each(|what| stage.violate(invariant, what));
    }
}

fn checks() -> impl Iterator<Item = (Invariant, &'static Check)> {
    Invariant::ALL.iter().flat_map(|invariant| invariant.checks().iter().map(move |check| (*invariant, check)))
}
