//! Builds the functions in one cargo run, so that shared crates are compiled once.
//! Owns the choice of linker and features. Refuses to build any other package for AWS with them: features of tests and
//! of this command never reach a deployed binary.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use events::Capability;

use crate::process;
use crate::progress::{Progress, Task};
use crate::tools::Tools;
use crate::workspace::{self, Workspace};

/// The instruction set of the built functions, as the templates name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Architecture {
    /// 64-bit Arm: cheaper on AWS.
    #[value(name = "arm64")]
    Arm64,
    /// 64-bit x86.
    #[value(name = "x86_64")]
    X86,
}

impl Architecture {
    /// The instruction set of this machine.
    ///
    /// # Errors
    /// If Lambda does not support it.
    pub fn of_this_machine() -> Result<Self> {
        match std::env::consts::ARCH {
            "x86_64" => Ok(Self::X86),
            "aarch64" => Ok(Self::Arm64),
            other => bail!("this machine is {other}; Lambda functions run on x86_64 and aarch64"),
        }
    }

    /// Value of the template parameter `Architecture`.
    pub fn parameter(self) -> &'static str {
        match self {
            Self::Arm64 => "arm64",
            Self::X86 => "x86_64",
        }
    }

    fn target(self) -> &'static str {
        match self {
            Self::Arm64 => "aarch64-unknown-linux-gnu",
            Self::X86 => "x86_64-unknown-linux-gnu",
        }
    }
}

/// Where the functions will run; decides how they are linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// As processes of this machine, linked with its own C compiler: fast, and right for its C library.
    ThisMachine,
    /// On Lambda's image, linked by zig: its C library is older than that of most machines.
    Lambda(Architecture),
    /// Nowhere: they are linked as for this machine and only weighed. They lie in a folder of their own, and are built in
    /// time that nothing else wants, so that a shop may be deployed and tried meanwhile.
    Scales,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Build {
    pub destination: Destination,
    /// Optimized and small; otherwise quick to build.
    pub release: bool,
}

impl Build {
    /// Whether these are the functions that the tests build: compiled with the features of the whole workspace, so that
    /// a test run has built them already. Functions for AWS, or to be measured, never are.
    fn shares_with_tests(self) -> bool {
        self == Self { destination: Destination::ThisMachine, release: false }
    }
}

/// Builds the named capabilities into `target/lambda/<capability>/bootstrap`.
///
/// # Errors
/// If the code does not compile or the toolchain lacks the target.
pub fn build(
    workspace: &Workspace,
    tools: &Tools,
    progress: &Progress,
    capabilities: &[Capability],
    how: Build,
) -> Result<()> {
    let profile = if how.release { "release" } else { "dev" };
    let task = progress.task(format!("building {} functions ({profile})", capabilities.len()));
    let mut command = if how.destination == Destination::Scales { tools.patient_cargo() } else { tools.cargo() };
    command.args(arguments(capabilities, how));
    process::run(&task, &mut command).with_context(|| advice(how.destination))?;
    for capability in capabilities {
        let bootstrap = folder(workspace, *capability, how).join("bootstrap");
        if how.shares_with_tests() {
            strip(&task, &workspace.debug_binary(capability.name()), &bootstrap)?;
        }
        if !bootstrap.is_file() {
            bail!("the build left no {}", bootstrap.display());
        }
    }
    let folders = capabilities.iter().map(|capability| folder(workspace, *capability, how));
    task.done(sizes(folders));
    Ok(())
}

fn folder(workspace: &Workspace, capability: Capability, how: Build) -> PathBuf {
    match how.destination {
        Destination::Scales => workspace.weighed_function(capability.name()),
        _ => workspace.built_function(capability.name()),
    }
}

fn arguments(capabilities: &[Capability], how: Build) -> Vec<String> {
    if how.shares_with_tests() {
        let binaries = capabilities.iter().flat_map(|capability| ["--bin", capability.name()]);
        return ["build", "--workspace"].into_iter().chain(binaries).map(str::to_owned).collect();
    }
    let mut arguments = vec!["lambda".to_owned(), "build".to_owned()];
    for capability in capabilities {
        arguments.extend(["--package".to_owned(), capability.name().to_owned()]);
    }
    match how.destination {
        Destination::ThisMachine => arguments.extend(["--compiler", "cargo"].map(str::to_owned)),
        Destination::Scales => {
            arguments.extend(["--compiler", "cargo", "--lambda-dir", workspace::WEIGHED].map(str::to_owned));
        }
        Destination::Lambda(architecture) => {
            arguments.extend(["--target", architecture.target()].map(str::to_owned));
        }
    }
    if how.release {
        arguments.push("--release".to_owned());
    }
    arguments
}

/// Copies a program without debug symbols, which triple the size of a deployment. A profile that strips would differ
/// from that of the tests, and everything would be compiled twice.
fn strip(task: &Task, program: &Path, copy: &Path) -> Result<()> {
    if let Some(folder) = copy.parent() {
        workspace::create_folder(folder)?;
    }
    let mut strip = Command::new("strip");
    if let Err(error) = process::run(task, strip.arg("-o").arg(copy).arg(program)) {
        process::check_interrupted()?;
        task.note(format!("packing {} as it is: {error:#}", program.display()));
        std::fs::copy(program, copy).with_context(|| format!("cannot copy {}", program.display()))?;
    }
    Ok(())
}

fn advice(destination: Destination) -> String {
    match destination {
        Destination::ThisMachine | Destination::Scales => "the functions do not build".to_owned(),
        Destination::Lambda(architecture) => format!(
            "the functions do not build; if the target is missing: rustup target add {}, \
             or choose the other --architecture",
            architecture.target()
        ),
    }
}

fn sizes(folders: impl Iterator<Item = PathBuf>) -> String {
    let files = folders.filter_map(|folder| std::fs::metadata(folder.join("bootstrap")).ok());
    let bytes: u64 = files.map(|file| file.len()).sum();
    format!("{} MB together", bytes.div_ceil(1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_for_this_machine_are_those_that_the_tests_build() {
        let how = Build { destination: Destination::ThisMachine, release: false };
        let arguments = arguments(&[Capability::Orders, Capability::Carts], how).join(" ");
        assert_eq!(arguments, "build --workspace --bin orders --bin carts");
    }

    #[test]
    fn functions_to_be_weighed_have_only_their_own_features_and_lie_apart_from_those_that_are_deployed() {
        let how = Build { destination: Destination::Scales, release: true };
        let arguments = arguments(&[Capability::Orders], how).join(" ");
        assert_eq!(arguments, "lambda build --package orders --compiler cargo --lambda-dir target/weighed --release");
    }

    #[test]
    fn functions_for_lambda_are_linked_for_its_image() {
        let how = Build { destination: Destination::Lambda(Architecture::Arm64), release: true };
        let arguments = arguments(&[Capability::Orders], how).join(" ");
        assert!(arguments.contains("--target aarch64-unknown-linux-gnu --release"));
        assert!(!arguments.contains("--compiler"));
    }
}
