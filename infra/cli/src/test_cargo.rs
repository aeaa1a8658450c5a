//! Cargo as tests get it.
//! Owns their environment and their runner: `cargo nextest` where it is installed, else `cargo test`. Refuses to choose what is run.

use std::process::Command;

use crate::process::answer_of;
use crate::tools::Tools;

pub fn cargo(tools: &Tools) -> Command {
    let mut command = tools.cargo();
    // Tests bring their own stand-ins; none may reach a real account or a shop that happens to run.
    for name in ["AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"] {
        command.env_remove(name);
    }
    command
}

pub fn has_nextest(tools: &Tools) -> bool {
    answer_of(cargo(tools).args(["nextest", "--version"])).is_some()
}

/// How this cargo runs tests.
pub fn runner(tools: &Tools) -> &'static [&'static str] {
    if has_nextest(tools) { &["nextest", "run"] } else { &["test"] }
}
