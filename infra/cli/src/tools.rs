//! The pinned tools in virtual environments: the SAM CLI; the emulator, cargo-lambda and the linter of templates; the tester of the
//! API; linters of workflows and spelling; Node with its programs; Lighthouse; the maker of the Python client.
//! Owns their installation under `.souk/tools/`, stamped with the requirements they were installed from.
//! Refuses to touch anything installed elsewhere on the machine.

use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result};

use crate::fingerprint::Fingerprint;
use crate::process;
use crate::progress::{Progress, Task};
use crate::python::Maker;
use crate::workspace::{self, Workspace};

/// Requirements of the program that makes the environments.
const UV: &str = "infra/requirements-uv.txt";

/// The programs for Node, pinned with the hashes of their files.
const NODE_PACKAGES: [&str; 3] = ["package.json", "package-lock.json", ".npmrc"];

/// A virtual environment. SAM's and the emulator's pins of botocore conflict; only tests need the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Environment {
    /// `sam`.
    Sam,
    /// `ministack`, `cargo-lambda`, `cfn-lint`.
    Emulator,
    /// `schemathesis`.
    Contract,
    /// `zizmor`, `typos`.
    Lint,
    /// Node, with the programs that `infra/node/package.json` lists.
    Node,
    /// Node again, with Lighthouse, which is as large as all other programs together and is run at night only.
    Lighthouse,
    /// `openapi-python-client`, `mypy`, `joserfc`.
    Clients,
}

impl Environment {
    const ALL: [Self; 7] =
        [Self::Sam, Self::Emulator, Self::Contract, Self::Lint, Self::Node, Self::Lighthouse, Self::Clients];

    fn folder(self) -> &'static str {
        match self {
            Self::Sam => "sam",
            Self::Emulator => "emulator",
            Self::Contract => "contract",
            Self::Lint => "lint",
            Self::Node => "node",
            Self::Lighthouse => "lighthouse",
            Self::Clients => "clients",
        }
    }

    fn requirements(self) -> &'static str {
        match self {
            Self::Sam => "infra/requirements.txt",
            Self::Emulator => "infra/requirements-emulator.txt",
            Self::Contract => "infra/requirements-contract.txt",
            Self::Lint => "infra/requirements-lint.txt",
            Self::Node | Self::Lighthouse => "infra/requirements-node.txt",
            Self::Clients => "infra/requirements-clients.txt",
        }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Sam => "installing the SAM CLI",
            Self::Emulator => "installing the emulator and cargo-lambda",
            Self::Contract => "installing schemathesis",
            Self::Lint => "installing linters of workflows and spelling",
            Self::Node => "installing Node and its programs",
            Self::Lighthouse => "installing Lighthouse",
            Self::Clients => "installing the maker of the Python client",
        }
    }

    /// The folder with packages for Node.
    fn packages(self) -> Option<&'static str> {
        match self {
            Self::Node => Some("infra/node"),
            Self::Lighthouse => Some("infra/lighthouse"),
            Self::Sam | Self::Emulator | Self::Contract | Self::Lint | Self::Clients => None,
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
        static INSTALLING: [Mutex<()>; Environment::ALL.len()] = [const { Mutex::new(()) }; Environment::ALL.len()];
        // Who comes second waits, and finds it installed.
        let _alone =
            INSTALLING.get(environment as usize).map(|lock| lock.lock().unwrap_or_else(PoisonError::into_inner));
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
        if let Some(packages) = environment.packages() {
            self.install_packages(&task, environment, packages)?;
        }
        std::fs::write(folder.join("installed"), wanted)?;
        task.done(format!("{} with Python {}", environment.requirements(), maker.version()));
        Ok(())
    }

    fn install_packages(&self, task: &Task, environment: Environment, packages: &str) -> Result<()> {
        let folder = self.workspace.tool_folder(environment.folder());
        for file in NODE_PACKAGES {
            let source = self.workspace.root().join(packages).join(file);
            std::fs::copy(source, folder.join(file)).with_context(|| file.to_owned())?;
        }
        let mut npm = self.command(environment, "npm");
        process::run(task, npm.arg("ci").current_dir(&folder))
            .with_context(|| format!("cannot install the packages of {packages}"))?;
        Ok(())
    }

    /// The packages for Node, as JavaScript looks for them beside a script.
    pub fn node_modules(&self) -> PathBuf {
        self.workspace.tool_folder(Environment::Node.folder()).join("node_modules")
    }

    /// A program of a package for Node.
    pub fn node_command(&self, name: &str) -> Command {
        let mut command = self.command(Environment::Node, "node");
        command.arg(self.node_modules().join(".bin").join(name));
        command
    }

    /// A script beside the packages of an environment, run where it finds them.
    ///
    /// # Errors
    /// If it is missing.
    pub fn node_script(&self, environment: Environment, name: &str) -> Result<Command> {
        let script = self.workspace.tool_folder(environment.folder()).join(name);
        let source = self.workspace.root().join(environment.packages().unwrap_or_default()).join(name);
        std::fs::copy(source, &script).with_context(|| name.to_owned())?;
        let mut command = self.command(environment, "node");
        command.arg(script);
        Ok(command)
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
        // A program may need others of its environment, as npm needs node.
        let own = self.workspace.tool_folder(environment.folder()).join("bin");
        let path =
            std::env::join_paths([own].into_iter().chain(std::env::split_paths(&self.path()))).unwrap_or_default();
        command.current_dir(self.workspace.root()).env("PATH", path).env("SAM_CLI_TELEMETRY", "0");
        command
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
        let mut fingerprint = Fingerprint::default().file(&requirements)?;
        if let Some(packages) = environment.packages() {
            for file in NODE_PACKAGES {
                fingerprint = fingerprint.file(&self.workspace.root().join(packages).join(file))?;
            }
        }
        Ok(fingerprint.finish())
    }

    fn installed_stamp(&self, environment: Environment) -> Option<String> {
        std::fs::read_to_string(self.workspace.tool_folder(environment.folder()).join("installed")).ok()
    }
}
