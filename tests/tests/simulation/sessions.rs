//! Staff who lost their access move no money any more, within seconds, nor does a machine with their key. Customers rely on their token's quarter of an hour.

use std::time::Duration;
use system_tests::sim::revocations::{Loss, lose};

/// A stream is read several times a second and a queue at once; AWS' own delays come on top.
const SOON: Duration = Duration::from_secs(3);

#[test]
fn a_refund_by_staff_who_signed_out_or_lost_the_role_is_refused_within_three_seconds() {
    [Loss::SignedOut, Loss::SignedOutEverywhere, Loss::Demoted].into_iter().for_each(is_refused_soon);
}

#[test]
fn a_refund_by_a_machine_whose_key_ended_or_whose_maker_signed_out_everywhere_is_refused_within_three_seconds() {
    [Loss::KeyEnded, Loss::MakerSignedOutEverywhere].into_iter().for_each(is_refused_soon);
}

fn is_refused_soon(how: Loss) {
    let outcome = lose(how);
    assert_eq!((outcome.before, outcome.other), (202, 202), "{how:?}: {outcome:?}");
    assert_eq!(outcome.refusal, "session_ended", "{how:?}");
    assert!(outcome.refused_after <= SOON, "{how:?}: {outcome:?}");
}
