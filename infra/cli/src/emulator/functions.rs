//! The functions as processes of this machine.
//! Owns killing them. Refuses every process outside the emulator's group or without a function's name.

use anyhow::{Context, Result};

use crate::process;
use crate::state::RunningEmulator;

const NAME: &str = "AWS_LAMBDA_FUNCTION_NAME=";

/// Kills the processes of all functions with this name prefix; returns their number.
///
/// # Errors
/// On a system that does not list its processes under `/proc`.
pub fn kill_functions(emulator: &RunningEmulator, prefix: &str) -> Result<usize> {
    let group = i32::try_from(emulator.pid).context("the emulator has no process")?;
    let members = process::members(group).context("this system does not list processes under /proc")?;
    let wanted = |member: &i32| {
        std::fs::read(format!("/proc/{member}/environ")).is_ok_and(|environment| is_called(&environment, prefix))
    };
    Ok(members.into_iter().filter(wanted).filter(|member| process::kill(*member)).count())
}

fn is_called(environment: &[u8], prefix: &str) -> bool {
    let mut variables = environment.split(|byte| *byte == 0).filter_map(|variable| std::str::from_utf8(variable).ok());
    variables.any(|variable| variable.strip_prefix(NAME).is_some_and(|name| name.starts_with(prefix)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::process::{CommandExt, ExitStatusExt};
    use std::process::{Command, Stdio};

    #[test]
    fn a_process_is_known_by_the_function_it_was_started_as() {
        let environment = b"HOME=/\0AWS_LAMBDA_FUNCTION_NAME=souk-local-orders-worker\0X=souk-local-carts-api\0";
        assert!(is_called(environment, "souk-local-orders-"));
        assert!(!is_called(environment, "souk-local-carts-"));
        assert!(!is_called(b"", "souk-local-"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn only_the_named_function_of_the_emulators_group_is_killed() {
        let start = |name: &str, group: i32| {
            let mut command = Command::new("cat");
            command.env("AWS_LAMBDA_FUNCTION_NAME", name).stdin(Stdio::piped()).process_group(group);
            command.spawn().unwrap()
        };
        let mut emulator = start("", 0);
        let group = i32::try_from(emulator.id()).unwrap();
        let mut children = [
            start("souk-local-orders-api", group),
            start("souk-local-carts-api", group),
            start("souk-local-orders-api", 0),
        ];
        let running = RunningEmulator { pid: emulator.id(), ..RunningEmulator::default() };
        assert_eq!(kill_functions(&running, "souk-local-orders-").unwrap(), 1);
        for child in children.iter_mut().chain([&mut emulator]) {
            // A process that still runs ends by itself once its input is closed.
            drop(child.stdin.take());
        }
        let ends = children.map(|mut child| child.wait().unwrap().signal());
        assert_eq!(ends, [Some(9), None, None]);
        emulator.wait().unwrap();
    }
}
