//! `souk chaos`: each capability is killed, removed and redeployed while customers shop.
//! Owns building the program in `tests/chaos`. Refuses to kill or remove anything itself.

use std::ffi::OsString;

use anyhow::Result;

use crate::process::run_in_view;
use crate::tools::Tools;
use crate::workspace::Workspace;

#[derive(Clone, Debug, clap::Args)]
#[command(disable_help_flag = true)]
pub struct Options {
    /// `--only carts --trial killed`, `--minutes-away 8`; `--help` lists all
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

/// Builds the program in the tests' profile, and runs it with these arguments.
///
/// # Errors
/// If it does not build, or an absence was noticed.
pub fn chaos(workspace: &Workspace, options: &Options) -> Result<()> {
    let mut command = Tools::new(workspace).cargo();
    command.args(["run", "--quiet", "--package", "chaos", "--"]).args(&options.arguments);
    run_in_view(&mut command)
}
