//! The present version goes on with the items, stream records and messages of every earlier version.
//!
//! `SOUK_FREEZE=2026-11-28 cargo test -p system-tests --test shop upgrade` writes a snapshot of the present version to
//! `previous/2026-11-28.json`; an existing snapshot is never overwritten.

use std::path::PathBuf;
use std::time::Duration;
use system_tests::sim::Plan;
use system_tests::sim::upgrade::{Snapshot, leave, take_over};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("previous")
}

fn is_taken_over(name: &str, snapshot: &Snapshot) {
    let taken = take_over(snapshot);
    assert!(taken.rested && taken.restless.is_empty(), "{name}: {:#?}", taken.restless);
    assert!(taken.dead.is_empty(), "{name}: {:#?}", taken.dead);
    assert!(taken.violations.is_empty(), "{name}: {:#?}", taken.violations);
    assert!(taken.unread.is_empty(), "{name}: {:#?}", taken.unread);
    assert!(taken.read > 30, "{name}: {}", taken.read);
}

#[test]
fn the_present_version_goes_on_with_what_it_left_in_the_middle_of_everything() {
    let snapshot = leave(&Plan { customers: 16, ..Plan::of(5) }, Duration::from_secs(45 * 60));
    assert!(snapshot.messages.len() > 3, "messages are under way: {}", snapshot.messages.len());
    is_taken_over("the present version", &snapshot);
    if let Ok(name) = std::env::var("SOUK_FREEZE") {
        let file = folder().join(format!("{name}.json"));
        assert!(!file.exists(), "{} is there", file.display());
        std::fs::create_dir_all(folder()).unwrap();
        std::fs::write(file, serde_json::to_string(&snapshot).unwrap()).unwrap();
    }
}

#[test]
fn the_present_version_goes_on_with_what_every_earlier_one_left() {
    let files = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let mut versions = 0;
    for file in files.filter(|file| file.extension().is_some_and(|extension| extension == "json")) {
        let snapshot = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        is_taken_over(&file.display().to_string(), &snapshot);
        versions += 1;
    }
    assert!(versions > 0);
}

#[test]
fn a_field_that_got_another_name_is_noticed() {
    let snapshot = leave(&Plan { customers: 6, faults: 0, ..Plan::of(5) }, Duration::from_secs(50 * 60));
    let text = serde_json::to_string(&snapshot).unwrap();
    assert!(text.contains("\"payment_state\":"));
    let renamed = serde_json::from_str(&text.replace("\"payment_state\":", "\"payment_status\":")).unwrap();
    let taken = std::panic::catch_unwind(|| take_over(&renamed));
    assert!(taken.is_err() || taken.is_ok_and(|taken| !taken.unread.is_empty()));
}
