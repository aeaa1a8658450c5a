//! Names, sizes and places of files.

use events::Capability;
use std::collections::BTreeSet;
use system_tests::source::{Source, sources};
use system_tests::workspace;

fn assert_none(wrong: &[String]) {
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_source_file_says_first_what_it_owns() {
    let opens = |text: &str| text.starts_with("//!") || text.starts_with("#![doc = include_str!(");
    assert_none(
        &sources(|_| true)
            .into_iter()
            .filter(|source| !opens(&source.text))
            .map(|source| source.path)
            .collect::<Vec<_>>(),
    );
}

#[test]
fn no_file_is_longer_than_400_lines() {
    let long = |source: &Source| {
        (source.text.lines().count() > 400).then(|| format!("{}: {}", source.path, source.text.lines().count()))
    };
    assert_none(&sources(|_| true).iter().filter_map(long).collect::<Vec<_>>());
}

#[test]
fn no_name_says_nothing() {
    let banned = ["utils", "util", "common", "helpers", "helper", "manager", "misc", "mod"];
    let parts =
        |path: &str| path.split('/').map(|part| part.split('.').next().unwrap_or(part).to_owned()).collect::<Vec<_>>();
    let wrong =
        workspace::files().into_iter().filter(|path| parts(path).iter().any(|part| banned.contains(&part.as_str())));
    assert_none(&wrong.collect::<Vec<_>>());
}

#[test]
fn the_top_level_holds_the_workspace_and_what_the_ecosystem_puts_there() {
    let allowed: BTreeSet<&str> = [
        "Cargo.toml",
        "functions",
        "infra",
        "events",
        "tests",
        "README.md",
        "Cargo.lock",
        "rust-toolchain.toml",
        "rustfmt.toml",
        ".clippy.toml",
        ".cargo",
        ".config",
        ".github",
        ".gitignore",
        "deny.toml",
        "LICENSE",
        "ARCHITECTURE.md",
        "docs",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
        "SECURITY.md",
        ".devcontainer",
        "samconfig.toml",
        "_typos.toml",
        ".ci",
    ]
    .into();
    let files = workspace::files();
    let found: BTreeSet<&str> = files.iter().map(|path| path.split('/').next().unwrap_or(path)).collect();
    let strange: Vec<_> = found.difference(&allowed).map(|name| (*name).to_owned()).collect();
    assert_none(&strange);
}

#[test]
fn nothing_is_left_for_later_or_switched_off() {
    // Written apart, so that this file does not accuse itself.
    let words = [["TO", "DO"], ["FIX", "ME"], ["HA", "CK"], ["#[ign", "ore"]].map(|parts| parts.concat());
    let readable =
        |path: &String| [".rs", ".md", ".yaml", ".yml", ".toml", ".json"].iter().any(|ending| path.ends_with(ending));
    let mut wrong = Vec::new();
    for path in workspace::files().into_iter().filter(readable).filter(|path| path != "Cargo.lock") {
        for (number, line) in workspace::read(&path).lines().enumerate() {
            let found = words.iter().filter(|word| system_tests::source::contains_word(line, word));
            wrong.extend(found.map(|word| format!("{path}:{}: {word}", number + 1)));
        }
    }
    assert_none(&wrong);
}

#[test]
fn composition_roots_only_compose() {
    for capability in Capability::ALL {
        let lines = workspace::read(&format!("functions/{capability}/src/main.rs")).lines().count();
        assert!(lines <= 40, "{capability}: {lines} lines");
    }
}

#[test]
fn every_capability_explains_itself_with_its_routes_and_messages() {
    let mut missing = Vec::new();
    for capability in Capability::ALL {
        let readme = workspace::read(&format!("functions/{capability}/README.md"));
        let routes =
            events::routes::owned_by(capability).chain(events::routes::pages_of(capability)).map(|route| route.path);
        let received = events::flows::received_by(capability).map(|flow| flow.kind);
        let sent = events::flows::FLOWS.iter().filter(|flow| flow.from == capability).map(|flow| flow.kind);
        for name_in_full in routes.chain(received).chain(sent) {
            // A type may stand without its owner or version, as the table it stands in says both.
            let name = name_in_full.split('.').nth(1).filter(|_| name_in_full.contains(".v")).unwrap_or(name_in_full);
            if !readme.contains(name) {
                missing.push(format!("{capability}: {name_in_full}"));
            }
        }
        let library = workspace::read(&format!("functions/{capability}/src/lib.rs"));
        assert!(library.starts_with("#![doc = include_str!(\"../README.md\")]"), "{capability}");
    }
    assert_none(&missing);
}
