//! `souk doctor`: what this machine lacks, and the cure.
//! Owns the list of prerequisites, of this machine and of a stage's account. Refuses to install anything.

use std::process::Command;

use anyhow::{Result, bail};

use crate::browser;
use crate::cloud::Cloud;
use crate::deploy::PLATFORM;
use crate::endpoint::Endpoint;
use crate::names::{APPLICATION, Names};
use crate::process::answer_of;
use crate::progress::Progress;
use crate::python;
use crate::quota::{self, Bounds};
use crate::tools::{Environment, Tools};
use crate::workspace::Workspace;

const ROOM_WANTED_GB: u64 = 6;

/// One checked prerequisite.
struct Finding {
    what: &'static str,
    found: Result<String, String>,
}

/// What is looked at besides this machine.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// A stage: also check that its account runs as many functions at once as the stage may want
    #[arg(long)]
    stage: Option<String>,
}

/// Looks for everything and tells it; fails when something needed is missing.
///
/// # Errors
/// If something needed is missing.
pub fn doctor(workspace: &Workspace, progress: &Progress, options: &Options) -> Result<()> {
    let mut findings = vec![system(), rust(), compiler(), python(), room(workspace)];
    if let Some(stage) = &options.stage {
        let names = Names::new(APPLICATION, stage)?;
        let tools = Tools::new(workspace);
        tools.install(progress, Environment::Sam)?;
        findings.push(concurrency(workspace, &tools, &names)?);
    }
    for finding in &findings {
        match &finding.found {
            Ok(version) => progress.print(format!("✓ {:<12} {version}", finding.what)),
            Err(cure) => progress.print(format!("✗ {:<12} {cure}", finding.what)),
        }
    }
    let tools = Tools::new(workspace);
    for (environment, what) in [(Environment::Emulator, "emulator"), (Environment::Sam, "SAM CLI")] {
        let state = if tools.is_installed(environment) { "installed" } else { "`cargo souk up` will install it" };
        progress.print(format!("· {what:<12} {state}"));
    }
    // A shop runs without one.
    let browser = browser::found().unwrap_or_else(|cure| format!("only `cargo souk test` wants one; {cure}"));
    progress.print(format!("· {:<12} {browser}", "browser"));
    let missing = findings.iter().filter(|finding| finding.found.is_err()).count();
    if missing > 0 {
        bail!("{missing} missing");
    }
    Ok(())
}

fn system() -> Finding {
    let (system, machine) = (std::env::consts::OS, std::env::consts::ARCH);
    let usable = system == "linux" && ["x86_64", "aarch64"].contains(&machine);
    let name = format!("{system} {machine}");
    let cure = format!(
        "{name}: the emulator runs the functions as Linux processes on x86_64 or aarch64; use a Linux machine, \
         WSL 2 or the development container in .devcontainer, or set AWS_ENDPOINT_URL to an emulator in a container"
    );
    Finding { what: "system", found: if usable { Ok(name) } else { Err(cure) } }
}

fn rust() -> Finding {
    let cure = "install Rust with rustup (https://rustup.rs); the version in rust-toolchain.toml then comes by itself";
    Finding { what: "Rust", found: answer_of(Command::new("rustc").arg("--version")).ok_or_else(|| cure.to_owned()) }
}

fn compiler() -> Finding {
    let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let version = answer_of(Command::new(compiler).arg("--version"));
    let cure = "install a C compiler (Debian and Ubuntu: apt install build-essential; Fedora: dnf install gcc)";
    let first_line = version.and_then(|text| text.lines().next().map(str::to_owned));
    Finding { what: "C compiler", found: first_line.ok_or_else(|| cure.to_owned()) }
}

fn python() -> Finding {
    let found = python::find().map(|python| format!("{} {}", python.program, python.version));
    Finding { what: "Python", found: found.map_err(|error| error.to_string()) }
}

fn room(workspace: &Workspace) -> Finding {
    let answer = answer_of(Command::new("df").arg("-Pk").arg(workspace.root()));
    let free = answer.as_deref().and_then(free_gigabytes);
    let found = match free {
        Some(free) if free < ROOM_WANTED_GB => {
            Err(format!("{free} GB free; builds and tools want {ROOM_WANTED_GB} GB"))
        }
        Some(free) => Ok(format!("{free} GB free")),
        None => Ok("unknown".to_owned()),
    };
    Finding { what: "disk", found }
}

/// Whether the account of the environment's credentials, or the emulator in `AWS_ENDPOINT_URL`, grants what the templates bound.
fn concurrency(workspace: &Workspace, tools: &Tools, names: &Names) -> Result<Finding> {
    let endpoint = Endpoint::from_environment();
    let platform = Cloud::connect(endpoint.as_ref())?.stack_parameters(&names.stack(PLATFORM));
    let platform = match platform {
        Ok(deployed) => deployed.unwrap_or_default(),
        Err(error) => return Ok(Finding { what: "concurrency", found: Err(format!("{error:#}")) }),
    };
    let bounds = Bounds::of(workspace, &[], &platform)?;
    let granted = quota::granted(workspace, tools, endpoint.as_ref());
    let found = granted.map_err(|error| format!("{error:#}")).and_then(|granted| match bounds.lack(granted) {
        None => Ok(format!("{granted} functions at once, and the stage may want {}", bounds.sum())),
        Some(lack) => Err(lack),
    });
    Ok(Finding { what: "concurrency", found })
}

fn free_gigabytes(answer: &str) -> Option<u64> {
    let kilobytes: u64 = answer.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()?;
    Some(kilobytes / 1_048_576)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_room_is_read_from_the_portable_form() {
        let answer = "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/x 100 50 10485760 50% /";
        assert_eq!(free_gigabytes(answer), Some(10));
        assert_eq!(free_gigabytes(""), None);
    }
}
