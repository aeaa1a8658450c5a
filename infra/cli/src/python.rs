//! Makes the Python environments of the pinned tools: with `uv`, which takes seconds, or with `venv` and `pip` if `uv`
//! has no wheel for the machine.
//! Owns the choice of interpreter. Refuses one that cannot make a virtual environment with `pip` in it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{self, answer_of};
use crate::progress::Task;
use crate::workspace;

/// Tried in this order. The tools have wheels for these releases.
const CANDIDATES: [&str; 6] = ["python3", "python3.12", "python3.11", "python3.13", "python3.14", "python"];
const OLDEST: (u32, u32) = (3, 11);

/// Advice if Python is missing.
pub const CURE: &str = "install Python 3.11 or newer with its venv module \
    (Debian and Ubuntu: apt install python3 python3-venv; Fedora: dnf install python3; macOS: brew install python)";

/// Makes environments and installs requirements into them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Maker {
    python: Python,
    /// `None` if it could not be installed.
    uv: Option<PathBuf>,
}

impl Maker {
    /// Finds an interpreter, and installs `uv` from its requirements into this folder unless it is there.
    ///
    /// # Errors
    /// If there is no usable Python.
    pub fn find(task: &Task, folder: &Path, requirements: &Path) -> Result<Self> {
        let python = find()?;
        let wanted = std::fs::read_to_string(requirements).with_context(|| requirements.display().to_string())?;
        let stamp = folder.join("installed");
        let uv = folder.join("bin/uv");
        if std::fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
            return Ok(Self { python, uv: Some(uv) });
        }
        workspace::remove_folder(folder)?;
        workspace::create_folder(folder)?;
        let plain = Self { python, uv: None };
        plain.make(task, folder)?;
        if let Err(error) = plain.fill(task, folder, requirements) {
            process::check_interrupted()?;
            task.note(format!("no uv, so pip does it: {error:#}"));
            return Ok(plain);
        }
        std::fs::write(stamp, wanted)?;
        Ok(Self { uv: Some(uv), ..plain })
    }

    /// # Errors
    /// If the interpreter or the file system refuses.
    pub fn make(&self, task: &Task, folder: &Path) -> Result<()> {
        let program = &self.python.program;
        let mut command = match &self.uv {
            Some(uv) => Command::new(uv),
            None => Command::new(program),
        };
        match self.uv {
            Some(_) => command.args(["venv", "--allow-existing", "--python", program]),
            None => command.args(["-m", "venv"]),
        };
        process::run(task, command.arg(folder))
            .with_context(|| format!("cannot make a virtual environment; {CURE}"))?;
        Ok(())
    }

    /// # Errors
    /// If there is no network, or no wheel for this machine.
    pub fn fill(&self, task: &Task, folder: &Path, requirements: &Path) -> Result<()> {
        let python = folder.join("bin/python");
        // Byte code is made when a module is first used; most never are.
        let mut command = match &self.uv {
            Some(uv) => {
                let mut command = Command::new(uv);
                command.args(["pip", "install", "--no-progress", "--python"]).arg(python);
                command
            }
            None => {
                let mut command = Command::new(python);
                command.args(["-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off"]);
                command.arg("--no-compile");
                command
            }
        };
        process::run(task, command.arg("--requirement").arg(requirements)).map(drop)
    }

    /// The version of the interpreter, for example `3.11.7`.
    pub fn version(&self) -> &str {
        &self.python.version
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Python {
    /// Name or path of the program.
    pub program: String,
    /// For example `3.11.7`.
    pub version: String,
}

/// Finds the first interpreter that is new enough and can make virtual environments.
///
/// # Errors
/// If there is none; the message says how to get one.
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
        assert!(new_enough("3.11.0"));
        assert!(new_enough("3.13.1"));
        assert!(!new_enough("3.9.18"));
        assert!(!new_enough("2.7.18"));
        assert!(!new_enough(""));
    }
}
