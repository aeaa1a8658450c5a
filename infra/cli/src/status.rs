//! `souk status`: the processes and addresses of the shop, and the messages that wait.
//! Owns the summary. Refuses to change anything.

use anyhow::Result;
use events::Capability;

use crate::cloud::{Cloud, Depth};
use crate::emulator;
use crate::endpoint::Endpoint;
use crate::progress::Progress;
use crate::state::State;
use crate::workspace::Workspace;

/// # Errors
/// If the state file cannot be read.
pub fn status(workspace: &Workspace, progress: &Progress) -> Result<()> {
    let state = State::load(&workspace.state_file())?;
    if state.endpoint_url.is_empty() {
        progress.print("no shop; `cargo souk up` opens one");
        return Ok(());
    }
    let endpoint = Endpoint::known(&state.endpoint_url);
    let answers = emulator::answers(&endpoint);
    progress.print(format!("{:<10} {}", "AWS calls", line(&state.endpoint_url, answers)));
    progress.print(format!("{:<10} {}", "API", state.api_url));
    if let Some(running) = &state.emulator {
        progress.print(format!("{:<10} process {}, log {}", "emulator", running.pid, running.log));
    }
    if !answers {
        progress.print("the shop is closed; `cargo souk up` opens it");
        return Ok(());
    }
    let Some(names) = &state.names else { return Ok(()) };
    let cloud = Cloud::connect(Some(&endpoint))?;
    progress
        .print(format!("\n{:<15}{:<28}{:>8}{:>10}{:>9}{:>8}", "", "stack", "waiting", "in flight", "delayed", "dead"));
    for capability in Capability::ALL {
        let name = capability.name();
        let stack = state.stacks.get(name).map_or("not deployed", String::as_str);
        let inbox = cloud.depth(&names.inbox(capability)).unwrap_or_default();
        let dead: Depth = cloud.depth(&names.dead_letters(capability)).unwrap_or_default();
        progress.print(format!(
            "{name:<15}{stack:<28}{:>8}{:>10}{:>9}{:>8}",
            inbox.waiting, inbox.in_flight, inbox.delayed, dead.waiting
        ));
    }
    Ok(())
}

fn line(url: &str, answers: bool) -> String {
    format!("{url} ({})", if answers { "answers" } else { "does not answer" })
}
