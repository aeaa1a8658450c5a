//! What deployed code may not reach for by itself. Clippy says most of it (`[workspace.lints]` and `.clippy.toml`); here is
//! what it cannot say, and that nobody switches it off but where it is meant to be.

use system_tests::source::{Source, sources};
use system_tests::workspace;

/// Sources that end up in deployed binaries.
fn deployed() -> Vec<Source> {
    sources(|path| {
        let own = path.starts_with("functions/") || path.starts_with("events/");
        own && path.contains("/src/") && !path.starts_with("functions/chassis/src/testing")
    })
}

/// The lints whose lists are in `.clippy.toml`.
const DISALLOWED: [&str; 2] = ["clippy::disallowed_methods", "clippy::disallowed_types"];

fn assert_nowhere(wrong: &[String]) {
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn clock_randomness_and_sleep_come_in_through_the_world() {
    let refused = workspace::read(".clippy.toml");
    for method in [
        "std::time::SystemTime::now",
        "std::time::Instant::now",
        "std::thread::sleep",
        "std::env::var",
        "tokio::time::sleep",
        "tokio::time::timeout",
        "tokio::spawn",
        "aws_lc_rs::rand::fill",
    ] {
        assert!(refused.contains(&format!("path = \"{method}\"")), "Clippy does not refuse {method}");
    }
    // Each gives its reason. `testing` is what tests are built with.
    let places = ["config.rs", "host.rs", "testing.rs"];
    let is_meant = |path: &str| {
        places.iter().any(|place| path.starts_with("functions/chassis/src/") && path.ends_with(&format!("/{place}")))
    };
    let switched_off = sources(|path| path.contains("/src/") && !path.starts_with("tests/") && !is_meant(path));
    assert_nowhere(&switched_off.iter().flat_map(|source| source.uses(&DISALLOWED)).collect::<Vec<_>>());
}

#[test]
fn no_client_of_aws_is_made_without_its_time_limits() {
    // `sdk.rs` sets them for a client. The mail service's client has them for its one call.
    let mailer = workspace::read("functions/notifications/src/mailer.rs");
    assert!(mailer.matches(".send()").count() == 1 && mailer.contains(".interceptor(EndsInTime::"));
    let meant = "functions/notifications/src/main.rs";
    let made = deployed().into_iter().filter(|source| source.path != meant);
    let unlimited: Vec<_> =
        made.filter(|source| source.text.contains("Client::new(")).map(|source| source.path).collect();
    assert_nowhere(&unlimited);
    let sdk = workspace::read("functions/chassis/src/runtime/sdk.rs");
    assert_eq!(sdk.matches("config::Builder::from(").count(), sdk.matches(".interceptor(EndsInTime::").count());
    let configured = deployed().into_iter().filter(|source| source.text.contains("config::Builder::from("));
    assert_eq!(configured.map(|source| source.path).collect::<Vec<_>>(), ["functions/chassis/src/runtime/sdk.rs"]);
}

#[test]
fn what_is_deployed_has_the_strict_rules() {
    let configurations = workspace::files().into_iter().filter(|path| path.ends_with("clippy.toml"));
    assert_eq!(configurations.collect::<Vec<_>>(), [".clippy.toml", "infra/.clippy.toml", "tests/.clippy.toml"]);
    let manifests = workspace::files().into_iter().filter(|path| path.ends_with("/Cargo.toml"));
    let inherits = |path: &String| workspace::read(path).contains("[lints]\nworkspace = true");
    assert_nowhere(&manifests.filter(|path| !inherits(path)).collect::<Vec<_>>());
}

#[test]
fn lints_are_not_switched_off_where_it_counts() {
    let forbidden = [
        "clippy::unwrap_used",
        "clippy::expect_used",
        "clippy::panic",
        "clippy::unreachable",
        "clippy::float_arithmetic",
        "clippy::too_many_lines",
        "clippy::all",
        "warnings",
    ];
    assert_nowhere(&deployed().iter().flat_map(|source| source.uses(&forbidden)).collect::<Vec<_>>());
}

// Clippy refuses arithmetic. A refused type it would also find in what `#[serde(flatten)]` makes.
#[test]
fn no_floating_point_comes_near_money() {
    // A deserializer names every type there is; this one refuses fractions before anything is read from it.
    let judged = deployed().into_iter().filter(|source| source.path != "functions/chassis/src/http/json/typed.rs");
    assert_nowhere(&judged.flat_map(|source| source.uses(&["f32", "f64"])).collect::<Vec<_>>());
}

// Clippy has no lint for an assertion outside tests.
#[test]
fn deployed_code_asserts_nothing_at_run_time() {
    let forbidden = ["assert!", "assert_eq!", "assert_ne!"];
    assert_nowhere(&deployed().iter().flat_map(|source| source.uses(&forbidden)).collect::<Vec<_>>());
}

#[test]
fn no_function_starts_a_process_or_opens_a_file() {
    let forbidden = ["fs", "Command::new", "File::open", "File::create", "process::Command", "tokio::process"];
    let starts = |source: &Source| source.uses(&forbidden);
    assert_nowhere(&deployed().iter().flat_map(starts).collect::<Vec<_>>());
}
