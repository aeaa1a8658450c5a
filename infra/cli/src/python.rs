//! Finding a Python that can hold the pinned tools.
//! Owns the choice of interpreter. Refuses one that cannot make a virtual environment with `pip` in it.

use std::process::Command;

use anyhow::{Result, bail};

use crate::process::answer_of;

/// Tried in this order; the tools have wheels for these releases.
const CANDIDATES: [&str; 7] =
    ["python3", "python3.12", "python3.11", "python3.13", "python3.10", "python3.14", "python"];
const OLDEST: (u32, u32) = (3, 10);

/// What to do about a missing Python.
pub const CURE: &str = "install Python 3.10 or newer with its venv module \
    (Debian and Ubuntu: apt install python3 python3-venv; Fedora: dnf install python3; macOS: brew install python)";

/// A usable interpreter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Python {
    /// Program to start.
    pub program: String,
    /// For example `3.11.7`.
    pub version: String,
}

/// Finds the first interpreter that is new enough and can make virtual environments.
///
/// # Errors
/// When there is none; the message carries the cure.
pub fn find() -> Result<Python> {
    let mut seen = Vec::new();
    for program in CANDIDATES {
        let Some(version) = version_of(program) else { continue };
        if !new_enough(&version) {
            seen.push(format!("{program} is {version}"));
        } else if !makes_environments(program) {
            seen.push(format!("{program} {version} lacks venv or ensurepip"));
        } else {
            return Ok(Python { program: program.to_owned(), version });
        }
    }
    let found = if seen.is_empty() { "none found".to_owned() } else { seen.join(", ") };
    bail!("no usable Python ({found}); {CURE}")
}

fn version_of(program: &str) -> Option<String> {
    answer_of(Command::new(program).args(["-c", "import platform; print(platform.python_version())"]))
}

fn makes_environments(program: &str) -> bool {
    answer_of(Command::new(program).args(["-c", "import venv, ensurepip"])).is_some()
}

fn new_enough(version: &str) -> bool {
    let mut numbers = version.split('.').map(|part| part.parse::<u32>().unwrap_or_default());
    let release = (numbers.next().unwrap_or_default(), numbers.next().unwrap_or_default());
    release >= OLDEST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_compared_as_numbers() {
        assert!(new_enough("3.10.0"));
        assert!(new_enough("3.13.1"));
        assert!(!new_enough("3.9.18"));
        assert!(!new_enough("2.7.18"));
        assert!(!new_enough(""));
    }
}
