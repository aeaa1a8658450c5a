//! Building the functions: all of them in one cargo run, so that what they share is compiled once.
//! Owns the choice of linker. Refuses to build anything but the capabilities, so that features which only
//! tests or this command switch on never reach a deployed binary.

use anyhow::{Context, Result, bail};
use events::Capability;

use crate::house::House;
use crate::process;
use crate::progress::Progress;
use crate::tools::Tools;

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
    /// What this machine is.
    ///
    /// # Errors
    /// When it is something Lambda does not run.
    pub fn of_this_machine() -> Result<Self> {
        match std::env::consts::ARCH {
            "x86_64" => Ok(Self::X86),
            "aarch64" => Ok(Self::Arm64),
            other => bail!("this machine is {other}; Lambda functions run on x86_64 and aarch64"),
        }
    }

    /// The value of the templates' parameter `Architecture`.
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

/// Where the built functions will run, which decides how they are linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// As processes of this machine: its own C compiler links fastest and fits its C library.
    ThisMachine,
    /// On Lambda's image, whose C library is older than most machines': linked by zig against that one.
    Lambda(Architecture),
}

/// How to build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Build {
    /// Where they will run.
    pub destination: Destination,
    /// Optimised and small, or quick to build.
    pub release: bool,
}

/// Builds the named capabilities into `target/lambda/<capability>/bootstrap`.
///
/// # Errors
/// When the code does not compile or the toolchain lacks the target.
pub fn build(house: &House, tools: &Tools, progress: &Progress, capabilities: &[Capability], how: Build) -> Result<()> {
    let profile = if how.release { "release" } else { "dev" };
    let task = progress.task(format!("building {} functions ({profile})", capabilities.len()));
    let mut command = tools.cargo();
    command.args(arguments(capabilities, how));
    // Names for debuggers triple what a deploy has to pack; `souk watch` serves whoever wants to debug.
    command.env("CARGO_PROFILE_DEV_STRIP", "symbols");
    process::run(&task, &mut command).with_context(|| advice(how.destination))?;
    for capability in capabilities {
        let binary = house.built_function(capability.name()).join("bootstrap");
        if !binary.is_file() {
            bail!("the build left no {}", binary.display());
        }
    }
    task.done(sizes(house, capabilities));
    Ok(())
}

fn arguments(capabilities: &[Capability], how: Build) -> Vec<String> {
    let mut arguments = vec!["lambda".to_owned(), "build".to_owned()];
    for capability in capabilities {
        arguments.extend(["--package".to_owned(), capability.name().to_owned()]);
    }
    match how.destination {
        Destination::ThisMachine => arguments.extend(["--compiler", "cargo"].map(str::to_owned)),
        Destination::Lambda(architecture) => {
            arguments.extend(["--target", architecture.target()].map(str::to_owned));
        }
    }
    if how.release {
        arguments.push("--release".to_owned());
    }
    // The workspace's own profile decides; the builder's defaults would abort on panic, and one record's
    // panic would take its batch along.
    arguments.push("--disable-optimizations".to_owned());
    arguments
}

fn advice(destination: Destination) -> String {
    match destination {
        Destination::ThisMachine => "the functions do not build".to_owned(),
        Destination::Lambda(architecture) => format!(
            "the functions do not build; if the target is missing: rustup target add {}, \
             or choose the other --architecture",
            architecture.target()
        ),
    }
}

fn sizes(house: &House, capabilities: &[Capability]) -> String {
    let bytes: u64 = capabilities
        .iter()
        .filter_map(|capability| std::fs::metadata(house.built_function(capability.name()).join("bootstrap")).ok())
        .map(|file| file.len())
        .sum();
    format!("{} MB together", bytes.div_ceil(1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_for_this_machine_are_linked_by_its_own_compiler() {
        let how = Build { destination: Destination::ThisMachine, release: false };
        let arguments = arguments(&[Capability::Orders, Capability::Carts], how).join(" ");
        assert_eq!(arguments, "lambda build --package orders --package carts --compiler cargo --disable-optimizations");
    }

    #[test]
    fn functions_for_lambda_are_linked_for_its_image() {
        let how = Build { destination: Destination::Lambda(Architecture::Arm64), release: true };
        let arguments = arguments(&[Capability::Orders], how).join(" ");
        assert!(arguments.contains("--target aarch64-unknown-linux-gnu --release"));
        assert!(!arguments.contains("--compiler"));
    }
}
