//! `souk prove`: the whole shop simulated, seed after seed, on all cores.
//! Owns building the simulator, optimized. Refuses to judge: the simulator reports failures.

use std::ffi::OsString;

use anyhow::Result;

use crate::process::run_in_view;
use crate::tools::Tools;
use crate::workspace::Workspace;

#[derive(Clone, Debug, clap::Args)]
#[command(disable_help_flag = true)]
pub struct Options {
    /// `--seeds 2000 --from 1 --orders 500 --faults 100`, `--steps` for every single step; `--help` lists all
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

/// Builds the simulator and runs it with these arguments.
///
/// # Errors
/// If it does not build, or when a run broke a promise.
pub fn prove(workspace: &Workspace, options: &Options) -> Result<()> {
    let mut command = Tools::new(workspace).cargo();
    command.args(["run", "--quiet", "--profile", "prove", "--package", "system-tests"]);
    command.args(["--bin", "prove", "--"]).args(&options.arguments);
    run_in_view(&mut command)
}
