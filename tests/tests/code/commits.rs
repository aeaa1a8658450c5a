//! Commits say what they concern, what they do and why, as CONTRIBUTING.md asks. Refuses to judge what was committed before
//! that was asked, merges, and what a bot commits.

use std::process::Command;
use system_tests::workspace;

/// From then on a subject begins with an area.
const ASKED_SINCE: &str = "2026-11-29T03:00:00Z";
const MAX_SUBJECT: usize = 72;

/// What is wrong with a commit's message.
fn fault(subject: &str, body: &str) -> Option<&'static str> {
    let is_area =
        |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if subject.chars().count() > MAX_SUBJECT {
        return Some("the subject has more than 72 characters");
    }
    let is_revert = subject.starts_with("Revert \"");
    let area = subject.split_once(": ").filter(|(areas, what)| areas.split(", ").all(is_area) && !what.is_empty());
    if area.is_none() && !is_revert {
        return Some("the subject does not begin with an area, as `catalog: `");
    }
    body.trim().is_empty().then_some("no body says why")
}

/// The newest commits of people that are on no remote yet, as what was pushed cannot be said anew; on GitHub those of the pull request.
/// A shallow clone has fewer, and an unpacked archive none.
fn commits() -> Vec<[String; 4]> {
    let mut git = Command::new("git");
    git.args(["log", "--no-merges", "--since", ASKED_SINCE, "--max-count", "20", "--format=%h%x1f%an%x1f%s%x1f%b%x1e"]);
    match std::env::var("GITHUB_BASE_REF").ok().filter(|base| !base.is_empty()) {
        Some(base) => git.arg(format!("origin/{base}..HEAD")),
        None => git.args(["HEAD", "--not", "--remotes"]),
    };
    let root = workspace::root();
    if !root.join(".git").exists() {
        return Vec::new();
    }
    let output = git.current_dir(root).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let fields = |commit: &str| commit.trim_start().split('\x1f').map(str::to_owned).collect::<Vec<_>>();
    let all = text.split('\x1e').filter(|commit| !commit.trim().is_empty()).map(fields);
    all.map(|fields| fields.try_into().unwrap())
        .filter(|[_, author, ..]: &[String; 4]| !author.contains("[bot]"))
        .collect()
}

#[test]
fn every_commit_says_what_it_concerns_what_it_does_and_why() {
    let faults: Vec<_> = commits()
        .iter()
        .filter_map(|[id, _, subject, body]| fault(subject, body).map(|fault| format!("{id} {subject}: {fault}")))
        .collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn a_message_without_area_or_reason_or_with_a_long_subject_is_noticed() {
    assert_eq!(fault("catalog: Serve the reference", "Engineers read it."), None);
    assert_eq!(fault("events, orders: Name the deadline", "It had none."), None);
    assert_eq!(fault("Revert \"catalog: Serve the reference\"", "It broke."), None);
    let long = format!("catalog: {}", "x".repeat(MAX_SUBJECT));
    let bad = [("Serve the reference", "Why."), ("Catalog: Serve", "Why."), ("catalog: Serve", "\n"), (&long, "Why.")];
    for (subject, body) in bad {
        assert!(fault(subject, body).is_some(), "{subject}");
    }
}
