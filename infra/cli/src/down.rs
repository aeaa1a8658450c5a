//! `souk down`: stops every process of the shop.
//! Owns the end of an emulator and of its functions. Refuses to touch a process that is not recognizably its own.

use anyhow::Result;

use crate::emulator;
use crate::progress::Progress;
use crate::state::State;
use crate::workspace::Workspace;

/// Stops the emulator that `souk up` started, with every function process.
///
/// # Errors
/// If the state cannot be read or written.
pub fn down(workspace: &Workspace, progress: &Progress) -> Result<()> {
    let file = workspace.state_file();
    let mut state = State::load(&file)?;
    let stopped = match state.emulator.take() {
        Some(running) => {
            let task = progress.task("stopping the emulator and the functions");
            let stopped = emulator::stop(&running);
            task.done("");
            if state.kept_port.is_none() {
                // All of it lived in the emulator.
                state = State::default();
            }
            stopped
        }
        None => false,
    };
    state.save(&file)?;
    progress.say(if stopped { "the shop is closed" } else { "nothing was running" });
    Ok(())
}
