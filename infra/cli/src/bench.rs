//! `souk bench`: how fast, how big and how hungry the functions are, beside three that do next to nothing.
//! Owns building as for a deployment, but linked for this machine. Refuses to measure itself: `tests/bench` does.

use anyhow::Result;
use events::Capability;

use crate::build_functions::{self, Build, Destination};
use crate::process::{run, run_in_view};
use crate::progress::Progress;
use crate::tools::Tools;
use crate::workspace::Workspace;

/// Builds the functions, the baselines and what measures them, and measures; then the pure paths alone.
///
/// # Errors
/// If something does not build, or a function does not work.
pub fn bench(workspace: &Workspace, progress: &Progress) -> Result<()> {
    let tools = Tools::new(workspace);
    let how = Build { destination: Destination::ThisMachine, release: true };
    build_functions::build(workspace, &tools, progress, &Capability::ALL, how)?;
    let task = progress.task("building the baselines");
    let mut command = tools.cargo();
    command.args(["lambda", "build", "--package", "baselines", "--compiler", "cargo", "--release"]);
    run(&task, &mut command)?;
    task.done("");
    let mut command = tools.cargo();
    command.args(["run", "--quiet", "--profile", "prove", "--package", "bench", "--"]);
    let target = workspace.root().join("target");
    command.args([target.join("lambda"), workspace.root().join("events/samples"), target.join("bench")]);
    run_in_view(&mut command)?;
    // Not the lists beside a million orders, which take gigabytes: the nightly workflow measures these.
    run_in_view(tools.cargo().args(["bench", "--quiet", "--package", "bench", "--bench", "hot_paths"]))?;
    progress.print(format!("also in {}", target.join("bench").display()));
    Ok(())
}
