//! The pinned tools: the SAM CLI in one virtual environment, the emulator, cargo-lambda and the linters in another, what
//! tests the API in a third.
//! Owns their installation under `.souk/tools/`, stamped with the requirements they were installed from.
//! Refuses to touch anything installed elsewhere on the machine.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::fingerprint::Fingerprint;
use crate::house::{self, House};
use crate::process;
use crate::progress::{Progress, Task};
use crate::python;

/// A virtual environment; the first two are apart because their pins of botocore conflict, the third as only tests want it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// `sam`.
    Sam,
    /// `ministack`, `cargo-lambda`, `cfn-lint`.
    Emulator,
    /// `schemathesis`.
    Contract,
}

impl Environment {
    fn folder(self) -> &'static str {
        match self {
            Self::Sam => "sam",
            Self::Emulator => "emulator",
            Self::Contract => "contract",
        }
    }

    fn requirements(self) -> &'static str {
        match self {
            Self::Sam => "infra/requirements.txt",
            Self::Emulator => "infra/requirements-emulator.txt",
            Self::Contract => "infra/requirements-contract.txt",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Sam => "installing the SAM CLI",
            Self::Emulator => "installing the emulator and cargo-lambda",
            Self::Contract => "installing schemathesis",
        }
    }
}

/// Access to the installed tools.
#[derive(Clone, Debug)]
pub struct Tools {
    house: House,
}

impl Tools {
    /// The tools of this workspace, installed or not.
    pub fn new(house: &House) -> Self {
        Self { house: house.clone() }
    }

    /// Installs one environment unless it is there already, in the version the requirements name.
    ///
    /// # Errors
    /// When there is no usable Python, or pip fails (no network, no wheel for this machine).
    pub fn install(&self, progress: &Progress, environment: Environment) -> Result<()> {
        let wanted = self.stamp(environment)?;
        if self.installed_stamp(environment).as_deref() == Some(wanted.as_str()) {
            return Ok(());
        }
        let python = python::find()?;
        let task = progress.task(environment.label());
        let folder = self.house.tool_folder(environment.folder());
        house::remove_folder(&folder)?;
        house::create_folder(&folder)?;
        process::run(&task, Command::new(&python.program).args(["-m", "venv"]).arg(&folder))
            .with_context(|| format!("cannot make a virtual environment; {}", python::CURE))?;
        self.pip(&task, environment)?;
        std::fs::write(folder.join("installed"), wanted)?;
        task.done(format!("{} with Python {}", environment.requirements(), python.version));
        Ok(())
    }

    /// Whether an environment is there in the wanted version.
    pub fn is_installed(&self, environment: Environment) -> bool {
        self.stamp(environment).is_ok_and(|wanted| self.installed_stamp(environment) == Some(wanted))
    }

    /// The path of a program in an environment.
    pub fn program(&self, environment: Environment, name: &str) -> PathBuf {
        self.house.tool_folder(environment.folder()).join("bin").join(name)
    }

    /// A command that starts a program of an environment in the workspace's root.
    pub fn command(&self, environment: Environment, name: &str) -> Command {
        let mut command = Command::new(self.program(environment, name));
        command.current_dir(self.house.root()).env("PATH", self.path()).env("SAM_CLI_TELEMETRY", "0");
        command
    }

    /// A program that may be installed here or on the machine.
    pub fn on_path(&self, name: &str) -> Command {
        self.prepared(name.into())
    }

    /// `cargo` with `cargo lambda` and its linker in reach.
    pub fn cargo(&self) -> Command {
        self.prepared(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
    }

    fn prepared(&self, program: std::ffi::OsString) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.house.root()).env("PATH", self.path());
        command
    }

    fn path(&self) -> std::ffi::OsString {
        let mut folders = vec![self.house.tool_folder(Environment::Emulator.folder()).join("bin")];
        folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
        std::env::join_paths(folders).unwrap_or_default()
    }

    fn pip(&self, task: &Task, environment: Environment) -> Result<()> {
        let python = self.program(environment, "python");
        process::run(
            task,
            Command::new(python)
                .current_dir(self.house.root())
                .args(["-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off"])
                // Byte code is made when a module is first used; most never are.
                .arg("--no-compile")
                .args(["--requirement", environment.requirements()]),
        )
        .with_context(|| format!("cannot install {}; is the network there?", environment.requirements()))?;
        Ok(())
    }

    fn stamp(&self, environment: Environment) -> Result<String> {
        let requirements = self.house.root().join(environment.requirements());
        Ok(Fingerprint::new().file(&requirements)?.finish())
    }

    fn installed_stamp(&self, environment: Environment) -> Option<String> {
        std::fs::read_to_string(self.house.tool_folder(environment.folder()).join("installed")).ok()
    }
}
