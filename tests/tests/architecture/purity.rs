//! What code may not reach for by itself, and what may not come near money.

use system_tests::source::{Source, sources};

/// Sources that end up in deployed binaries.
fn deployed() -> Vec<Source> {
    sources(|path| {
        let own = path.starts_with("functions/") || path.starts_with("events/");
        own && path.contains("/src/") && !path.starts_with("functions/chassis/src/testing")
    })
}

fn assert_nowhere(wrong: &[String]) {
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn clock_randomness_and_sleep_come_in_through_the_world() {
    let forbidden = [
        "SystemTime::now",
        "Instant::now",
        "OffsetDateTime::now_utc",
        "OffsetDateTime::now_local",
        "Utc::now",
        "Local::now",
        "thread_rng",
        "rand::rng",
        "rand::random",
        "getrandom",
        "OsRng",
        "aws_lc_rs::rand",
        "SystemRandom",
        "RandomState",
        "tokio::time::sleep",
        "thread::sleep",
        "tokio::spawn",
        "tokio::time::timeout",
    ];
    let judged =
        deployed().into_iter().filter(|s| s.path != "functions/chassis/src/host.rs" && !s.path.ends_with("/main.rs"));
    assert_nowhere(&judged.flat_map(|source| source.uses(&forbidden)).collect::<Vec<_>>());
}

#[test]
fn the_environment_is_read_in_one_place() {
    let judged = deployed().into_iter().filter(|source| source.path != "functions/chassis/src/config.rs");
    assert_nowhere(
        &judged.flat_map(|source| source.uses(&["env::var", "env::vars", "env::var_os"])).collect::<Vec<_>>(),
    );
}

#[test]
fn no_floating_point_comes_near_money() {
    // A deserializer names every type there is; this one refuses fractions before anything is read from it.
    let judged = deployed().into_iter().filter(|source| source.path != "functions/chassis/src/json.rs");
    assert_nowhere(&judged.flat_map(|source| source.uses(&["f32", "f64"])).collect::<Vec<_>>());
}

#[test]
fn deployed_code_does_not_give_up_by_panicking() {
    let forbidden =
        [".unwrap()", ".expect(", "panic!", "unreachable!", "todo!", "unimplemented!", "assert!", "assert_eq!"];
    let judged = deployed().into_iter().filter(|source| !source.path.ends_with("/main.rs"));
    assert_nowhere(&judged.flat_map(|source| source.uses(&forbidden)).collect::<Vec<_>>());
}

#[test]
fn lints_are_not_switched_off_where_it_counts() {
    let forbidden =
        ["clippy::unwrap_used", "clippy::expect_used", "clippy::float_arithmetic", "clippy::all", "warnings"];
    assert_nowhere(&deployed().iter().flat_map(|source| source.uses(&forbidden)).collect::<Vec<_>>());
}

#[test]
fn tests_wait_for_conditions_and_not_for_time() {
    let tests = sources(|path| path.contains("/tests/") || path.starts_with("functions/"));
    let sleeps = |source: &Source| {
        let lines = source.code.lines().enumerate();
        let slept = lines.filter(|(_, line)| line.contains("thread::sleep")).map(|(number, _)| number + 1);
        slept.map(|number| format!("{}:{number}", source.path)).collect::<Vec<_>>()
    };
    // The one place that pauses between two looks at a condition.
    let judged = tests.iter().filter(|source| source.path != "tests/tests/journeys/waiting.rs");
    assert_nowhere(&judged.flat_map(sleeps).collect::<Vec<_>>());
}
