//! The pinned tools in three virtual environments: the SAM CLI; the emulator, cargo-lambda and the linters; the tester
//! of the API.
//! Owns their installation under `.souk/tools/`, stamped with the requirements they were installed from.
//! Refuses to touch anything installed elsewhere on the machine.

use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result};

use crate::fingerprint::Fingerprint;
use crate::progress::{Progress, Task};
use crate::python::Maker;
use crate::workspace::{self, Workspace};

/// Requirements of the program that makes the environments.
const UV: &str = "infra/requirements-uv.txt";

/// A virtual environment. SAM's and the emulator's pins of botocore conflict; only tests need the third.
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
    workspace: Workspace,
}

impl Tools {
    pub fn new(workspace: &Workspace) -> Self {
        Self { workspace: workspace.clone() }
    }

    /// Installs an environment unless it is there in the required version.
    ///
    /// # Errors
    /// If there is no usable Python, no network or no wheel for this machine.
    pub fn install(&self, progress: &Progress, environment: Environment) -> Result<()> {
        let wanted = self.stamp(environment)?;
        if self.installed_stamp(environment).as_deref() == Some(wanted.as_str()) {
            return Ok(());
        }
        let task = progress.task(environment.label());
        let maker = self.maker(&task)?;
        let folder = self.workspace.tool_folder(environment.folder());
        workspace::remove_folder(&folder)?;
        workspace::create_folder(&folder)?;
        maker.make(&task, &folder)?;
        maker
            .fill(&task, &folder, &self.workspace.root().join(environment.requirements()))
            .with_context(|| format!("cannot install {}; is the network there?", environment.requirements()))?;
        std::fs::write(folder.join("installed"), wanted)?;
        task.done(format!("{} with Python {}", environment.requirements(), maker.version()));
        Ok(())
    }

    /// In the required version.
    pub fn is_installed(&self, environment: Environment) -> bool {
        self.stamp(environment).is_ok_and(|wanted| self.installed_stamp(environment) == Some(wanted))
    }

    /// The path of a program in an environment.
    pub fn program(&self, environment: Environment, name: &str) -> PathBuf {
        self.workspace.tool_folder(environment.folder()).join("bin").join(name)
    }

    pub fn command(&self, environment: Environment, name: &str) -> Command {
        let mut command = Command::new(self.program(environment, name));
        command.current_dir(self.workspace.root()).env("PATH", self.path()).env("SAM_CLI_TELEMETRY", "0");
        command
    }

    /// A program that is installed here or on the machine.
    pub fn on_path(&self, name: &str) -> Command {
        self.prepared(name.into())
    }

    /// `cargo` that finds `cargo lambda` and its linker.
    pub fn cargo(&self) -> Command {
        self.prepared(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
    }

    /// The same in time that no other process wants.
    pub fn patient_cargo(&self) -> Command {
        let cargo = self.cargo();
        let mut command = self.prepared("nice".into());
        command.args(["-n", "19"]).arg(cargo.get_program());
        command
    }

    fn prepared(&self, program: std::ffi::OsString) -> Command {
        let mut command = Command::new(program);
        command.current_dir(self.workspace.root()).env("PATH", self.path());
        command
    }

    fn path(&self) -> std::ffi::OsString {
        let mut folders = vec![self.workspace.tool_folder(Environment::Emulator.folder()).join("bin")];
        folders.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
        std::env::join_paths(folders).unwrap_or_default()
    }

    /// The maker of environments, installed first if it is missing. It must not be installed twice at once; several
    /// environments may be made at once.
    fn maker(&self, task: &Task) -> Result<Maker> {
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        Maker::find(task, &self.workspace.tool_folder("uv"), &self.workspace.root().join(UV))
    }

    fn stamp(&self, environment: Environment) -> Result<String> {
        let requirements = self.workspace.root().join(environment.requirements());
        Ok(Fingerprint::default().file(&requirements)?.finish())
    }

    fn installed_stamp(&self, environment: Environment) -> Option<String> {
        std::fs::read_to_string(self.workspace.tool_folder(environment.folder()).join("installed")).ok()
    }
}
